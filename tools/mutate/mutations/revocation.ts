// Sabotages of what ends and of what works once: each is seen by a test with two servers.
import type { Mutation } from '../mutation.ts';

const FACTORS = 'server/src/modules/factors';
const SESSIONS = 'server/src/modules/sessions';

export const revocationMutations: readonly Mutation[] = [
  {
    name: 'anybody-who-may-signs-owners-out',
    file: `${SESSIONS}/member-routes.ts`,
    find: '  demandCover(actor, [await getStanding(ctx.tx, ctx.prepared.roles, memberId)]);\n',
    replace:
      "  if (actor.role === 'viewer') demandCover(actor, [await getStanding(ctx.tx, ctx.prepared.roles, memberId)]);\n",
    mustTurnRed: `${SESSIONS}/own-sessions.test.ts :: are seen and ended by who holds what their person holds`,
  },
  {
    name: 'nobody-is-told-of-ended-sessions',
    file: 'server/src/db/migrations/0015_own_sessions.sql',
    find: "select distinct s.org_id, 'session', 1 from ended s order by 1",
    replace: "select distinct s.org_id, 'session', 1 from ended s where s.org_id is null",
    mustTurnRed: `${SESSIONS}/revocation.test.ts :: signing out ends first at once`,
  },
  {
    name: 'another-role-in-the-same-session',
    file: 'server/src/db/migrations/0022_membership_epochs.sql',
    find: 'after insert or update of role, status or delete on member',
    replace: 'after insert or update of status or delete on member',
    mustTurnRed: `${SESSIONS}/revocation.test.ts :: another role ends first, second`,
  },
  {
    name: 'keys-outlast-their-people',
    file: 'server/src/db/migrations/0022_membership_epochs.sql',
    find: "select m.org_id, 'session', 1 from member m where m.user_id = new.user_id order by 1",
    replace: "select m.org_id, 'session', 1 from member m where m.user_id is null",
    mustTurnRed: 'server/src/modules/members/revocation.test.ts :: when the person is suspended',
  },
  {
    name: 'a-sign-in-under-way-overtakes-a-factor',
    file: `${SESSIONS}/service.ts`,
    find: "if (prepared.provenBy === 'password' && (await hasFactor(tx)))",
    replace: "if (prepared.provenBy !== 'password' && (await hasFactor(tx)))",
    mustTurnRed: `${SESSIONS}/in-flight.test.ts :: opens no session by password alone`,
  },
  {
    name: 'a-code-works-until-its-time-is-over',
    file: `${FACTORS}/queries.ts`,
    find: "    .where('last_step', '<', String(step))\n",
    replace: '',
    mustTurnRed: `${FACTORS}/once.test.ts :: fresh proofs with a code of an app`,
  },
  {
    name: 'a-recovery-code-that-is-gone-works',
    file: `${FACTORS}/queries.ts`,
    find: "deleteFrom('recovery_code').where('code_hash', '=', hash).executeTakeFirst();\n  return taken.numDeletedRows > 0n;",
    replace:
      "deleteFrom('recovery_code').where('code_hash', '=', hash).executeTakeFirst();\n  return taken.numDeletedRows >= 0n;",
    mustTurnRed: `${FACTORS}/once.test.ts :: fresh proofs with a recovery code`,
  },
  {
    name: 'a-challenge-is-not-used-up',
    file: `${SESSIONS}/proof-routes.ts`,
    find: "if ((await takeToken(tx, prepared.challenge, now)) === undefined) throw factorErrors['factor.challenge_refused']();",
    replace: 'await takeToken(tx, prepared.challenge, now);',
    mustTurnRed: `${FACTORS}/once.test.ts :: uses of one challenge`,
  },
];
