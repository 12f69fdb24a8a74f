// Signing in: what happens before the transaction.
import { hashToken } from '#crypto/hash.ts';
import { newToken } from '#crypto/random.ts';
import type { Secret } from '#crypto/secret.ts';
import type { CallerFacts } from '#kernel/context.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { findCovering, refuseNetwork } from '#kernel/networks.ts';
import type { Proof } from '#kernel/principal.ts';
import type { Tools } from '#kernel/tools.ts';
import { listDemands, type OrganizationDemand, proofsOf } from '#modules/factors.ts';
import {
  type MintedToken,
  mintToken,
  prepareDevice,
  type PreparedDevice,
  type ProvenPassword,
  tryPassword,
} from '#modules/identity.ts';
import { type PreparedHome, prepareHome } from './home.ts';
import { errors } from './model.ts';

/** A session that waits for its transaction. */
export type PreparedSession = {
  readonly kind: 'session';
  readonly userId: string;
  readonly orgId: string;
  readonly sessionId: string;
  readonly tokenHash: Buffer;
  readonly cookie: string;
  readonly idleMinutes: number;
  readonly absoluteMinutes: number;
  readonly provenBy: Proof;
  /** The password that was the proof, if one was. */
  readonly password?: ProvenPassword;
  /** What it is opened from; sessions that take the place of another have none of their own. */
  readonly device?: PreparedDevice;
  /** What is founded for who belongs nowhere. */
  readonly home?: PreparedHome | undefined;
};

/** The password was right; what is missing is a factor, which is shown with this token. */
export type PreparedChallenge = {
  readonly kind: 'challenge';
  readonly userId: string;
  readonly orgId: string;
  readonly minted: MintedToken;
  readonly proofs: readonly Proof[];
  readonly password: ProvenPassword;
  readonly home?: PreparedHome | undefined;
};

export type PreparedSignIn = PreparedSession | PreparedChallenge;

type SignIn = { readonly email: string; readonly password: Secret<string>; readonly organization?: string | undefined };

/** A session where the password is enough, a challenge where the person has a second factor. */
export async function prepareSignIn(tools: Tools, body: SignIn, caller: CallerFacts): Promise<PreparedSignIn> {
  const password = await tryPassword(tools, body, caller);
  if (password === undefined) throw errors['session.wrong_credentials']();
  const entered = await demandEntry(tools, password.userId, body.organization, caller);
  return prepareOpening(tools, password, entered, caller);
}

/** What a right password opens in an organization: a session, or a challenge for who has a second factor. */
export async function prepareOpening(
  tools: Tools,
  password: ProvenPassword,
  entered: Entered,
  caller: CallerFacts,
): Promise<PreparedSignIn> {
  const { userId } = password;
  const proofs = await proofsOf(tools, userId);
  if (proofs.length === 0) {
    const device = await prepareDevice(tools, userId, caller);
    return { ...mintSession(tools, userId, entered, 'password'), password, device };
  }
  const minted = mintToken(tools, 'sign_in_challenge');
  return { kind: 'challenge', userId, orgId: entered.org_id, minted, proofs, password, home: entered.home };
}

/** A session in another organization of the person, minted beside the one they have; 403 for one they are not in. */
export async function prepareEntry(
  tools: Tools,
  userId: string | undefined,
  slug: string,
  caller: CallerFacts,
): Promise<PreparedSession> {
  if (userId === undefined) throw kernelErrors['auth.invalid']();
  // What was shown stays what was shown; the transaction takes it from the session that is left.
  return mintSession(tools, userId, await demandEntry(tools, userId, slug, caller), 'password');
}

/**
 * What the organization that is entered demands: the named one, or of those that let the caller in from where they are the
 * oldest membership; who belongs nowhere gets one of their own. Throws `session.no_organization` or `network.refused`: who they
 * are is proven by now.
 */
export async function demandEntry(
  tools: Tools,
  userId: string,
  slug: string | undefined,
  { address }: Pick<CallerFacts, 'address'>,
): Promise<Entered> {
  const demands = await listDemands(tools.lookup, userId);
  if (demands.length > 0 || slug !== undefined) return chooseEntry(demands, slug, address);
  const home = await prepareHome(tools, userId);
  // A sign-in beside this one may have founded it between the two looks: then it is listed by now.
  return home ?? chooseEntry(await listDemands(tools.lookup, userId), slug, address);
}

function chooseEntry(demands: readonly OrganizationDemand[], slug: string | undefined, address: string): Entered {
  const named = demands.filter((one) => slug === undefined || one.slug === slug);
  const entered = named.find((one) => isReachedFrom(one, address));
  if (entered !== undefined) return entered;
  throw named.length > 0 ? refuseNetwork('console', address) : errors['session.no_organization']();
}

/** Whether the organization lets its people in from the address. */
export function isReachedFrom(
  { console_networks: blocks }: Pick<OrganizationDemand, 'console_networks'>,
  address: string,
): boolean {
  return blocks === null || blocks.length === 0 || findCovering(blocks, address) !== undefined;
}

export type Entered = Pick<OrganizationDemand, 'org_id' | 'idle_minutes' | 'absolute_minutes'> & {
  readonly home?: PreparedHome;
};

/** A new token and the cookie that carries it; only its keyed hash is ever stored. An organization may shorten what the installation allows. */
export function mintSession(tools: Tools, userId: string, entered: Entered, provenBy: Proof): PreparedSession {
  const token = newToken();
  const limits = tools.sessionLimits;
  const absoluteMinutes = Math.min(limits.absoluteMinutes, entered.absolute_minutes ?? limits.absoluteMinutes);
  return {
    kind: 'session',
    userId,
    orgId: entered.org_id,
    sessionId: tools.newId(),
    tokenHash: hashToken(tools.keyring.lookupKey('session'), token),
    cookie: tools.sessionCookie.set(token, absoluteMinutes * 60),
    idleMinutes: Math.min(limits.idleMinutes, entered.idle_minutes ?? limits.idleMinutes),
    absoluteMinutes,
    provenBy,
    home: entered.home,
  };
}

/** The cookie of the device that a session is opened from. */
export function deviceCookies({ device }: Pick<PreparedSession, 'device'>): readonly string[] {
  return device === undefined ? [] : [device.cookie];
}
