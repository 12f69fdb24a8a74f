// Identity: people, their passwords and addresses, and what works once. Other modules import nothing deeper.
import { defineModule } from '#kernel/module.ts';
import { strongPasswordsControl } from './controls/id1-strong-passwords.ts';
import { noBypassControl } from './controls/oa3-no-bypass.ts';
import { forgetDevices, forgetTokens, mailReset } from './jobs.ts';
import { permissions } from './model.ts';
import {
  changeEmailRoute,
  changePasswordRoute,
  confirmEmailRoute,
  forgetPassword,
  getAccount,
  resetPasswordRoute,
  sendVerificationRoute,
  updateAccount,
  verifyEmailRoute,
} from './routes.ts';
import { errors } from './service.ts';
import { resumePersonRoute, suspendPersonRoute } from './suspend-routes.ts';

export { demandMailBudget } from './mail-limits.ts';
export { isProbe, lockKeyOf } from './account-lock.ts';
export { unlockAccount } from './lock-queries.ts';
export { Email, NewPerson, Password, permissions as accountPermissions } from './model.ts';
export { describeDevice } from './describe-device.ts';
export { keepDevice, mintDevice, type PreparedDevice, prepareDevice } from './devices.ts';
export { acceptPassword, type ProvenPassword, tryPassword } from './password-attempt.ts';
export { findHolder, mintToken, type MintedToken, storeToken, takeToken } from './one-time-tokens.ts';
export { endOwnSessions, findAccountByEmail, findOwnAccount, findPerson, lockPerson, verifyEmail } from './queries.ts';
export { putPersonStatus, restorePerson } from './probe-queries.ts';
export { createPerson, hashNewPassword, prepareNewPassword } from './service.ts';

export const identity = defineModule({
  name: 'identity',
  permissions,
  errors,
  routes: [
    getAccount,
    updateAccount,
    forgetPassword,
    resetPasswordRoute,
    changePasswordRoute,
    sendVerificationRoute,
    verifyEmailRoute,
    changeEmailRoute,
    confirmEmailRoute,
    suspendPersonRoute,
    resumePersonRoute,
  ],
  jobs: [mailReset, forgetTokens, forgetDevices],
  controls: [strongPasswordsControl, noBypassControl],
});
