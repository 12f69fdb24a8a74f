// What a key may do, and why: each of its scopes held against the rights of whom it acts for.
import { z } from 'zod';
import { Nothing } from '#kernel/fields.ts';
import { hasBit, type Roles } from '#kernel/permissions.ts';
import { defineRoute } from '#kernel/route.ts';
import { encodeId, idOut } from '#kernel/fields.ts';
import { ApiKeyRef, permissions } from './model.ts';
import { type ApiKeyRow, findActiveRoles, findApiKey } from './queries.ts';
import { type KeyAuthority, reachOfKey } from './reach.ts';
import { kindOf } from './show.ts';

const WHY = ['granted', 'own_only', 'not_of_the_person', 'needs_a_person', 'no_scope'] as const;

const ReachOfKey = z.object({
  items: z.array(
    z.object({
      userId: idOut('usr', 'Whom it acts for').nullable().describe('Null when it acts for nobody'),
      role: z.string().nullable(),
      isActive: z.boolean().describe('False for members that are suspended: for them it does nothing'),
      scopes: z.array(
        z.object({
          scope: z.string(),
          describe: z.string(),
          why: z
            .enum(WHY)
            .describe(
              'granted: for all objects · own_only: for what belongs to the person · not_of_the_person: the person may not · needs_a_person: the key acts for nobody · no_scope: no key has it',
            ),
        }),
      ),
    }),
  ),
});

export const reachRoute = defineRoute({
  id: 'api_key.get_reach',
  method: 'GET',
  path: '/api/v1/api-keys/:apiKeyId/reach',
  summary: 'What the key may do now, for each person it acts for, and why',
  scope: 'org',
  access: [{ permission: permissions.read, target: (ctx, { params }) => findApiKey(ctx.tx, params.apiKeyId) }],
  rate: 'read',
  audit: { none: 'shows no secret' },
  params: ApiKeyRef,
  query: Nothing,
  body: Nothing,
  output: ReachOfKey,
  status: 200,
  errors: [],
  prepare: async (tools) => tools.roles,
  handle: async (ctx, _input, [key]) => {
    const people = key.owner_user_id === null ? key.people : [key.owner_user_id];
    const roleOf = await findActiveRoles(ctx.tx, people);
    if (key.owner_user_id === null && !key.acts_for_people)
      return { items: [{ userId: null, role: null, isActive: true, scopes: explain(ctx.prepared, key, {}) }] };
    return {
      items: people.map((person) => {
        const active = roleOf.get(person);
        return {
          userId: encodeId('usr', person),
          role: active?.role ?? null,
          isActive: active !== undefined,
          scopes: active === undefined ? [] : explain(ctx.prepared, key, active),
        };
      }),
    };
  },
});

function explain(roles: Roles, key: ApiKeyRow, person: Pick<KeyAuthority, 'role' | 'granted'>) {
  const reach = reachOfKey(roles, { kind: kindOf(key.kind), scopes: key.scopes, ...person });
  return key.scopes.map((scope) => {
    const permission = roles.findPermission(scope);
    if (permission === undefined || !permission.keyScope) return { scope, describe: '', why: 'no_scope' as const };
    const { describe } = permission;
    if (hasBit(reach.all, permission)) return { scope, describe, why: 'granted' as const };
    if (hasBit(reach.own, permission)) return { scope, describe, why: 'own_only' as const };
    return {
      scope,
      describe,
      why: person.role === undefined ? ('needs_a_person' as const) : ('not_of_the_person' as const),
    };
  });
}
