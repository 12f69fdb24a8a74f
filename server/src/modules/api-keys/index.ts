// API keys: what programs call with. Other modules import nothing deeper.
import { defineCredential } from '#kernel/credential.ts';
import { defineModule } from '#kernel/module.ts';
import { defineObjectKind } from '#kernel/object-kinds.ts';
import { rotateRoute, updateRoute } from './change-routes.ts';
import { apiKeysControl } from './controls/ak1-api-keys.ts';
import { keyKindsControl } from './controls/ak2-kinds.ts';
import { belongingControl } from './controls/ak3-belonging.ts';
import { identifyByKey } from './identify.ts';
import { errors, permissions } from './model.ts';
import { getNetworksRoute, putNetworksRoute } from './network-routes.ts';
import { forgetUses } from './jobs.ts';
import { leakRoute } from './leak-route.ts';
import { lockApiKey } from './queries.ts';
import { reachRoute } from './reach-route.ts';
import { flushUses, noteUse } from './uses.ts';
import { createRoute, getRoute, listRoute, revokeRoute } from './routes.ts';

export {
  findOrganizationKeysOf,
  handOverOrganizationKeysOf,
  type OrganizationKey,
  revokeOrganizationKeysOf,
} from './leavers.ts';
export { ApiKeyRef, KEY_FLAGS, permissions as apiKeyPermissions } from './model.ts';
export { demandCoverOfKey } from './demands.ts';
export { exposeApiKey, prepareExposure } from './exposure.ts';
export { findApiKey, lockApiKey } from './queries.ts';
export { revokeApiKey } from './service.ts';
export { flagsOf, hasEnded } from './show.ts';
export { findKeyUses } from './use-queries.ts';
export { flushUses } from './uses.ts';
export { countLiveKeysOf } from './member-queries.ts';
export { type CredentialAge, listKeyAges } from './age-queries.ts';
export { findApiKeyNames } from './names.ts';

export const apiKeys = defineModule({
  name: 'api-keys',
  permissions,
  errors,
  routes: [
    createRoute,
    listRoute,
    getRoute,
    updateRoute,
    revokeRoute,
    rotateRoute,
    getNetworksRoute,
    putNetworksRoute,
    reachRoute,
    leakRoute,
  ],
  objects: [defineObjectKind({ kind: 'api_key', prefix: 'key', describe: 'API key', lock: lockApiKey })],
  jobs: [forgetUses],
  credentials: [defineCredential({ kind: 'api_key', identify: identifyByKey, noteUse, flush: flushUses })],
  controls: [apiKeysControl, keyKindsControl, belongingControl],
});
