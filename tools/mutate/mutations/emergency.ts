// Sabotages of break-glass: each opens more, for longer, or more quietly, and is seen by a test.
import type { Mutation } from '../mutation.ts';

const EMERGENCY = 'server/src/modules/emergency';
const TESTS = `${EMERGENCY}/emergency.test.ts`;
const SCHEMA = 'server/src/db/migrations/0035_emergency.sql';

export const emergencyMutations: readonly Mutation[] = [
  {
    name: 'one-part-opens',
    file: `${EMERGENCY}/queries.ts`,
    find: "    .where('first_part', '<>', part)\n",
    replace: '',
    mustTurnRed: `${TESTS} :: opens nothing with one part`,
  },
  {
    name: 'any-code-grants',
    file: `${EMERGENCY}/queries.ts`,
    find: "    .where('code_hash', '=', codeHash)\n",
    replace: '',
    mustTurnRed: `${TESTS} :: opens nothing with one part`,
  },
  {
    name: 'parts-are-not-spent',
    file: `${EMERGENCY}/opening.ts`,
    find: 'if (granted === undefined || !(await spendSeal(tx, now, sealId)))',
    replace: 'if (granted === undefined)',
    mustTurnRed: `${TESTS} :: spends both parts with their first use`,
  },
  {
    name: 'a-request-opens-before-it-is-granted',
    file: `${EMERGENCY}/queries.ts`,
    find: "    .where('granted_at', 'is not', null)\n",
    replace: '',
    mustTurnRed: `${TESTS} :: opens nothing with one part`,
  },
  {
    name: 'a-request-opens-many',
    file: `${EMERGENCY}/queries.ts`,
    find: "    .where('opened_at', 'is', null)\n    .where('ended_at', 'is', null)\n    .where('request_ends_at', '>', now)\n    .executeTakeFirst();",
    replace: "    .where('ended_at', 'is', null)\n    .where('request_ends_at', '>', now)\n    .executeTakeFirst();",
    mustTurnRed: `${TESTS} :: grants one of fifty second parts at once`,
  },
  {
    name: 'an-emergency-session-lives-on',
    file: SCHEMA,
    find: "where u.token_hash = hash and u.ended_at is null and u.expires_at > now()\n       and u.opened_at > now() - interval '60 minutes';",
    replace: 'where u.token_hash = hash and u.ended_at is null;',
    mustTurnRed: `${TESTS} :: is over after an hour`,
  },
  {
    name: 'the-table-takes-a-later-end',
    file: SCHEMA,
    find: "  check (expires_at <= opened_at + interval '60 minutes'),\n",
    replace: '',
    mustTurnRed: `${TESTS} :: is over after an hour`,
  },
  {
    name: 'an-emergency-session-seals-anew',
    file: `${EMERGENCY}/service.ts`,
    find: "if (principal.kind !== 'user' || userId === undefined) throw",
    replace: "if (principal.kind !== 'emergency' && userId === undefined) throw",
    mustTurnRed: `${TESTS} :: spends both parts with their first use`,
  },
  {
    name: 'owners-are-not-told-of-an-opening',
    file: `${EMERGENCY}/opening.ts`,
    find: '  await prepared.alarm.ring(ctx);\n  const payload',
    replace: '  const payload',
    mustTurnRed: `${TESTS} :: opens an owner’s session with two parts`,
  },
  {
    name: 'another-permission-gives-what-is-withheld',
    file: 'server/src/kernel/gate.ts',
    find: '!group.some((permission) => isWithheld(principal, permission))',
    replace: 'group.length > 0',
    mustTurnRed: `${TESTS} :: does what an owner may`,
  },
  {
    name: 'an-emergency-session-makes-keys',
    file: `${EMERGENCY}/reach.ts`,
    find: "if (resource === 'api_key') return",
    replace: "if (resource === 'no_key') return",
    mustTurnRed: `${EMERGENCY}/reach.test.ts :: makes and changes no key`,
  },
  {
    name: 'uses-are-cut-off-without-a-word',
    file: `${EMERGENCY}/service.ts`,
    find: 'isWhole: found.length <= USES_TOLD_MAX,',
    replace: 'isWhole: true,',
    mustTurnRed: `${EMERGENCY}/uses.test.ts :: are told to the fiftieth`,
  },
  {
    name: 'an-old-use-is-never-reviewed',
    file: `${EMERGENCY}/queries.ts`,
    find: "    .orderBy(sql`opened_at is not null and reviewed_at is null`, 'desc')\n",
    replace: '',
    mustTurnRed: `${EMERGENCY}/uses.test.ts :: are told to the fiftieth`,
  },
];
