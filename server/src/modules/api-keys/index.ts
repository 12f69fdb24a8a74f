// API keys: what programs call with. Other modules import nothing deeper.
import { defineCredential } from '#kernel/credential.ts';
import { defineModule } from '#kernel/module.ts';
import { apiKeysControl } from './controls/ak1-api-keys.ts';
import { identifyByKey } from './identify.ts';
import { errors, permissions } from './model.ts';
import { getNetworksRoute, putNetworksRoute } from './network-routes.ts';
import { createRoute, getRoute, listRoute, revokeRoute } from './routes.ts';

export { findApiKeyNames } from './names.ts';

export const apiKeys = defineModule({
  name: 'api-keys',
  permissions,
  errors,
  routes: [createRoute, listRoute, getRoute, revokeRoute, getNetworksRoute, putNetworksRoute],
  credentials: [defineCredential({ kind: 'api_key', identify: identifyByKey })],
  controls: [apiKeysControl],
});
