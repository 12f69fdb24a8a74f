// Changing and rotating API keys: one's own, or those of the organization by whoever decides how programs get in.
import { Nothing } from '#kernel/fields.ts';
import { defineRoute } from '#kernel/route.ts';
import { securityPermissions } from '#modules/organizations.ts';
import { demandLimit } from './demands.ts';
import { mintKey } from './mint.ts';
import { ApiKey, ApiKeyChange, ApiKeyRef, permissions, Rotation, ShownApiKey } from './model.ts';
import { changeApiKey, lockChangeable, type PreparedRotation, rotateApiKey } from './service.ts';

export const updateRoute = defineRoute({
  id: 'api_key.update',
  method: 'PATCH',
  path: '/api/v1/api-keys/:apiKeyId',
  summary: 'Change a key; what is absent stays, and scopes only become fewer',
  scope: 'org',
  access: [
    {
      permission: permissions.update,
      orPermission: securityPermissions.manage,
      target: (ctx, { params }) => lockChangeable(ctx, params.apiKeyId),
    },
  ],
  stepUp: true,
  rate: 'write',
  audit: { action: 'api_key.updated' },
  params: ApiKeyRef,
  query: Nothing,
  body: ApiKeyChange,
  output: ApiKey,
  status: 200,
  errors: [
    'api_key.ended',
    'api_key.scope_refused',
    'api_key.kind_mismatch',
    'api_key.person_refused',
    'api_key.limit_refused',
  ],
  prepare: async (tools, { input }) => {
    demandLimit(input.body.perMinute, tools.keyLimits.perMinuteMax);
    return { roles: tools.roles };
  },
  handle: (ctx, { body }, [key]) => changeApiKey(ctx, key, body),
});

export const rotateRoute = defineRoute({
  id: 'api_key.rotate',
  method: 'POST',
  path: '/api/v1/api-keys/:apiKeyId/rotate',
  summary: 'Give a key a new secret, shown this once; the one before works on for the overlap',
  scope: 'org',
  access: [
    {
      permission: permissions.update,
      orPermission: securityPermissions.manage,
      target: (ctx, { params }) => lockChangeable(ctx, params.apiKeyId),
    },
  ],
  stepUp: true,
  demandsVersion: true,
  rate: 'write',
  audit: { action: 'api_key.rotated' },
  params: ApiKeyRef,
  query: Nothing,
  body: Rotation,
  output: ShownApiKey,
  secretReply: true,
  status: 200,
  errors: ['api_key.ended', 'api_key.beyond_yours'],
  prepare: async (tools, { input }): Promise<PreparedRotation> => ({
    roles: tools.roles,
    mint: (kind) => mintKey(tools, input.params.apiKeyId, kind),
  }),
  handle: (ctx, { body }, [key]) => rotateApiKey(ctx, key, body),
});
