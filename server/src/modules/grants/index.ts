// Grants: one object for one member, team, or everybody. Other modules import nothing deeper.
import { defineModule } from '#kernel/module.ts';
import { grantsControl } from './controls/rb5-grants.ts';
import { errors, ownPermissions, permissions } from './model.ts';
import { listOfMemberRoute } from './of-member-route.ts';
import { endRoute, giveRoute, listOwnRoute, listRoute, updateRoute } from './routes.ts';

export { GrantEnd, GrantObject, Level, ObjectOf, permissions as grantPermissions } from './model.ts';
export { countGrantsOf, insertGrant } from './queries.ts';
export { endGrantAs, holdGrant } from './review.ts';
export {
  demandHeld,
  endOf,
  type Granting,
  hasRoom,
  levelOf,
  lockObject,
  lockRef,
  type Rules,
  toObject,
} from './service.ts';

export const grants = defineModule({
  name: 'grants',
  permissions: { ...permissions, ownRead: ownPermissions.read },
  errors,
  routes: [listRoute, giveRoute, updateRoute, endRoute, listOwnRoute, listOfMemberRoute],
  controls: [grantsControl],
});
