// What a key was used for within 30 days: from where, with what, which models, how much, and what deserves a look.
import { z } from 'zod';
import type { OrgTx } from '#db/scope.ts';
import type { Context } from '#kernel/context.ts';
import { Nothing, timeOut } from '#kernel/fields.ts';
import { defineRoute } from '#kernel/route.ts';
import {
  ApiKeyRef,
  apiKeyPermissions,
  findApiKey,
  findKeyUses,
  flagsOf,
  flushUses,
  KEY_FLAGS,
} from '#modules/api-keys.ts';
import { listPrices } from '#modules/providers.ts';
import { costOf } from './key-cost.ts';
import { sumCallsOfKey, sumTokensOfKey } from './key-usage-queries.ts';

const DAYS = 30;
const PLACES_SHOWN = 20;
const DAY_MS = 86_400_000;

const Sums = { calls: z.int(), failures: z.int() };
const Tokens = { inputTokens: z.int(), outputTokens: z.int() };

export const KeyUsage = z.object({
  from: timeOut,
  to: timeOut,
  lastUsedAt: timeOut
    .nullable()
    .describe('To the minute; of other servers, uses of the last seconds may not be in yet'),
  flags: z.array(z.enum(KEY_FLAGS)),
  ...Sums,
  days: z
    .array(z.object({ day: z.string(), ...Sums, modelCalls: z.int(), ...Tokens }))
    .describe('Every day of UTC, the oldest first'),
  places: z
    .array(z.object({ address: z.string(), client: z.string(), ...Sums, lastAt: timeOut }))
    .describe('The 20 newest: IPv4 addresses whole, IPv6 by /64; programs in our words'),
  clients: z.array(z.object({ client: z.string(), ...Sums, lastAt: timeOut })),
  models: z.array(z.object({ model: z.string(), ...Sums, ...Tokens, estimatedCalls: z.int() })),
  cost: z
    .object({
      amounts: z.array(z.object({ currency: z.string(), amount: z.string().describe('Decimal, to the millionth') })),
      unpricedCalls: z.int().describe('Calls with tokens of models that have no price, or of a provider that is gone'),
    })
    .describe('At the prices of providers as they are set now'),
});

type Counted = { calls: number; failures: number };
type Use = Awaited<ReturnType<typeof findKeyUses>>[number];

export const keyUsageRoute = defineRoute({
  id: 'api_key.usage',
  method: 'GET',
  path: '/api/v1/api-keys/:apiKeyId/usage',
  summary: 'What a key was used for within 30 days, and what about it deserves a look',
  scope: 'org',
  access: [{ permission: apiKeyPermissions.read, target: (ctx, { params }) => findApiKey(ctx.tx, params.apiKeyId) }],
  rate: 'read',
  audit: { none: 'sums and addresses of one key, no content' },
  params: ApiKeyRef,
  query: Nothing,
  body: Nothing,
  output: KeyUsage,
  status: 200,
  errors: [],
  // What was counted here and is not in the database yet is told too.
  prepare: async (tools) => flushUses(tools),
  handle: (ctx, _input, [key]) => describeKeyUsage(ctx, key),
});

export async function describeKeyUsage(
  ctx: Pick<Context<OrgTx>, 'tx' | 'now'>,
  key: NonNullable<Awaited<ReturnType<typeof findApiKey>>>,
): Promise<z.input<typeof KeyUsage>> {
  const dayNames = Array.from({ length: DAYS }, (_, back) => dayOf(ctx.now.getTime() - (DAYS - 1 - back) * DAY_MS));
  const from = new Date(`${dayNames[0] ?? ''}T00:00:00Z`);
  const uses = await findKeyUses(ctx.tx, key.id, dayNames[0] ?? '');
  const calls = await sumCallsOfKey(ctx.tx, key.id, from);
  return {
    from: from.toISOString(),
    to: ctx.now.toISOString(),
    lastUsedAt: key.last_used_at?.toISOString() ?? null,
    flags: [...flagsOf(key, ctx.now)],
    ...sum(uses),
    days: dayNames.map((day) => {
      const ofDay = calls.filter((one) => one.day === day);
      return {
        day,
        ...sum(uses.filter((use) => use.day === day)),
        modelCalls: total(ofDay, 'calls'),
        inputTokens: total(ofDay, 'input_tokens'),
        outputTokens: total(ofDay, 'output_tokens'),
      };
    }),
    places: grouped(uses, (use) => `${use.address} ${use.client}`)
      .map((group) => ({ address: group[0].address, client: group[0].client, ...sum(group), lastAt: lastOf(group) }))
      .slice(0, PLACES_SHOWN),
    clients: grouped(uses, (use) => use.client).map((group) => ({
      client: group[0].client,
      ...sum(group),
      lastAt: lastOf(group),
    })),
    models: grouped(calls, ({ model }) => model).map((group) => ({
      model: group[0].model,
      calls: total(group, 'calls'),
      failures: total(group, 'failures'),
      inputTokens: total(group, 'input_tokens'),
      outputTokens: total(group, 'output_tokens'),
      estimatedCalls: total(group, 'estimated_calls'),
    })),
    cost: costOf(await sumTokensOfKey(ctx.tx, key.id, from), await listPrices(ctx.tx)),
  };
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function sum(uses: readonly Use[]): Counted {
  return { calls: total(uses, 'calls'), failures: total(uses, 'failures') };
}

function total<K extends string>(rows: readonly Readonly<Record<K, string>>[], column: K): number {
  return rows.reduce((all, row) => all + Number(row[column]), 0);
}

/** Groups in the order of their first rows; none is empty. */
function grouped<T>(rows: readonly T[], nameOf: (row: T) => string): readonly (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const row of rows) {
    const group = groups.get(nameOf(row));
    if (group === undefined) groups.set(nameOf(row), [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

/** Uses come with the latest first. */
function lastOf(uses: readonly [Use, ...Use[]]): string {
  return uses[0].last_at.toISOString();
}
