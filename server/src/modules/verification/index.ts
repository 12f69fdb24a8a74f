// Verification: what the controls found, over the API, and the organizations they probe. Other modules import nothing deeper.
import { defineModule } from '#kernel/module.ts';
import { errors, permissions } from './model.ts';
import { beginRun, getControl, getReportKey, getRun, listControls } from './routes.ts';

export { prepareAccounts } from './accounts.ts';
export { type OpenedTenants, prepareTenants } from './tenants.ts';
export { openTenantVault } from './vault.ts';

export const verification = defineModule({
  name: 'verification',
  permissions,
  errors,
  routes: [listControls, getReportKey, getControl, beginRun, getRun],
});
