// Sabotages of accounts: what works once, what it ends, and what it tells.
import type { Mutation } from '../mutation.ts';

const IDENTITY = 'server/src/modules/identity';

export const identityMutations: readonly Mutation[] = [
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
