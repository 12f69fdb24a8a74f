// Providers: where model calls go. Other modules import nothing deeper.
import { defineModule } from '#kernel/module.ts';
import { sealedSecretsControl } from './controls/en1-sealed-secrets.ts';
import { defineObjectKind } from '#kernel/object-kinds.ts';
import { errors, permissions } from './model.ts';
import { lockProvider } from './queries.ts';
import { createRoute, deleteRoute, getRoute, listRoute, testRoute, updateRoute } from './routes.ts';

export { exposeProvider, prepareProviderExposure } from './exposure.ts';
export { permissions as providerPermissions, ProviderRef } from './model.ts';
export { lockProvider } from './queries.ts';
export { listSecretAges } from './age-queries.ts';
export { findProviderNames } from './names.ts';
export { listPrices } from './prices.ts';
export { askForModels } from './probe.ts';
export { connectedProviders, type ConnectedProvider, credentialHeaders } from './connect.ts';

export const providers = defineModule({
  name: 'providers',
  permissions,
  errors,
  routes: [createRoute, listRoute, getRoute, updateRoute, deleteRoute, testRoute],
  objects: [defineObjectKind({ kind: 'provider', prefix: 'prv', describe: 'model provider', lock: lockProvider })],
  controls: [sealedSecretsControl],
});
