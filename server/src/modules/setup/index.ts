// Setup: the first run. Other modules import nothing deeper.
import { defineModule } from '#kernel/module.ts';
import { noDefaultCredentialsControl } from './controls/id2-no-default-credentials.ts';
import { errors, permissions } from './model.ts';
import { getSetupState, issueToken, setUpRoute } from './routes.ts';

export { issueSetupLink } from './service.ts';

export const setup = defineModule({
  name: 'setup',
  permissions,
  errors,
  routes: [setUpRoute, getSetupState, issueToken],
  controls: [noDefaultCredentialsControl],
});
