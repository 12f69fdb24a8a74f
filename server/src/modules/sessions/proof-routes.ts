// Second factors at the door and inside: finishing a sign-in, and proving again that it is you (step-up).
import { callersOwn } from '#kernel/authorize.ts';
import type { Secret } from '#crypto/secret.ts';
import type { PersonTx } from '#db/scope.ts';
import type { CallerFacts } from '#kernel/context.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { Nothing } from '#kernel/fields.ts';
import { refuseNetwork } from '#kernel/networks.ts';
import { personOf, type Principal, type Proof } from '#kernel/principal.ts';
import { defineRoute } from '#kernel/route.ts';
import type { Tools } from '#kernel/tools.ts';
import {
  checkFactor,
  type CheckedProof,
  factorErrors,
  type FactorProof,
  findDemand,
  hasFactor,
  proofsOf,
  proveSession,
  takeProof,
} from '#modules/factors.ts';
import {
  acceptPassword,
  findHolder,
  findOwnAccount,
  lockPerson,
  prepareDevice,
  type ProvenPassword,
  takeToken,
  tryPassword,
} from '#modules/identity.ts';
import { EnteredSession, errors, permissions, Proven, SessionProof, SignInFactor } from './model.ts';
import { openSession } from './service.ts';
import { deviceCookies, isReachedFrom, mintSession, type PreparedSession } from './sign-in.ts';

type PreparedFactor = PreparedSession & {
  readonly checked: CheckedProof;
  readonly challenge: { readonly purpose: 'sign_in_challenge'; readonly hash: Buffer };
};

export const signInWithFactor = defineRoute({
  id: 'session.create_with_factor',
  method: 'POST',
  path: '/api/v1/session/factor',
  summary: 'Finish signing in with a second factor; the session is a cookie',
  scope: {
    tables: ['org', 'person'],
    // What prepare found: the person whose challenge it is, and the organization they wanted to enter.
    resolve: ({ prepared }) => ({
      orgId: (prepared as PreparedFactor).orgId,
      userId: (prepared as PreparedFactor).userId,
    }),
  },
  access: { public: 'nobody is signed in yet; the challenge of a right password and a factor are the proof' },
  rate: 'sign_in',
  audit: { action: 'session.created' },
  params: Nothing,
  query: Nothing,
  body: SignInFactor,
  output: EnteredSession,
  status: 201,
  errors: ['factor.refused', 'factor.challenge_refused', 'session.no_organization'],
  prepare: (tools, { input: { body }, caller }) => prepareFactor(tools, body, caller),
  replyHeaders: (_result, prepared) => ({ 'set-cookie': prepared.cookie }),
  replyCookies: deviceCookies,
  handle: async (ctx) => {
    const { tx, now, prepared } = ctx;
    await lockPerson(tx);
    if ((await takeToken(tx, prepared.challenge, now)) === undefined) throw factorErrors['factor.challenge_refused']();
    await takeProof(tx, prepared.checked, now);
    ctx.subject('session', prepared.sessionId);
    ctx.note({ user: prepared.userId, provenBy: prepared.provenBy });
    return openSession(ctx, prepared);
  },
});

async function prepareFactor(
  tools: Tools,
  body: FactorProof & { readonly challenge: Secret<string> },
  caller: CallerFacts,
): Promise<PreparedFactor> {
  const holder = await findHolder(tools, 'sign_in_challenge', body.challenge);
  if (holder === undefined) throw factorErrors['factor.challenge_refused']();
  const { user_id: userId, hash, facts } = holder;
  const checked = await checkFactor(tools, userId, body, caller);
  // Whoever was taken out of the organization since the password was right enters nothing.
  const entered = await findDemand(tools.lookup, userId, String(facts['organization']));
  if (entered === undefined) throw errors['session.no_organization']();
  if (!isReachedFrom(entered, caller.address)) throw refuseNetwork('console', caller.address);
  const session = mintSession(tools, userId, entered, checked.kind);
  const device = await prepareDevice(tools, userId, caller);
  return { ...session, device, checked, challenge: { purpose: 'sign_in_challenge', hash } };
}

type PreparedProof =
  | { readonly kind: 'factor'; readonly checked: CheckedProof }
  | { readonly kind: 'password'; readonly proven: ProvenPassword };

export const proveAgain = defineRoute({
  id: 'session.prove',
  method: 'POST',
  path: '/api/v1/session/proof',
  summary:
    'Prove again that it is you, by a factor if you have one; the session stays, and what asked for it can be sent again',
  scope: 'person',
  access: [{ permission: permissions.prove, target: callersOwn }],
  rate: 'sign_in',
  audit: { action: 'session.proven' },
  params: Nothing,
  query: Nothing,
  body: SessionProof,
  output: Proven,
  status: 200,
  errors: ['factor.refused', 'session.password_not_enough', 'session.wrong_password'],
  prepare: (tools, { principal, input: { body }, caller }) => prepareProof(tools, principal, body, caller),
  handle: async (ctx) => {
    const { tx, now, prepared, principal } = ctx;
    await lockPerson(tx);
    if (prepared.kind === 'factor') await takeProof(tx, prepared.checked, now);
    else await takePassword(tx, prepared.proven);
    const provenBy: Proof = prepared.kind === 'factor' ? prepared.checked.kind : 'password';
    if (principal.kind !== 'user' || !(await proveSession(tx, principal.sessionId, provenBy)))
      throw kernelErrors['auth.invalid']();
    ctx.subject('session', principal.sessionId);
    ctx.note({ provenBy });
    return { provenAt: now.toISOString(), provenBy };
  },
});

/** It may have been reset, or a factor enrolled, since it was looked at. */
async function takePassword(tx: PersonTx, proven: ProvenPassword): Promise<void> {
  if (await hasFactor(tx)) throw errors['session.password_not_enough']();
  if (!(await acceptPassword(tx, proven))) throw errors['session.wrong_password']();
}

async function prepareProof(
  tools: Tools,
  principal: Principal,
  { password, ...sent }: FactorProof & { readonly password?: Secret<string> | undefined },
  caller: CallerFacts,
): Promise<PreparedProof> {
  const userId = personOf(principal);
  if (userId === undefined) throw kernelErrors['auth.invalid']();
  if (password === undefined) return { kind: 'factor', checked: await checkFactor(tools, userId, sent, caller) };
  if ((await proofsOf(tools, userId)).length > 0) throw errors['session.password_not_enough']();
  const account = await findOwnAccount(tools.lookup, userId);
  if (account === undefined) throw kernelErrors['auth.invalid']();
  const proven = await tryPassword(tools, { email: account.email, password }, caller);
  if (proven?.userId !== userId) throw errors['session.wrong_password']();
  return { kind: 'password', proven };
}
