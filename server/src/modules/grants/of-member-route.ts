// What a member has by grants, and by which way: beside what their roles give them, it is the rest of the answer to what they may do.
import type { z } from 'zod';
import { may } from '#kernel/authorize.ts';
import { encodeId, Nothing } from '#kernel/fields.ts';
import type { ObjectKinds } from '#kernel/object-kinds.ts';
import { personOf, type Principal } from '#kernel/principal.ts';
import { defineRoute } from '#kernel/route.ts';
import { findMember } from '#modules/members.ts';
import { projectPermissions } from '#modules/projects.ts';
import { type GrantOfMember, GrantsOfMember, MemberRef, ownPermissions, permissions } from './model.ts';
import { listReaching, type Reaching } from './queries.ts';
import { levelOf, toObject } from './service.ts';

const TOLD_MAX = 500;

export const listOfMemberRoute = defineRoute({
  id: 'grant.list_of_member',
  method: 'GET',
  path: '/api/v1/members/:memberId/grants',
  summary: 'What a member has by grants now, and by which way: your own, or anybody’s where you see all grants',
  scope: 'org',
  access: [
    {
      permission: ownPermissions.read,
      orPermission: permissions.read,
      target: async (ctx, { params }) => {
        const member = await findMember(ctx.tx, params.memberId);
        return member === undefined ? undefined : { ...member, owner_user_id: member.user_id };
      },
    },
  ],
  rate: 'read',
  audit: { none: 'lists names, shows no secret' },
  params: MemberRef,
  query: Nothing,
  body: Nothing,
  output: GrantsOfMember,
  status: 200,
  errors: [],
  prepare: async ({ objects }) => ({ objects }),
  handle: async (ctx, _input, [member]) => {
    const rows = await listReaching(ctx.tx, member.user_id, TOLD_MAX + 1);
    const seesProjects = personOf(ctx.principal) === member.user_id || seesEveryProject(ctx.principal);
    return {
      items: rows.slice(0, TOLD_MAX).map((row) => toItem(ctx.prepared.objects, row, seesProjects)),
      isWhole: rows.length <= TOLD_MAX,
    };
  },
});

/** Who is in a project is not for everybody who sees grants. */
function seesEveryProject(principal: Principal): boolean {
  return may(principal, projectPermissions.read, {});
}

function toItem(objects: ObjectKinds, row: Reaching, seesProjects: boolean): z.input<typeof GrantOfMember> {
  const isHidden = row.to_kind === 'project' && !seesProjects;
  return {
    object: toObject(objects, { kind: row.object_kind, id: row.object_id }, row.object_name),
    level: levelOf(row.rank),
    by: { kind: row.to_kind, ...(isHidden ? { id: null, name: null } : namedBy(row)) },
    expiresAt: row.expires_at?.toISOString() ?? null,
  };
}

const PREFIXES = { member: 'mem', team: 'tem', project: 'prj' } as const;

function namedBy({ to_kind: kind, to_id: id, to_name: name }: Reaching) {
  return { id: kind === 'everybody' || id === null ? null : encodeId(PREFIXES[kind], id), name };
}
