// Reading who is in the organization.
import type { z } from 'zod';
import { defineRows } from '#kernel/authorize.ts';
import { encodeId, Nothing } from '#kernel/fields.ts';
import { mapPage, pageOf } from '#kernel/page.ts';

import { defineRoute } from '#kernel/route.ts';
import { findOrganization } from '#modules/organizations.ts';
import { Member, permissions } from './model.ts';
import { listMembers, memberList, type ShownMember } from './queries.ts';

export const memberRows = defineRows({ kind: 'member', permission: permissions.read });

export const listMembersRoute = defineRoute({
  id: 'member.list',
  method: 'GET',
  path: '/api/v1/members',
  summary: 'The people in the organization and their roles',
  scope: 'org',
  access: [{ permission: permissions.read, target: (ctx) => findOrganization(ctx.tx) }],
  rows: memberRows,
  rate: 'read',
  audit: { none: 'lists names and roles, shows no secret' },
  params: Nothing,
  query: memberList.query.extend({
    role: Member.shape.role.optional().describe('Only those with this role'),
    status: Member.shape.status.optional().describe('Only those of this state'),
  }),
  body: Nothing,
  output: pageOf(Member),
  status: 200,
  errors: [],
  handle: async (ctx, { query }) => mapPage(await listMembers(ctx.tx, ctx.rows, query), toMember),
});

export function toMember(row: ShownMember): z.input<typeof Member> {
  return {
    id: encodeId('mem', row.id),
    userId: encodeId('usr', row.user_id),
    name: row.name,
    email: row.email,
    role: Member.shape.role.parse(row.role),
    status: Member.shape.status.parse(row.status),
    version: row.version,
    createdAt: row.created_at.toISOString(),
  };
}
