// The account: what its person sees and changes, and what a mailed link does for whoever holds it.
import { Nothing } from '#kernel/fields.ts';
import { defineRoute, type Resolvable } from '#kernel/route.ts';
import {
  confirmEmailChange,
  prepareConfirmation,
  prepareEmailChange,
  prepareLink,
  prepareVerification,
  requestEmailChange,
  sendVerification,
  verifyAddress,
} from './email.ts';
import { mailReset } from './jobs.ts';
import { mayMailTo } from './mail-limits.ts';
import {
  AccountChange,
  Account,
  ChangeEmail,
  ChangePassword,
  EmailChange,
  ForgottenPassword,
  permissions,
  ResetPassword,
  TokenOnly,
} from './model.ts';
import { findAccount, lockAccount, updateName } from './queries.ts';
import { describeAccount } from './describe-account.ts';
import { changePassword, preparePasswordChange, prepareReset, resetPassword } from './reset.ts';

/** The person whose link it is, which prepare found. */
const holder = {
  tables: ['person'],
  resolve: ({ prepared }: Resolvable) => ({ userId: (prepared as { readonly userId: string }).userId }),
} as const;

export const getAccount = defineRoute({
  id: 'account.get',
  method: 'GET',
  path: '/api/v1/account',
  summary: 'Your own account, whichever organization you are in',
  scope: 'person',
  access: [{ permission: permissions.read, target: (ctx) => findAccount(ctx.tx) }],
  rate: 'read',
  audit: { none: 'tells people about themselves' },
  params: Nothing,
  query: Nothing,
  body: Nothing,
  output: Account,
  status: 200,
  errors: [],
  handle: (ctx, _input, [account]) => describeAccount(ctx, account),
});

export const updateAccount = defineRoute({
  id: 'account.update',
  method: 'PATCH',
  path: '/api/v1/account',
  summary: 'Change your name, in every organization you are in',
  scope: 'person',
  access: [{ permission: permissions.update, target: (ctx) => lockAccount(ctx.tx) }],
  rate: 'write',
  audit: { action: 'account.updated' },
  params: Nothing,
  query: Nothing,
  body: AccountChange,
  output: Account,
  status: 200,
  errors: [],
  handle: async (ctx, { body }, [account]) => {
    await updateName(ctx.tx, body.name);
    // The log holds ids of people alone: that a name was changed, and not to which.
    ctx.subject('user', account.user_id);
    ctx.note({ changed: ['name'] });
    return describeAccount(ctx, { ...account, name: body.name, version: account.version + 1 });
  },
});

export const forgetPassword = defineRoute({
  id: 'account.request_reset',
  method: 'POST',
  path: '/api/v1/account/password/forgotten',
  summary: 'Mail a link to set a new password, if the address has an account; the answer is the same for every address',
  scope: 'system',
  access: { public: 'whoever lost the password cannot sign in; the link goes to the address of the account alone' },
  rate: 'sign_in',
  audit: { action: 'account.reset_requested' },
  params: Nothing,
  query: Nothing,
  body: ForgottenPassword,
  output: Nothing,
  status: 202,
  errors: [],
  prepare: (tools, { input }) => mayMailTo(tools, input.body.email),
  handle: async (ctx, { body }) => {
    if (ctx.prepared) await ctx.enqueue(mailReset, { email: body.email });
    return {};
  },
});

export const resetPasswordRoute = defineRoute({
  id: 'account.reset_password',
  method: 'POST',
  path: '/api/v1/account/password/reset',
  summary: 'Set a new password with the token of a mailed link; every session of the person ends',
  scope: holder,
  access: { public: 'the token, which went to the address of the account, is the proof' },
  rate: 'sign_in',
  audit: { action: 'account.password_reset' },
  params: Nothing,
  query: Nothing,
  body: ResetPassword,
  output: Nothing,
  status: 204,
  errors: ['account.link_refused'],
  prepare: (tools, { input }) => prepareReset(tools, input.body),
  handle: async (ctx) => {
    await resetPassword(ctx);
    return {};
  },
});

