// Sabotages of the console: what everybody must be able to see, read and reach.
import type { Mutation } from '../mutation.ts';

export const consoleMutations: readonly Mutation[] = [
  {
    name: 'what-was-refused-of-several-is-told-as-done',
    file: 'console/src/ui/list/each.ts',
    find: 'refused.push({ name: nameOf(row), why: whyOf(error) });',
    replace: 'done += 1;',
    mustTurnRed: 'console/src/ui/list/each.test.ts :: what is refused of one row stops no other',
    isQuick: true,
  },
  {
    name: 'words-go-while-somebody-looks',
    file: 'console/src/ui/toasts.ts',
    find: 'if (!isHeld) begin(lastId);',
    replace: 'begin(lastId);',
    mustTurnRed: 'console/src/ui/toasts.test.ts :: nothing goes while somebody looks',
    isQuick: true,
  },
  {
    name: 'days-without-a-call-are-left-out',
    file: 'console/src/pages/usage-period.ts',
    find: 'const day = dayOf(first + at * DAY_MS);',
    replace: "const day = items[at]?.group ?? '';",
    mustTurnRed: 'console/src/pages/usage-period.test.ts :: days without a call are there',
    isQuick: true,
  },
  {
    name: 'usage-names-what-its-reader-may-not-list',
    file: 'server/src/modules/members/queries.ts',
    find: ".where('member.user_id', 'in', userIds)\n    .where(rows.condition)",
    replace: ".where('member.user_id', 'in', userIds)",
    mustTurnRed: 'server/src/modules/models/usage.test.ts :: names nothing that the caller may not list',
  },
  {
    name: 'organizations-of-others-are-listed',
    file: 'server/src/db/migrations/0024_sessions_organizations.sql',
    find: "where m.user_id = current_person() and m.status = 'active'",
    replace: "where m.status = 'active'",
    mustTurnRed: 'server/test/walls.test.ts :: a look-up that the application may call tells nothing of another tenant',
  },
  {
    name: 'a-name-is-written-over-unseen',
    file: 'server/src/modules/identity/queries.ts',
    find: '.set({ name, version: sql`version + 1` })',
    replace: '.set({ name })',
    mustTurnRed: 'server/src/modules/identity/name.test.ts :: is changed from what was read, or not at all',
  },
];
