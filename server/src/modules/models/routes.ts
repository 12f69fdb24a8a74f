// The list of models in OpenAI's form, and usage sums for people.
import { callersOwn, defineRows, rowFilter } from '#kernel/authorize.ts';
import { encodeId, Nothing } from '#kernel/fields.ts';
import { defineProtocol } from '#kernel/protocol-route.ts';
import { defineRoute } from '#kernel/route.ts';
import { listModels } from './list-models.ts';
import { ModelList, permissions, Usage, usagePermissions, UsageQuery } from './model.ts';
import { renderOpenAiError } from './openai-error.ts';
import { type Grouping, sumUsage } from './queries.ts';

export const listModelsRoute = defineProtocol(
  { renderError: renderOpenAiError },
  {
    id: 'model.list',
    method: 'GET',
    path: '/v1/models',
    summary: 'The models you can call, in the form of OpenAI',
    scope: 'org',
    access: [{ permission: permissions.use, target: async () => ({}) }],
    rate: 'read',
    audit: { none: 'names of models, no secret' },
    params: Nothing,
    query: Nothing,
    body: Nothing,
    output: ModelList,
    status: 200,
    errors: [],
    prepare: (tools, { principal }) => listModels(tools, principal),
    handle: async (ctx) => ({
      object: 'list' as const,
      data: ctx.prepared.map((model) => ({
        id: model.id,
        object: 'model' as const,
        created: 0,
        owned_by: model.provider,
      })),
    }),
  },
);

const callRows = defineRows({ kind: 'model_call', permission: usagePermissions.read, ownerColumn: 'owner_user_id' });
const DEFAULT_DAYS = 30;
const ID_PREFIXES: Readonly<Partial<Record<Grouping, string>>> = { provider: 'prv', api_key: 'key', user: 'usr' };

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
    const to = query.to === undefined ? ctx.now : new Date(query.to);
    const from = query.from === undefined ? new Date(to.getTime() - DEFAULT_DAYS * 86_400_000) : new Date(query.from);
    const prefix = ID_PREFIXES[query.groupBy];
    const sums = await sumUsage(ctx.tx, rowFilter(callRows, ctx.principal), from, to, query.groupBy);
    return {
      from: from.toISOString(),
      to: to.toISOString(),
      items: sums.map((sum) => ({
        group: sum.group === null || prefix === undefined ? sum.group : encodeId(prefix, sum.group),
        calls: Number(sum.calls),
        failures: Number(sum.failures),
        inputTokens: Number(sum.input_tokens),
        outputTokens: Number(sum.output_tokens),
        estimatedCalls: Number(sum.estimated_calls),
      })),
    };
  },
});