export const changePasswordRoute = defineRoute({
  id: 'account.change_password',
  method: 'POST',
  path: '/api/v1/account/password',
  summary: 'Change your password; every other session of yours ends',
  scope: 'person',
  access: [{ permission: permissions.update, target: (ctx) => findAccount(ctx.tx) }],
  rate: 'sign_in',
  audit: { action: 'account.password_changed' },
  params: Nothing,
  query: Nothing,
  body: ChangePassword,
  output: Nothing,
  status: 204,
  errors: ['account.wrong_password'],
  prepare: (tools, { principal, caller, input }) => preparePasswordChange(tools, principal, caller, input.body),
  handle: async (ctx) => {
    await changePassword(ctx);
    return {};
  },
});

export const sendVerificationRoute = defineRoute({
  id: 'account.send_verification',
  method: 'POST',
  path: '/api/v1/account/email/verification',
  summary: 'Mail a link that confirms the address of your account',
  scope: 'person',
  access: [{ permission: permissions.update, target: (ctx) => findAccount(ctx.tx) }],
  rate: 'write',
  audit: { action: 'account.verification_sent' },
  params: Nothing,
  query: Nothing,
  body: Nothing,
  output: Nothing,
  status: 202,
  errors: ['account.already_verified'],
  prepare: (tools, { principal }) => prepareVerification(tools, principal),
  handle: async (ctx) => {
    await sendVerification(ctx);
    return {};
  },
});

export const verifyEmailRoute = defineRoute({
  id: 'account.verify_email',
  method: 'POST',
  path: '/api/v1/account/email/verify',
  summary: 'Confirm an address with the token of the link that was mailed to it',
  scope: holder,
  access: { public: 'the link may be opened where nobody is signed in; the token is the proof' },
  rate: 'sign_in',
  audit: { action: 'account.email_verified' },
  params: Nothing,
  query: Nothing,
  body: TokenOnly,
  output: Nothing,
  status: 204,
  errors: ['account.link_refused'],
  prepare: (tools, { input }) => prepareLink(tools, ['email_verification'], input.body.token),
  handle: async (ctx) => {
    await verifyAddress(ctx);
    return {};
  },
});

export const changeEmailRoute = defineRoute({
  id: 'account.change_email',
  method: 'POST',
  path: '/api/v1/account/email',
  summary: 'Ask for another address; it changes when links mailed to the old and the new one have both been opened',
  scope: 'person',
  access: [{ permission: permissions.update, target: (ctx) => findAccount(ctx.tx) }],
  stepUp: true,
  rate: 'write',
  audit: { action: 'account.email_change_requested' },
  params: Nothing,
  query: Nothing,
  body: ChangeEmail,
  output: Nothing,
  status: 202,
  errors: ['account.same_email'],
  prepare: (tools, { principal, input }) => prepareEmailChange(tools, principal, input.body.newEmail),
  handle: async (ctx) => {
    await requestEmailChange(ctx);
    return {};
  },
});

export const confirmEmailRoute = defineRoute({
  id: 'account.confirm_email',
  method: 'POST',
  path: '/api/v1/account/email/confirm',
  summary: 'Confirm a change of address with the token of one of the two links',
  scope: holder,
  access: { public: 'the links are opened where the mail is read; the token is the proof' },
  rate: 'sign_in',
  audit: { action: 'account.email_change_confirmed' },
  params: Nothing,
  query: Nothing,
  body: TokenOnly,
  output: EmailChange,
  status: 200,
  errors: ['account.link_refused', 'identity.email_taken'],
  prepare: (tools, { input }) => prepareConfirmation(tools, input.body.token),
  handle: async (ctx) => ({ changed: await confirmEmailChange(ctx) }),
});
