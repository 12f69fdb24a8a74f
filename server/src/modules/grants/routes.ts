// Granting one object to a member, a team or everybody; seeing, changing and ending grants.
import { callersOwn, defineRows, rankOf } from '#kernel/authorize.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { Nothing } from '#kernel/fields.ts';
import { readObjectId } from '#kernel/object-kinds.ts';
import { mapPage, pageOf } from '#kernel/page.ts';
import { personOf } from '#kernel/principal.ts';
import { defineRoute } from '#kernel/route.ts';
import type { Tools } from '#kernel/tools.ts';
import { findOrganization } from '#modules/organizations.ts';
import {
  Grant,
  GrantChange,
  GrantedObject,
  GrantFilter,
  GrantRef,
  NewGrant,
  ObjectOf,
  ownPermissions,
  permissions,
} from './model.ts';
import { grantedObjectList, grantList, listGrantedObjects, listGrants } from './queries.ts';
import { changeGrant, endGrant, giveGrant, levelOf, lockGrantOn, lockObject, toGrant, toObject } from './service.ts';

const rulesOf = async ({ roles, objects }: Tools) => ({ roles, objects });

/** Seen by who sees all of them, and by who manages what they are on. */
const grantRows = defineRows({
  kind: 'grant',
  permission: permissions.read,
  object: { kind: { column: 'object_grant.object_kind' }, idColumn: 'object_grant.object_id' },
});

export const listRoute = defineRoute({
  id: 'grant.list',
  method: 'GET',
  path: '/api/v1/grants',
  summary: 'Who was granted what; whoever manages an object sees the grants on it',
  scope: 'org',
  access: [{ permission: permissions.read, target: (ctx) => findOrganization(ctx.tx) }],
  rows: grantRows,
  rate: 'read',
  audit: { none: 'lists names, shows no secret' },
  params: Nothing,
  query: grantList.query.extend(GrantFilter),
  body: Nothing,
  output: pageOf(Grant),
  status: 200,
  errors: [],
  prepare: rulesOf,
  handle: async (ctx, { query: { objectId, level, ...query } }) => {
    const { objects } = ctx.prepared;
    const object = objectId === undefined ? undefined : readObjectId(objects, objectId);
    if (objectId !== undefined && object === undefined) throw kernelErrors['resource.not_found']();
    const rank = level === undefined ? undefined : rankOf(level);
    const page = await listGrants(ctx.tx, ctx.rows, { ...query, object, rank });
    return mapPage(page, (row) => toGrant(objects, row));
  },
});

export const giveRoute = defineRoute({
  id: 'grant.give',
  method: 'POST',
  path: '/api/v1/objects/:objectId/grants',
  summary: 'Grant one object to a member, a team or everybody; who has a grant on it gets this one in its place',
  scope: 'org',
  access: [
    {
      permission: permissions.give,
      target: (ctx, { params }) => lockObject(ctx, params.objectId),
    },
  ],
  stepUp: true,
  rate: 'write',
  audit: { action: 'grant.given' },
  params: ObjectOf,
  query: Nothing,
  body: NewGrant,
  output: Grant,
  status: 201,
  errors: [
    'grant.beyond_yours',
    'grant.to_whom',
    'grant.unfit',
    'grant.unfit_end',
    'grant.guest_manages',
    'grant.too_many',
  ],
  prepare: async ({ roles, objects, newId }) => ({ roles, objects, id: newId() }),
  handle: (ctx, { body }, [object]) => giveGrant(ctx, object, body),
});

export const updateRoute = defineRoute({
  id: 'grant.update',
  method: 'PATCH',
  path: '/api/v1/grants/:grantId',
  summary: 'Change the level of a grant, or when it ends; it holds at once',
  scope: 'org',
  access: [
    {
      permission: permissions.end,
      target: (ctx, { params }) => lockGrantOn(ctx, params.grantId),
    },
  ],
  stepUp: true,
  rate: 'write',
  audit: { action: 'grant.updated' },
  params: GrantRef,
  query: Nothing,
  body: GrantChange,
  output: Grant,
  status: 200,
  errors: ['grant.beyond_yours', 'grant.unfit_end', 'grant.guest_manages'],
  prepare: rulesOf,
  handle: (ctx, { body }, [on]) => changeGrant(ctx, on, on.grant, body),
});

export const endRoute = defineRoute({
  id: 'grant.end',
  method: 'DELETE',
  path: '/api/v1/grants/:grantId',
  summary: 'End a grant; it holds no more at once',
  scope: 'org',
  access: [
    {
      permission: permissions.end,
      target: (ctx, { params }) => lockGrantOn(ctx, params.grantId),
    },
  ],
  stepUp: true,
  rate: 'write',
  audit: { action: 'grant.ended' },
  params: GrantRef,
  query: Nothing,
  body: Nothing,
  output: Nothing,
  status: 204,
  errors: ['grant.beyond_yours'],
  prepare: rulesOf,
  handle: (ctx, _input, [on]) => endGrant(ctx, on, on.grant),
});

const grantedRows = defineRows({
  kind: 'granted_object',
  permission: ownPermissions.read,
  ownerColumn: 'granted.user_id',
});

export const listOwnRoute = defineRoute({
  id: 'granted_object.list',
  method: 'GET',
  path: '/api/v1/granted-objects',
  summary: 'What was granted to you, by which way, and until when',
  scope: 'org',
  access: [{ permission: ownPermissions.read, target: callersOwn }],
  rows: grantedRows,
  rate: 'read',
  audit: { none: 'shows the caller what is theirs' },
  params: Nothing,
  query: grantedObjectList.query,
  body: Nothing,
  output: pageOf(GrantedObject),
  status: 200,
  errors: [],
  prepare: rulesOf,
  handle: async (ctx, { query }) => {
    const person = personOf(ctx.principal);
    if (person === undefined) throw kernelErrors['auth.forbidden']();
    const page = await listGrantedObjects(ctx.tx, ctx.rows, { ...query, person });
    return mapPage(page, (row) => ({
      object: toObject(ctx.prepared.objects, { kind: row.kind, id: row.object_id }, row.name),
      level: levelOf(row.rank),
      by: row.by,
      expiresAt: row.expires_at?.toISOString() ?? null,
    }));
  },
});
