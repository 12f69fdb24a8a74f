// Usage sums for people: calls and tokens of a period, by what they are asked for, with names beside the ids.
import type { OrgTx } from '#db/scope.ts';
import { callersOwn, defineRows, rowFilter } from '#kernel/authorize.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { encodeId, Nothing } from '#kernel/fields.ts';
import type { Principal } from '#kernel/principal.ts';
import { defineRoute } from '#kernel/route.ts';
import { findApiKeyNames } from '#modules/api-keys.ts';
import { findMemberNames } from '#modules/members.ts';
import { findProviderNames } from '#modules/providers.ts';
import { PERIOD_DAYS_MAX, SUMS_MAX, Usage, usagePermissions, UsageQuery } from './model.ts';
import { type Grouping, type Period, sumUsage } from './queries.ts';

const callRows = defineRows({ kind: 'model_call', permission: usagePermissions.read, ownerColumn: 'owner_user_id' });
const DEFAULT_DAYS = 30;
const DAY_MS = 86_400_000;

type Named = {
  readonly prefix: string;
  readonly findNames: (tx: OrgTx, principal: Principal, ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;
};

/** What is grouped by an id: what stands before it in public, and what it is called. */
const NAMED: Readonly<Partial<Record<Grouping, Named>>> = {
  provider: { prefix: 'prv', findNames: findProviderNames },
  api_key: { prefix: 'key', findNames: findApiKeyNames },
  user: { prefix: 'usr', findNames: findMemberNames },
};

export const usageRoute = defineRoute({
  id: 'usage.sum',
  method: 'GET',
  path: '/api/v1/usage',
  summary: 'Calls and tokens, summed by model, provider, key, person or day; members see their own',
  scope: 'org',
  access: [{ permission: usagePermissions.read, target: callersOwn }],
  rate: 'read',
  audit: { none: 'sums, no content' },
  params: Nothing,
  query: UsageQuery,
  body: Nothing,
  output: Usage,
  status: 200,
  errors: [],
  handle: async (ctx, { query }) => {
    const period = periodOf(query, ctx.now);
    const rows = rowFilter(callRows, ctx.principal);
    const found = await sumUsage(ctx.tx, rows, period, query.groupBy, SUMS_MAX + 1);
    const sums = found.slice(0, SUMS_MAX);
    const named = NAMED[query.groupBy];
    const ids = sums.flatMap(({ group }) => group ?? []);
    const names = await named?.findNames(ctx.tx, ctx.principal, ids);
    return {
      from: period.from.toISOString(),
      to: period.to.toISOString(),
      items: sums.map((sum) => ({
        group: sum.group === null || named === undefined ? sum.group : encodeId(named.prefix, sum.group),
        name: names?.get(sum.group ?? '') ?? null,
        calls: Number(sum.calls),
        failures: Number(sum.failures),
        inputTokens: Number(sum.input_tokens),
        outputTokens: Number(sum.output_tokens),
        estimatedCalls: Number(sum.estimated_calls),
      })),
      isWhole: found.length <= SUMS_MAX,
    };
  },
});

/** Throws `request.invalid` for a period that ends before it begins, or is too long. */
function periodOf(query: { readonly from?: string | undefined; readonly to?: string | undefined }, now: Date): Period {
  const to = query.to === undefined ? now : new Date(query.to);
  const from = query.from === undefined ? new Date(to.getTime() - DEFAULT_DAYS * DAY_MS) : new Date(query.from);
  const days = (to.getTime() - from.getTime()) / DAY_MS;
  if (days > 0 && days <= PERIOD_DAYS_MAX) return { from, to };
  const message =
    days > 0
      ? `is more than ${PERIOD_DAYS_MAX} days before \`to\``
      : `is not before \`to\`${query.to === undefined ? ', which is now' : ''}`;
  throw kernelErrors['request.invalid']({ fields: [{ pointer: '/query/from', message }] });
}
