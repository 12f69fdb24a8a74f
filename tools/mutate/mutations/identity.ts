// Sabotages of accounts: what works once, what it ends, and what it tells.
import type { Mutation } from '../mutation.ts';

const IDENTITY = 'server/src/modules/identity';

export const identityMutations: readonly Mutation[] = [
  {
    name: 'weak-passwords-are-taken',
    file: `${IDENTITY}/password-policy.ts`,
    find: 'if (strength.score >= SCORE_MIN) return { ok: true };',
    replace: 'if (strength.score <= SCORE_MIN) return { ok: true };',
    mustTurnRed: `${IDENTITY}/password-policy.test.ts :: three kinds alone are not`,
  },
  {
    name: 'a-wish-of-the-organization-is-no-demand',
    file: `${IDENTITY}/queries.ts`,
    find: 'return wanted.length === 0 ? undefined : Math.max(...wanted);',
    replace: 'return wanted.length === 0 ? undefined : Math.min(...wanted);',
    mustTurnRed: `${IDENTITY}/password-policy.test.ts :: the strictest organization of the person says`,
  },
  {
    name: 'a-new-password-is-the-old-one',
    file: `${IDENTITY}/queries.ts`,
    find: 'version: sql`password.version + 1`',
    replace: 'version: sql`password.version`',
    mustTurnRed: `${IDENTITY}/rehash.test.ts :: a sign-in that looked at a hash of today before a reset`,
  },
  {
    name: 'weak-hashes-stay',
    file: `${IDENTITY}/password-attempt.ts`,
    find: 'if (rehash !== undefined) await replaceHash(tx, rehash.from, rehash.to);',
    replace: "if (rehash === undefined) await replaceHash(tx, '', '');",
    mustTurnRed: `${IDENTITY}/rehash.test.ts :: fifty sign-ins at once on two servers with a hash of weaker parameters`,
  },
  {
    name: 'accounts-lock-by-address-alone',
    file: `${IDENTITY}/password-attempt.ts`,
    find: 'if (!lockable.ok) {',
    replace: 'if (!lockable.ok && addressKey === email) {',
    mustTurnRed: `${IDENTITY}/account-lock.test.ts :: of fifty guesses at once over two servers`,
  },
  {
    name: 'anybodys-device-is-known-to-every-account',
    file: `${IDENTITY}/password-attempt.ts`,
    find: 'if (device !== undefined && device.email.toLowerCase() === email.toLowerCase()) {',
    replace: 'if (device !== undefined) {',
    mustTurnRed: 'server/src/modules/sessions/devices.test.ts :: the device of somebody else, one that is forgotten',
  },
  {
    name: 'no-device-is-known',
    file: `${IDENTITY}/password-attempt.ts`,
    find: 'const device = await findCallersDevice(tools, deviceToken);',
    replace: 'const device = await findCallersDevice(tools, deviceToken && undefined);',
    mustTurnRed: 'server/src/modules/sessions/devices.test.ts :: who locks an account shuts its owner’s device out',
  },
  {
    name: 'a-user-agent-is-mailed',
    file: `${IDENTITY}/devices.ts`,
    find: 'device: describeDevice(device) };',
    replace: 'device: describeDevice(device) && device };',
    mustTurnRed: 'server/src/modules/sessions/devices.test.ts :: nothing that a caller sends as its device',
  },
  {
    name: 'a-one-time-token-works-twice',
    file: `${IDENTITY}/token-queries.ts`,
    find: "  const taken = await tx\n    .deleteFrom('one_time_token')\n    .where('purpose', '=', purpose)",
    replace:
      "  const taken = await tx\n    .updateTable('one_time_token')\n    .set({ created_at: now })\n    .where('purpose', '=', purpose)",
    mustTurnRed: `${IDENTITY}/email.test.ts :: an address is proven by the link that was mailed to it, once`,
  },
  {
    name: 'a-reset-ends-no-session',
    file: `${IDENTITY}/reset.ts`,
    find: 'const ended = await endOwnSessions(tx, keptSession);',
    replace: 'const ended = 0;',
    mustTurnRed: `${IDENTITY}/account.test.ts :: a new password by link signs in`,
  },
  {
    name: 'one-address-is-enough',
    file: `${IDENTITY}/email.ts`,
    find: "const isLast = facts['otherConfirmed'] === true;",
    replace: 'const isLast = true;',
    mustTurnRed: `${IDENTITY}/email.test.ts :: an address changes when both have confirmed`,
  },
  {
    name: 'a-request-looks-whether-there-is-an-account',
    file: `${IDENTITY}/routes.ts`,
    find: 'prepare: (tools, { input }) => mayMailTo(tools, input.body.email),',
    replace:
      "prepare: async (tools, { input }) =>\n    (await tools.lookup('find_account', [input.body.email])).length > 0 && mayMailTo(tools, input.body.email),",
    mustTurnRed: `${IDENTITY}/account.test.ts :: asking for a reset is the same`,
  },
];
