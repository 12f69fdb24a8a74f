// A person's own second factors: an authenticator app in two steps, names, removal, recovery codes.
import { reveal } from '#crypto/secret.ts';
import { callersOwn } from '#kernel/authorize.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { encodeId, Nothing } from '#kernel/fields.ts';
import { defineRoute } from '#kernel/route.ts';
import { endOwnSessions, lockPerson } from '#modules/identity.ts';
import { demandRoom, finishEnrollment, ownAccount, prepareEnrollment, toFactor } from './enrollment.ts';
import {
  ConfirmTotp,
  Enrolled,
  errors,
  Factor,
  FactorName,
  FactorRef,
  Factors,
  NewTotp,
  permissions,
  RecoveryCodes,
} from './model.ts';
import { beginFactorAttempt } from './prove.ts';
import {
  beginTotp,
  confirmTotp,
  countRecoveryCodes,
  deleteRecoveryCodes,
  findFactor,
  findFactors,
  insertRecoveryCodes,
  listFactors,
  renameFactor,
} from './queries.ts';
import { newRecoveryCodes, showRecoveryCodes } from './recovery-codes.ts';
import { prepareRemoval, removeFactor } from './removal.ts';
import { matchTotp, startTotp } from './totp.ts';

export const listFactorsRoute = defineRoute({
  id: 'factor.list',
  method: 'GET',
  path: '/api/v1/account/factors',
  summary: 'Your second factors, and how many recovery codes are left',
  scope: 'person',
  access: [{ permission: permissions.read, target: callersOwn }],
  rate: 'read',
  audit: { none: 'tells people about themselves' },
  params: Nothing,
  query: Nothing,
  body: Nothing,
  output: Factors,
  status: 200,
  errors: [],
  handle: async (ctx) => ({
    items: (await listFactors(ctx.tx)).map(toFactor),
    recoveryCodesLeft: await countRecoveryCodes(ctx.tx),
  }),
});

export const startTotpRoute = defineRoute({
  id: 'factor.start_totp',
  method: 'POST',
  path: '/api/v1/account/factors/totp',
  summary:
    'Begin to enroll an authenticator app: the secret for it, which proves nothing before a code of it was confirmed',
  scope: 'person',
  access: [{ permission: permissions.manage, target: callersOwn }],
  stepUp: true,
  rate: 'write',
  audit: { action: 'factor.started' },
  params: Nothing,
  query: Nothing,
  body: FactorName,
  output: NewTotp,
  secretReply: true,
  status: 201,
  errors: ['factor.too_many'],
  prepare: async (tools, { principal }) => {
    const { userId, email } = await ownAccount(tools, principal);
    return { userId, ...startTotp(tools, email) };
  },
  handle: async (ctx, { body }) => {
    const { userId, id, sealed, secret, uri } = ctx.prepared;
    await lockPerson(ctx.tx);
    await demandRoom(ctx.tx);
    await beginTotp(ctx.tx, { user_id: userId, id, name: body.name, sealed_secret: sealed, created_at: ctx.now });
    ctx.subject('factor', id);
    return { id: encodeId('fac', id), secret: reveal(secret, 'totp.show'), uri: reveal(uri, 'totp.show') };
  },
});

