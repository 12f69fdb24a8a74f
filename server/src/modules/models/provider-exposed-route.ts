// The secret of a provider that others have seen: no call goes out with it any more, and the last that did are shown.
import { z } from 'zod';
import { encodeId, idOut, Nothing, timeOut } from '#kernel/fields.ts';
import { defineRoute } from '#kernel/route.ts';
import {
  exposeProvider,
  lockProvider,
  prepareProviderExposure,
  providerPermissions,
  ProviderRef,
} from '#modules/providers.ts';
import { lastCallsOfProvider } from './provider-exposed-queries.ts';

const Exposing = z.strictObject({
  keepsWorking: z
    .boolean()
    .default(false)
    .describe('Calls go on with the exposed secret until it is replaced; else they are refused'),
});

const Exposed = z.object({
  exposedAt: timeOut,
  isBlocked: z.boolean(),
  lastCalls: z
    .array(
      z.object({
        at: timeOut,
        model: z.string(),
        keyId: idOut('key', 'The key that called').nullable(),
        userId: idOut('usr', 'The person it was for').nullable(),
      }),
    )
    .describe('The newest 50 calls that this server made with it; what others did with it, the provider knows'),
});

export const markProviderExposedRoute = defineRoute({
  id: 'provider.mark_exposed',
  method: 'POST',
  path: '/api/v1/providers/:providerId/mark-exposed',
  summary: 'Say that others have seen the secret of a provider: no call is made with it until it is replaced',
  scope: 'org',
  access: [
    {
      permission: providerPermissions.expose,
      target: (ctx, { params }) => lockProvider(ctx.tx, params.providerId),
    },
  ],
  stepUp: true,
  rate: 'write',
  audit: { action: 'provider.marked_exposed' },
  params: ProviderRef,
  query: Nothing,
  body: Exposing,
  output: Exposed,
  status: 200,
  errors: ['provider.no_secret'],
  prepare: (tools, { principal, input }) => prepareProviderExposure(tools, principal, input.params.providerId),
  handle: async (ctx, { body }, [provider]) => {
    const { exposedAt, isBlocked } = await exposeProvider(ctx, provider, body.keepsWorking);
    const calls = await lastCallsOfProvider(ctx.tx, provider.id);
    return {
      exposedAt: exposedAt.toISOString(),
      isBlocked,
      lastCalls: calls.map((call) => ({
        at: call.started_at.toISOString(),
        model: call.model,
        keyId: call.key_id === null ? null : encodeId('key', call.key_id),
        userId: call.owner_user_id === null ? null : encodeId('usr', call.owner_user_id),
      })),
    };
  },
});
