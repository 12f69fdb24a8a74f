// Sabotages of API keys: whom they act for, where they work, what they may do, and how they change.
import type { Mutation } from '../mutation.ts';

const MIGRATIONS = 'server/src/db/migrations';

export const apiKeyMutations: readonly Mutation[] = [
  {
    name: 'an-exposed-secret-of-a-provider-is-used-on',
    file: 'server/src/modules/providers/exposure.ts',
    find: 'is_blocked: !keepsWorking });\n  await ctx.raiseEpoch',
    replace: 'is_blocked: false });\n  await ctx.raiseEpoch',
    mustTurnRed: 'server/src/modules/models/provider-exposed.test.ts :: is called no more, shows its last calls',
  },
  {
    name: 'an-exposed-key-works-on',
    file: 'server/src/modules/api-keys/exposure.ts',
    find: '  await markExposed(tx, row.id, now);\n',
    replace: '',
    mustTurnRed: 'server/src/modules/models/key-exposed.test.ts :: ends at once, shows where it was used',
  },
  {
    name: 'networks-of-anybodys-key-are-widened',
    file: 'server/src/modules/api-keys/service.ts',
    find: '  demandCover(actor, [standing]);\n',
    replace: '',
    mustTurnRed:
      'server/src/modules/api-keys/acting-now.test.ts :: says from where the key of somebody may be used who holds more',
  },
  {
    name: 'keys-are-made-by-whoever-may-no-more',
    file: 'server/src/modules/api-keys/service.ts',
    find: '  demandMaking(prepared.roles, principal, wanted);\n',
    replace: '',
    mustTurnRed: 'server/src/modules/api-keys/acting-now.test.ts :: makes no key with what they lost',
  },
  {
    name: 'keys-are-kept-by-whoever-may-no-more',
    file: 'server/src/modules/api-keys/service.ts',
    find: '  return demandActingNow(ctx, key.owner_user_id === null ? securityPermissions.manage : ofOneself, key);',
    replace:
      "  if (ctx.principal.kind !== 'user' || ofOneself === undefined || key === undefined) throw kernelErrors['auth.forbidden']();\n  return Promise.resolve(ctx.principal);",
    mustTurnRed: 'server/src/modules/api-keys/acting-now.test.ts :: changes and rotates nothing',
  },
  {
    name: 'a-list-of-people-binds-nobody',
    file: `${MIGRATIONS}/0030_teams.sql`,
    find: ' and l.user_id = a.person',
    replace: '',
    mustTurnRed: 'server/src/modules/api-keys/kinds.test.ts :: gets one and the same refusal',
  },
  {
    name: 'an-empty-list-needs-nobody',
    file: 'server/src/modules/api-keys/identify.ts',
    find: "if (found.acts_for_people ? found.user_id === null : onBehalfOf !== undefined) return 'person';",
    replace: "if (onBehalfOf !== undefined && found.user_id === null) return 'person';",
    mustTurnRed: 'server/src/modules/api-keys/kinds.test.ts :: the list that has become empty',
  },
  {
    name: 'a-page-is-known-by-how-its-name-begins',
    file: 'server/src/modules/api-keys/identify.ts',
    find: 'found.origins.includes(origin)',
    replace: 'found.origins.some((one) => origin.startsWith(one))',
    mustTurnRed:
      'server/src/modules/api-keys/kinds.test.ts :: a publishable key works from its origins, letter by letter',
  },
  {
    name: 'a-service-key-has-all-that-its-scopes-say',
    file: 'server/src/modules/api-keys/reach.ts',
    find: '    const reach = narrowReach(roles.reachOfMember(role, granted), scopes, roles);',
    replace:
      "    const reach = narrowReach(granted === undefined ? roles.reachOf(role) : roles.reachOf('owner'), scopes, roles);",
    mustTurnRed: 'server/src/modules/api-keys/reach.test.ts :: a key that acts for a person',
  },
  {
    name: 'whoever-keeps-keys-gets-the-secret-of-any',
    file: 'server/src/modules/api-keys/service.ts',
    find: '  await demandHoldingAll(tx, ctx.prepared.roles, reach, before);\n',
    replace: '',
    mustTurnRed: 'server/src/modules/api-keys/rotate-reach.test.ts :: are not rotated by who holds less than they do',
  },
  {
    name: 'a-key-is-remembered-for-everybody-it-acts-for',
    file: 'server/src/kernel/known-callers.ts',
    find: 'if (claims === undefined) return sha256Base64Url(secret);',
    replace: "if (secret !== '') return sha256Base64Url(secret);",
    mustTurnRed: 'server/src/kernel/known-acting.test.ts :: is one caller for each person',
  },
  {
    name: 'an-admission-looks-at-the-key-alone',
    file: `${MIGRATIONS}/0026_models_keys.sql`,
    find: ' and k.standing = s.standing',
    replace: '',
    mustTurnRed: 'server/src/kernel/known-callers.test.ts :: may do what its scopes',
  },
  {
    name: 'a-rotation-needs-no-version',
    file: 'server/src/modules/api-keys/change-routes.ts',
    find: '  demandsVersion: true,\n',
    replace: '',
    mustTurnRed: 'server/src/modules/api-keys/rotation.test.ts :: of fifty rotations at once one wins',
  },
  {
    name: 'whoever-manages-keys-rotates-those-of-others',
    file: 'server/src/modules/api-keys/service.ts',
    find: 'return row?.owner_user_id === null || row?.owner_user_id === personOf(ctx.principal) ? row : undefined;',
    replace: 'return row;',
    mustTurnRed: 'server/src/modules/api-keys/rotation.test.ts :: is rotated and changed by its own person alone',
  },
  {
    name: 'a-reply-is-replayed-to-whomever-a-key-acts-for',
    file: 'server/src/kernel/idempotency.ts',
    find: 'return isForMany ? `${kind}:${id}:${user}` : `${kind}:${id}`;',
    replace: 'return isForMany ? `${kind}:${id}` : `${kind}:${id}`;',
    mustTurnRed: 'server/src/modules/api-keys/kinds.test.ts :: two people who send one idempotency key',
  },
  {
    name: 'a-header-beside-a-session-is-ignored',
    file: 'server/src/http/credential.ts',
    find: "if (request.headers[BEHALF] !== undefined) throw kernelErrors['auth.behalf_refused']();",
    replace: '',
    mustTurnRed: 'server/src/http/edge-keys.test.ts :: the header is refused beside a session',
  },
  {
    name: 'every-page-may-read-what-answers-a-key',
    file: 'server/src/http/publishable-cors.ts',
    find: 'if (principal.refusedFor === undefined) progress.extraHeaders',
    replace: 'progress.extraHeaders',
    mustTurnRed: 'server/src/http/edge-keys.test.ts :: no other origin is told anything',
  },
  {
    name: 'a-found-text-is-not-compared',
    file: 'server/src/modules/api-keys/leak-route.ts',
    find: 'if (!isNow && !isPrevious) return undefined;',
    replace: '',
    mustTurnRed: 'server/src/modules/api-keys/leaks.test.ts :: gets the same answer as any text that is no key',
  },
  {
    name: 'a-key-for-everybody-counts-as-leaked',
    file: `${MIGRATIONS}/0028_api_keys_leaks.sql`,
    find: " and k.kind <> 'publishable'",
    replace: '',
    mustTurnRed: 'server/src/modules/api-keys/leaks.test.ts :: is not ended where everybody is meant to read it',
  },
  {
    name: 'what-could-not-be-counted-is-forgotten',
    file: 'server/src/modules/api-keys/uses.ts',
    find: 'for (const row of rows) add(uses, row);',
    replace: '',
    mustTurnRed: 'server/src/modules/models/key-usage.test.ts :: is lost by nobody when the database cannot take it',
  },
  {
    name: 'addresses-of-a-key-fill-the-table',
    file: `${MIGRATIONS}/0025_api_keys_kinds.sql`,
    find: "case when p.is_known or p.place <= 50 then p.address else 'elsewhere' end",
    replace: 'p.address',
    mustTurnRed: 'server/src/modules/models/key-usage.test.ts :: makes no more than fifty rows a day',
  },
  {
    name: 'what-a-caller-sends-is-stored',
    file: 'server/src/modules/api-keys/clients.ts',
    find: 'const text = wordsFor(userAgent);',
    replace: "const text = wordsFor(userAgent) === 'curl' ? 'curl' : userAgent.slice(0, 64);",
    mustTurnRed: 'server/src/modules/models/key-usage.test.ts :: is counted by address and program in our words',
  },
  {
    name: 'a-changed-secret-stays-old',
    file: `${MIGRATIONS}/0036_providers_secret_age.sql`,
    find: 'new.secret is distinct from old.secret or ',
    replace: '',
    mustTurnRed: 'server/src/modules/credentials/credentials.test.ts :: has every secret of a provider',
  },
  {
    name: 'a-rotated-key-stays-old',
    file: 'server/src/modules/api-keys/age-queries.ts',
    find: 'coalesce(rotated_at, created_at)',
    replace: 'coalesce(created_at, rotated_at)',
    mustTurnRed: 'server/src/modules/credentials/credentials.test.ts :: has every live key',
  },
];
