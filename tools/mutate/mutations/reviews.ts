// Sabotages of access reviews: each lets a review say more than it did, or less, and is seen by a test.
import type { Mutation } from '../mutation.ts';

const REVIEWS = 'server/src/modules/reviews';
const OPEN = `${REVIEWS}/campaigns.test.ts`;
const END = `${REVIEWS}/closing.test.ts`;
const PLACES = `${REVIEWS}/projects.test.ts`;
const SCHEMA = 'server/src/db/migrations/0045_reviews_campaigns.sql';

export const reviewMutations: readonly Mutation[] = [
  {
    name: 'people-review-themselves',
    file: `${REVIEWS}/decide.ts`,
    find: 'if (isOwn && !isAlone)',
    replace: 'if (false)',
    mustTurnRed: `${OPEN} :: lets nobody decide about their own access`,
  },
  {
    name: 'a-role-of-ones-team-is-nobodys-own',
    file: `${REVIEWS}/decide.ts`,
    find: 'return item.user_id === userId || ((await findRevoking(item)?.concerns?.(deed, item)) ?? false);',
    replace: 'return item.user_id === userId;',
    mustTurnRed: `${OPEN} :: lets nobody decide about their own access`,
  },
  {
    name: 'a-review-revokes-nothing',
    file: `${REVIEWS}/decide.ts`,
    find: "if (outcome === 'revoked') await end?.();",
    replace: '',
    mustTurnRed: `${OPEN} :: ends a membership that is revoked`,
  },
  {
    name: 'a-reviewer-attests-to-more-than-they-hold',
    file: `${REVIEWS}/revoking.ts`,
    find: '  demandCover(actor, [await getStanding(ctx.tx, roles, member.id)]);\n',
    replace: '',
    mustTurnRed: `${OPEN} :: lets nobody decide about more than they hold`,
  },
  {
    name: 'a-key-of-somebody-above-is-decided-about',
    file: `${REVIEWS}/revoking.ts`,
    find: '  await demandCoverOfKey(ctx.tx, roles, actor.reach, key);\n',
    replace: '',
    mustTurnRed: `${OPEN} :: lets nobody decide about more than they hold`,
  },
  {
    name: 'a-place-with-more-than-ones-own-is-decided-about',
    file: 'server/src/modules/projects/review.ts',
    find: "if (!coversShared(actor, roles, await listSharedWith(org, project.id))) throw errors['project.beyond_yours']();",
    replace: '',
    mustTurnRed: `${PLACES} :: is decided about by nobody who has it`,
  },
  {
    name: 'a-transaction-stays-in-a-project',
    file: 'server/src/db/scope.ts',
    find: 'await enterProject(tx, before).catch(() => undefined);',
    replace: 'void before;',
    mustTurnRed: `${PLACES} :: is looked at inside its wall alone`,
  },
  {
    name: 'a-decision-is-made-twice',
    file: `${REVIEWS}/item-queries.ts`,
    find: "    .orderBy('id')\n    .forUpdate()\n    .execute();",
    replace: "    .orderBy('id')\n    .execute();",
    mustTurnRed: `${OPEN} :: takes one of fifty decisions at once`,
  },
  {
    name: 'the-due-date-is-waited-out',
    file: `${REVIEWS}/decide.ts`,
    find: "if (campaign.state !== 'open' || campaign.due_at <= now)",
    replace: "if (campaign.state !== 'open')",
    mustTurnRed: `${END} :: leaves no time for decisions after it`,
  },
  {
    name: 'anybody-lets-a-review-revoke-by-itself',
    file: `${REVIEWS}/campaigns.ts`,
    find: "if (wanted.onUnreviewed === 'revoke' && actor.role !== 'owner')",
    replace: 'if (false)',
    mustTurnRed: `${OPEN} :: revokes by itself only where an owner has said so`,
  },
  {
    name: 'the-next-review-starts-twice',
    file: SCHEMA,
    find: 'create unique index review_campaign_previous',
    replace: 'create index review_campaign_previous',
    mustTurnRed: `${END} :: comes once, however often its job runs`,
  },
  {
    name: 'a-decision-is-rewritten',
    file: SCHEMA,
    find: 'create trigger keep_review before update on review_item for each row execute function keep_review();\n',
    replace: '',
    mustTurnRed: `${END} :: leaves evidence of every item`,
  },
  {
    name: 'a-review-of-some-counts-as-one-of-all',
    file: SCHEMA,
    find: "where c.org_id = o.org_id and c.state = 'closed' and c.is_full)\n    from organization o left join",
    replace: "where c.org_id = o.org_id and c.state = 'closed')\n    from organization o left join",
    mustTurnRed: `${END} :: is owed every quarter`,
  },
  {
    name: 'a-late-review-is-not-told',
    file: `${REVIEWS}/campaigns.ts`,
    find: 'isOverdue: dueAt <= now,',
    replace: 'isOverdue: false,',
    mustTurnRed: `${END} :: is owed every quarter`,
  },
  {
    name: 'a-late-review-is-no-fault',
    file: `${REVIEWS}/controls/ar1-judge.ts`,
    find: '...(overdue === 0',
    replace: '...(overdue >= 0',
    mustTurnRed: 'server/test/controls/gate.test.ts :: AR1 fails on every mutant',
  },
];
