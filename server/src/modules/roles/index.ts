// Roles: what an organization lets its people do beyond the built-in roles. Other modules import nothing deeper.
import { defineModule } from '#kernel/module.ts';
import { rolesControl } from './controls/rb1-roles.ts';
import { oneRightControl } from './controls/rb3-one-right.ts';
import { explainRoute, giveRoute, takeRoute } from './give-routes.ts';
import { errors, permissions } from './model.ts';
import {
  createRoute,
  deleteRoute,
  getRoute,
  listPermissionsRoute,
  listRoute,
  previewRoute,
  updateRoute,
} from './routes.ts';

export { describeHeldRole, showHeldRoles } from './explain.ts';
export { HeldRoles, permissions as rolePermissions } from './model.ts';
export { countRolesOf, listHeldRoles, lockRole } from './queries.ts';
export { demandHolding, endRoleAs, takeRoleAs } from './service.ts';

export const roles = defineModule({
  name: 'roles',
  permissions,
  errors,
  routes: [
    listPermissionsRoute,
    listRoute,
    getRoute,
    createRoute,
    updateRoute,
    deleteRoute,
    previewRoute,
    giveRoute,
    takeRoute,
    explainRoute,
  ],
  controls: [rolesControl, oneRightControl],
});
