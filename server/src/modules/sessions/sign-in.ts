// Signing in: what happens before the transaction. Failures count, not attempts; unknown accounts cost the same time.
import { hashToken } from '#crypto/hash.ts';
import { newToken } from '#crypto/random.ts';
import type { Secret } from '#crypto/secret.ts';
import type { CallerFacts } from '#kernel/context.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Tools } from '#kernel/tools.ts';
import { checkPassword } from '#modules/identity.ts';
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
};

type SignIn = { readonly email: string; readonly password: Secret<string>; readonly organization?: string | undefined };

/** ID3: five failures a minute for one account from one address. The address alone has its own, larger budget. */
const ACCOUNT_FAILURES = { perMinute: 5, burst: 5 };
const ADDRESS_FAILURES = { perMinute: 20, burst: 20 };

export async function prepareSignIn(tools: Tools, body: SignIn, caller: CallerFacts): Promise<PreparedSession> {
  const budgets = [
    { key: `sign_in:${body.email.toLowerCase()}:${caller.address}`, limit: ACCOUNT_FAILURES },
    { key: `sign_in:${caller.address}`, limit: ADDRESS_FAILURES },
  ];
  await demandBudget(tools, budgets);
  const userId = await checkPassword(tools, body.email, body.password);
  if (userId === undefined) {
    await tools.limits.take(budgets.map((budget) => ({ ...budget, cost: 1 })));
    throw errors['session.wrong_credentials']();
  }
  const memberships = await listMemberships(tools.lookup, userId);
  const entered =
    body.organization === undefined ? memberships[0] : memberships.find((one) => one.slug === body.organization);
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

type Budget = { readonly key: string; readonly limit: { readonly perMinute: number; readonly burst: number } };

async function demandBudget(tools: Tools, budgets: readonly Budget[]): Promise<void> {
  const taken = await tools.limits.take(budgets.map((budget) => ({ ...budget, cost: 0 })));
  const waitMs = Math.max(0, ...taken.filter((one) => !one.allowed).map((one) => one.retryAfterMs));
  if (taken.length === budgets.length && taken.every((one) => one.allowed)) return;
  throw kernelErrors['rate.exceeded']({ headers: { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1_000))) } });
}
