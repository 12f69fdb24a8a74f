// Passkeys over HTTP: what to ask a browser for, and enrolling what it made. Showing one is for the routes of sessions.
import type { z } from 'zod';
import { isDuplicate } from '#db/errors.ts';
import { encodeUuid } from '#crypto/uuid.ts';
import type { PersonTx } from '#db/scope.ts';
import type { Context } from '#kernel/context.ts';
import { callersOwn } from '#kernel/authorize.ts';
import { Nothing } from '#kernel/fields.ts';
import type { Principal } from '#kernel/principal.ts';
import { defineRoute } from '#kernel/route.ts';
import type { Tools } from '#kernel/tools.ts';
import { lockPerson } from '#modules/identity.ts';
import { CHALLENGE_MS, issueChallenge } from './challenge.ts';
import { demandRoom, finishEnrollment, ownAccount, type PreparedEnrollment, prepareEnrollment } from './enrollment.ts';
import { Enrolled, errors, permissions } from './model.ts';
import { CreationOptions, NewPasskey, RequestOptions } from './passkey-model.ts';
import { insertAnswered, insertPasskey } from './passkey-queries.ts';
import { findFactors, type KnownFactor } from './queries.ts';
import { type CheckedRegistration, checkRegistration } from './registration.ts';
import { ALGORITHMS, relyingPartyOf, RP_NAME } from './relying-party.ts';

export const askForPasskey = defineRoute({
  id: 'factor.ask_for_passkey',
  method: 'GET',
  path: '/api/v1/session/passkey/options',
  summary: 'What to ask a browser for to sign in with a passkey, or to show one as a factor or a fresh proof',
  scope: 'system',
  access: { public: 'anybody may ask for a random number' },
  rate: 'read',
  audit: { none: 'a random number that is stored nowhere' },
  params: Nothing,
  query: Nothing,
  body: Nothing,
  output: RequestOptions,
  status: 200,
  errors: [],
  prepare: async (tools): Promise<z.input<typeof RequestOptions>> => ({
    challenge: issueChallenge(tools, { purpose: 'assertion' }),
    rpId: relyingPartyOf(tools).rpId,
    timeout: CHALLENGE_MS,
    userVerification: 'required',
  }),
  handle: async ({ prepared }) => prepared,
});

export const startPasskeyRoute = defineRoute({
  id: 'factor.start_passkey',
  method: 'POST',
  path: '/api/v1/account/factors/passkeys/options',
  summary: 'Begin to enroll a passkey: what to ask a browser for',
  scope: 'person',
  access: [{ permission: permissions.manage, target: callersOwn }],
  stepUp: true,
  rate: 'write',
  audit: { action: 'factor.started' },
  params: Nothing,
  query: Nothing,
  body: Nothing,
  output: CreationOptions,
  status: 200,
  errors: ['factor.too_many'],
  prepare: (tools, { principal }) => prepareCreation(tools, principal),
  handle: async (ctx) => {
    await lockPerson(ctx.tx);
    await demandRoom(ctx.tx);
    return ctx.prepared;
  },
});

export const enrollPasskeyRoute = defineRoute({
  id: 'factor.enroll_passkey',
  method: 'POST',
  path: '/api/v1/account/factors/passkeys',
  summary: 'Enroll the passkey that a browser made; your other sessions end',
  scope: 'person',
  access: [{ permission: permissions.manage, target: callersOwn }],
  stepUp: true,
  rate: 'write',
  audit: { action: 'factor.enrolled' },
  params: Nothing,
  query: Nothing,
  body: NewPasskey,
  output: Enrolled,
  secretReply: true,
  status: 201,
  errors: ['factor.refused', 'factor.registered', 'factor.too_many'],
  prepare: async (tools, { principal, input: { body } }) => {
    const enrollment = await prepareEnrollment(tools, principal);
    const registration = await checkRegistration(tools, enrollment.userId, body.registration);
    if (registration === undefined) throw errors['factor.refused']();
    return { ...enrollment, registration, factorId: tools.newId() };
  },
  handle: (ctx, { body }) => enroll(ctx, body.name),
});

async function prepareCreation(tools: Tools, principal: Principal): Promise<z.input<typeof CreationOptions>> {
  const { userId, email } = await ownAccount(tools, principal);
  const known = await findFactors(tools.lookup, userId);
  return {
    rp: { id: relyingPartyOf(tools).rpId, name: RP_NAME },
    user: { id: encodeUuid(userId).toString('base64url'), name: email, displayName: email },
    challenge: issueChallenge(tools, { purpose: 'registration', userId }),
    pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
    timeout: CHALLENGE_MS,
    excludeCredentials: known.flatMap(toDescriptor),
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    attestation: 'none',
  };
}

function toDescriptor({ credential_id: id, transports }: KnownFactor) {
  if (id === null) return [];
  return [{ type: 'public-key' as const, id: id.toString('base64url'), transports: [...(transports ?? [])] }];
}

type PreparedPasskey = PreparedEnrollment & {
  readonly registration: CheckedRegistration;
  readonly factorId: string;
};

async function enroll(ctx: Context<PersonTx, PreparedPasskey>, name: string) {
  const { tx, now, prepared } = ctx;
  const { userId, factorId, registration } = prepared;
  await lockPerson(tx);
  await demandRoom(tx);
  if (!(await insertAnswered(tx, { userId, ...registration.challenge }, now))) throw errors['factor.refused']();
  const factor = await insertPasskey(tx, {
    user_id: userId,
    id: factorId,
    name,
    created_at: now,
    credential_id: registration.credentialId,
    public_key: registration.publicKey,
    sign_count: String(registration.signCount),
    transports: [...registration.transports],
    is_backed_up: registration.isBackedUp,
  }).catch(tellRegistered);
  return finishEnrollment(ctx, factor, prepared);
}

function tellRegistered(error: unknown): never {
  throw isDuplicate(error, 'factor_credential') ? errors['factor.registered']() : error;
}
