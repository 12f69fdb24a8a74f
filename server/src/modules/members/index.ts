// Members: people in an organization. Other modules import nothing deeper.
import { defineModule } from '#kernel/module.ts';
import { permissions } from './model.ts';
import { listMembersRoute } from './routes.ts';

export { putMemberStatus, putRole, restoreMember } from './probe-queries.ts';
export { findMemberNames } from './names.ts';
export { findMember, findMemberPerson, insertMember, listOwners, type Owner } from './queries.ts';

export const members = defineModule({ name: 'members', permissions, routes: [listMembersRoute] });
