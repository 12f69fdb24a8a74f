// The list of models in OpenAI's form.
import { Nothing } from '#kernel/fields.ts';
import { defineProtocol } from '#kernel/protocol-route.ts';
import { listModels } from './list-models.ts';
import { ModelList, permissions } from './model.ts';
import { renderOpenAiError } from './openai-error.ts';

export const listModelsRoute = defineProtocol(
  { renderError: renderOpenAiError },
  {
    id: 'model.list',
    method: 'GET',
    path: '/v1/models',
    summary: 'The models you can call, in the form of OpenAI',
    scope: 'org',
    access: [{ permission: permissions.read, orPermission: permissions.use, target: async () => ({}) }],
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