export const confirmTotpRoute = defineRoute({
  id: 'factor.confirm_totp',
  method: 'POST',
  path: '/api/v1/account/factors/:factorId/confirm',
  summary: 'Finish enrolling an authenticator app with a code of it; your other sessions end',
  scope: 'person',
  access: [{ permission: permissions.manage, target: (ctx, { params }) => findFactor(ctx.tx, params.factorId) }],
  stepUp: true,
  rate: 'sign_in',
  audit: { action: 'factor.enrolled' },
  params: FactorRef,
  query: Nothing,
  body: ConfirmTotp,
  output: Enrolled,
  secretReply: true,
  status: 200,
  errors: ['factor.refused', 'factor.too_many', 'factor.registered'],
  prepare: async (tools, { principal, caller, input: { params, body } }) => {
    const enrollment = await prepareEnrollment(tools, principal);
    const attempt = await beginFactorAttempt(tools, enrollment.userId, caller);
    const started = (await findFactors(tools.lookup, enrollment.userId)).find(({ id }) => id === params.factorId);
    const step = started === undefined ? undefined : matchTotp(tools, started, body.code);
    if (step !== undefined || started === undefined) await attempt.succeed();
    return { ...enrollment, step };
  },
  handle: async (ctx, _input, [begun]) => {
    const { step } = ctx.prepared;
    if (step === undefined) throw errors['factor.refused']();
    await lockPerson(ctx.tx);
    await demandRoom(ctx.tx);
    const factor = await confirmTotp(ctx.tx, begun.id, step, ctx.now);
    if (factor === undefined) throw errors['factor.refused']();
    return finishEnrollment(ctx, factor, ctx.prepared);
  },
});

export const renameFactorRoute = defineRoute({
  id: 'factor.rename',
  method: 'PATCH',
  path: '/api/v1/account/factors/:factorId',
  summary: 'Give a second factor of yours another name',
  scope: 'person',
  access: [{ permission: permissions.manage, target: (ctx, { params }) => findFactor(ctx.tx, params.factorId) }],
  rate: 'write',
  audit: { action: 'factor.renamed' },
  params: FactorRef,
  query: Nothing,
  body: FactorName,
  output: Factor,
  status: 200,
  errors: [],
  handle: async (ctx, { body }, [factor]) => {
    const renamed = await renameFactor(ctx.tx, factor.id, body.name);
    if (renamed === undefined) throw kernelErrors['resource.not_found']();
    return toFactor(renamed);
  },
});

export const removeFactorRoute = defineRoute({
  id: 'factor.remove',
  method: 'DELETE',
  path: '/api/v1/account/factors/:factorId',
  summary: 'Remove a second factor of yours, unless an organization demands it; your other sessions end',
  scope: 'person',
  access: [{ permission: permissions.manage, target: (ctx, { params }) => findFactor(ctx.tx, params.factorId) }],
  stepUp: true,
  rate: 'write',
  audit: { action: 'factor.removed' },
  params: FactorRef,
  query: Nothing,
  body: Nothing,
  output: Nothing,
  status: 204,
  errors: ['factor.demanded', 'factor.none'],
  prepare: (tools, { principal }) => prepareRemoval(tools, principal),
  handle: async (ctx, _input, [factor]) => {
    await removeFactor(ctx, factor.id);
    return {};
  },
});

export const newRecoveryCodesRoute = defineRoute({
  id: 'factor.new_recovery_codes',
  method: 'POST',
  path: '/api/v1/account/recovery-codes',
  summary: 'Make new recovery codes; those before them stop working, and your other sessions end',
  scope: 'person',
  access: [{ permission: permissions.manage, target: callersOwn }],
  stepUp: true,
  rate: 'write',
  audit: { action: 'factor.recovery_codes_made' },
  params: Nothing,
  query: Nothing,
  body: Nothing,
  output: RecoveryCodes,
  secretReply: true,
  status: 201,
  errors: ['factor.none'],
  prepare: async (tools, { principal }) => ({
    ...(await ownAccount(tools, principal)),
    recovery: newRecoveryCodes(tools),
  }),
  handle: async (ctx) => {
    const { userId, recovery } = ctx.prepared;
    await lockPerson(ctx.tx);
    if ((await listFactors(ctx.tx)).length === 0) throw errors['factor.none']();
    await deleteRecoveryCodes(ctx.tx);
    await insertRecoveryCodes(ctx.tx, userId, recovery.hashes, ctx.now);
    const { principal } = ctx;
    ctx.note({ sessionsEnded: await endOwnSessions(ctx.tx, principal.kind === 'user' ? principal.sessionId : null) });
    ctx.subject('user', userId);
    return { recoveryCodes: showRecoveryCodes(recovery) };
  },
});
