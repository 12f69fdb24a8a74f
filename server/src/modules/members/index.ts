// Members: people in an organization. Other modules import nothing deeper.
import { defineModule } from '#kernel/module.ts';
import { errors, permissions } from './model.ts';
import { listMembersRoute } from './routes.ts';

export { putMemberStatus, putRole, restoreMember } from './probe-queries.ts';
export { findMemberNames } from './names.ts';
export { demandActingNow, findMemberNow } from './acting.ts';
export {
  type Acting,
  covers,
  demandActing,
  demandActor,
  demandCover,
  demandInsider,
  findActiveStanding,
  findStandings,
  getStanding,
  standingAs,
  type Standing,
} from './authority.ts';
export { errors, Member, permissions as memberPermissions } from './model.ts';
export {
  deleteMember,
  findMember,
  findMemberOf,
  findMemberPerson,
  findPersonByEmail,
  findShownMember,
  insertMember,
  listActiveOwners,
  listOwners,
  lockMember,
  type Owner,
  updateMember,
} from './queries.ts';
export { toMember } from './routes.ts';

export const members = defineModule({ name: 'members', permissions, errors, routes: [listMembersRoute] });
