// Organizations: the tenant itself. Other modules import nothing deeper.
import { defineModule } from '#kernel/module.ts';
import { errors, permissions } from './model.ts';
import { getOrganization, updateOrganization } from './routes.ts';

export { NewOrganization } from './model.ts';
export { findOrganization, lockOrganization } from './queries.ts';
export { foundOrganization } from './service.ts';

export const organizations = defineModule({
  name: 'organizations',
  permissions,
  errors,
  routes: [getOrganization, updateOrganization],
});
