// Organizations: the tenant itself. Other modules import nothing deeper.
import { defineModule } from '#kernel/module.ts';
import { errors, permissions, securityPermissions } from './model.ts';
import { getOrganization, updateOrganization } from './routes.ts';

export { isOfInstallation, NewOrganization, securityPermissions } from './model.ts';
export {
  belongsNowhere,
  findOrganization,
  findOrganizationBySlug,
  findSlug,
  insertOrganization,
  isPersonal,
  lockMemberships,
  lockOrganization,
} from './queries.ts';
export { foundOrganization } from './service.ts';

export const organizations = defineModule({
  name: 'organizations',
  permissions: { ...permissions, manageSecurity: securityPermissions.manage },
  errors,
  routes: [getOrganization, updateOrganization],
});
