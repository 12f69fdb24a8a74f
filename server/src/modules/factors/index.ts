// Second factors: authenticator apps, passkeys and recovery codes, and who must have one. Other modules import nothing deeper.
import { defineModule } from '#kernel/module.ts';
import { powerfulPeopleControl } from './controls/id6-powerful-people.ts';
import { factorsControl } from './controls/mf1-factors.ts';
import { oneTransactionControl } from './controls/rb8-one-transaction.ts';
import { forgetChallenges } from './jobs.ts';
import { errors, permissions } from './model.ts';
import {
  confirmTotpRoute,
  listFactorsRoute,
  newRecoveryCodesRoute,
  removeFactorRoute,
  renameFactorRoute,
  startTotpRoute,
} from './own-routes.ts';
import { askForPasskey, enrollPasskeyRoute, startPasskeyRoute } from './passkey-routes.ts';
import { policyErrors, policyPermissions } from './policy.ts';
import { getPolicyRoute, putPolicyRoute } from './policy-routes.ts';
import { resetMemberRoute, resetPersonRoute } from './reset-routes.ts';

export { heldTo, isUnproven, powersOf } from './demand.ts';
export { checkLonePasskey } from './lone-passkey.ts';
export { errors as factorErrors, FactorProof } from './model.ts';
export { AssertionJson } from './passkey-json.ts';
export { type CheckedProof, checkFactor, forgiveFactorFailures, proofsOf, takeProof } from './prove.ts';
export { readFactors } from './probe-queries.ts';
export {
  deleteAllFactors,
  findDemand,
  hasFactor,
  listDemands,
  type OrganizationDemand,
  proveSession,
} from './queries.ts';

export const factors = defineModule({
  name: 'factors',
  permissions: { ...permissions, readPolicy: policyPermissions.read },
  errors: { ...errors, ...policyErrors },
  routes: [
    listFactorsRoute,
    startTotpRoute,
    confirmTotpRoute,
    startPasskeyRoute,
    enrollPasskeyRoute,
    askForPasskey,
    renameFactorRoute,
    removeFactorRoute,
    newRecoveryCodesRoute,
    getPolicyRoute,
    putPolicyRoute,
    resetMemberRoute,
    resetPersonRoute,
  ],
  jobs: [forgetChallenges],
  controls: [powerfulPeopleControl, factorsControl, oneTransactionControl],
});
