// Signing in: what happens before the transaction.
import { hashToken } from '#crypto/hash.ts';
import { newToken } from '#crypto/random.ts';
import type { Secret } from '#crypto/secret.ts';
import type { CallerFacts } from '#kernel/context.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Tools } from '#kernel/tools.ts';
import { tryPassword } from '#modules/identity.ts';
import { listMemberships } from '#modules/members.ts';
import { errors } from './model.ts';

export type PreparedSession = {
  readonly userId: string;
  readonly orgId: string;
  readonly sessionId: string;
  readonly tokenHash: Buffer;
  readonly cookie: string;
  readonly idleMinutes: number;
  readonly absoluteMinutes: number;
  /** Of the password that was the proof, if one was. */
  readonly passwordHash?: string;
};

type SignIn = { readonly email: string; readonly password: Secret<string>; readonly organization?: string | undefined };

export async function prepareSignIn(tools: Tools, body: SignIn, caller: CallerFacts): Promise<PreparedSession> {
  const proven = await tryPassword(tools, body, caller);
  if (proven === undefined) throw errors['session.wrong_credentials']();
  const { userId, passwordHash } = proven;
  const memberships = await listMemberships(tools.lookup, userId);
  const entered =
    body.organization === undefined ? memberships[0] : memberships.find((one) => one.slug === body.organization);
  if (entered === undefined) throw errors['session.no_organization']();
  return { ...mintSession(tools, userId, entered.org_id), passwordHash };
}

/** A session in another organization of the person, minted beside the one they have; 403 for one they are not in. */
export async function prepareEntry(tools: Tools, userId: string | undefined, slug: string): Promise<PreparedSession> {
  if (userId === undefined) throw kernelErrors['auth.forbidden']();
  const memberships = await listMemberships(tools.lookup, userId);
  const entered = memberships.find((one) => one.slug === slug);
  if (entered === undefined) throw errors['session.no_organization']();
  return mintSession(tools, userId, entered.org_id);
}

/** A new token and the cookie that carries it; only its keyed hash is ever stored. */
export function mintSession(tools: Tools, userId: string, orgId: string): PreparedSession {
  const token = newToken();
  const { idleMinutes, absoluteMinutes } = tools.sessionLimits;
  return {
    userId,
    orgId,
    sessionId: tools.newId(),
    tokenHash: hashToken(tools.keyring.lookupKey('session'), token),
    cookie: tools.sessionCookie.set(token, absoluteMinutes * 60),
    idleMinutes,
    absoluteMinutes,
  };
}
