// A key whose text was seen by somebody it was not meant for: it is ended at once, and where it was used is shown and told.
import { z } from 'zod';
import { Nothing, timeOut } from '#kernel/fields.ts';
import { defineRoute } from '#kernel/route.ts';
import {
  ApiKeyRef,
  apiKeyPermissions,
  exposeApiKey,
  findApiKey,
  lockApiKey,
  prepareExposure,
} from '#modules/api-keys.ts';
import { describeKeyUsage, KeyUsage } from './key-usage-route.ts';

const Exposed = z.object({
  exposedAt: timeOut,
  worked: z.boolean().describe('Whether it could be used until now; false for a key that had ended before'),
  usage: KeyUsage,
});

export const markKeyExposedRoute = defineRoute({
  id: 'api_key.mark_exposed',
  method: 'POST',
  path: '/api/v1/api-keys/:apiKeyId/mark-exposed',
  summary: 'End a key whose text was seen where it does not belong, and see where it was used; its people are told',
  scope: 'org',
  access: [
    { permission: apiKeyPermissions.revoke, target: (ctx, { params }) => lockApiKey(ctx.tx, params.apiKeyId) },
    { permission: apiKeyPermissions.read, target: (ctx, { params }) => findApiKey(ctx.tx, params.apiKeyId) },
  ],
  stepUp: true,
  rate: 'write',
  audit: { action: 'api_key.marked_exposed' },
  params: ApiKeyRef,
  query: Nothing,
  body: Nothing,
  output: Exposed,
  status: 200,
  errors: ['api_key.public_by_nature'],
  prepare: (tools, { principal, input }) => prepareExposure(tools, principal, input.params.apiKeyId),
  handle: async (ctx, _input, [key]) => {
    const { exposedAt, worked } = await exposeApiKey(ctx, key);
    return { exposedAt: exposedAt.toISOString(), worked, usage: await describeKeyUsage(ctx, key) };
  },
});
