// Steps 1 to 5 of every call, whatever its kind: admit, identify, ceiling, parse, throttle.
import type { z } from 'zod';
import { isWithheld, mayEver } from './authorize.ts';
import type { Call } from './call.ts';
import { type Credential, type CredentialKind, EMERGENCY_PREFIX } from './credential.ts';
import { kernelErrors } from './errors.ts';
import type { Kernel, LimitTable } from './kernel.ts';
import { rateHeaders, rateHeadersOf } from './limits/headers.ts';
import type { Limit, Taken } from './limits/limits.ts';
import { findRefusing, refuseNetwork } from './networks.ts';
import type { Permission } from './permissions.ts';
import { actorOf, ANONYMOUS, type KeyPrincipal, orgOf, type Principal } from './principal.ts';
import type { RateClass } from './route.ts';

/** 1: every address has a budget of calls, whoever calls from there. */
export async function admit(kernel: Kernel, call: Call): Promise<void> {
  const { address } = kernel.limitTable;
  const taken = await kernel.limits.take([{ key: `address:${call.caller.addressKey}`, limit: address, cost: 1 }]);
  refuseIfOver(taken[0], 'address', address);
}

/** Where a call goes. */
export type At = { readonly path: string; readonly isPublic: boolean };

/**
 * 2: who is calling. A bad credential is 401 on every path; only a session cookie that is stale, or is used from a network
 * that its organization shuts out, counts as none on a public route, so that it does not keep its owner from signing in again.
 * Failures use up the address's budget of failures and then are 429; a good credential is never refused for the failures of
 * its neighbors.
 */
export async function identify(kernel: Kernel, call: Call, { path, isPublic }: At): Promise<Principal> {
  if (call.credential === undefined) return ANONYMOUS;
  const principal = await recognize(kernel, call.credential);
  if (principal !== undefined) return isPublic && isShutOut(principal, call, path) ? ANONYMOUS : principal;
  if (call.credential.kind === 'session' && isPublic) return ANONYMOUS;
  const { failed_credentials: failed } = kernel.limitTable;
  const [taken] = await kernel.limits.take([{ key: `failed:${call.caller.addressKey}`, limit: failed, cost: 1 }]);
  refuseIfOver(taken, 'failed_credentials', failed);
  throw kernelErrors['auth.invalid']({
    headers: { 'www-authenticate': 'Bearer realm="holdfast", error="invalid_token"' },
  });
}

/** 2: from where the credential is used. Throws 403 `network.refused`. */
export function holdToNetworks(principal: Principal, call: Pick<Call, 'caller'>, path: string): void {
  const refusing = refusingRule(principal, call, path);
  if (refusing !== undefined) throw refuseNetwork(refusing.list, call.caller.address);
}

function isShutOut(principal: Principal, call: Call, path: string): boolean {
  return principal.kind === 'user' && refusingRule(principal, call, path) !== undefined;
}

function refusingRule(principal: Principal, { caller }: Pick<Call, 'caller'>, path: string) {
  return 'networks' in principal ? findRefusing(principal.networks, path, caller.address) : undefined;
}

/** The principal of a credential as it is now; nothing is counted. */
export async function recognize(kernel: Kernel, credential: Credential): Promise<Principal | undefined> {
  switch (credential.kind) {
    case 'unknown':
      return undefined;
    case 'operator':
      return { kind: 'operator', uid: credential.uid, reach: kernel.registry.roles.reachOf('operator') };
    case 'session':
      return kernel.registry.credentials.get(sessionKindOf(credential))?.identify(kernel.tools, credential.secret);
    case 'api_key':
      return kernel.registry.credentials.get('api_key')?.identify(kernel.tools, credential.secret, credential.claims);
  }
}

function sessionKindOf({ secret }: { readonly secret: string }): CredentialKind['kind'] {
  return secret.startsWith(EMERGENCY_PREFIX) ? 'emergency' : 'session';
}

/** 3: who could never hold a permission gets the same 403 for every id, and costs no transaction. */
export function holdToCeiling(
  principal: Principal,
  needed: readonly (readonly Permission[])[],
  isPublic: boolean,
): void {
  if (principal.kind === 'api_key') demandClaims(principal);
  if (isPublic) return;
  if (principal.kind === 'anonymous')
    throw kernelErrors['auth.required']({ headers: { 'www-authenticate': 'Bearer realm="holdfast"' } });
  const isWithin = needed.every(
    (group) =>
      group.some((permission) => mayEver(principal, permission)) &&
      !group.some((permission) => isWithheld(principal, permission)),
  );
  if (isWithin) return;
  if (principal.kind === 'user' && principal.isUnproven) throw kernelErrors['auth.factor_required']();
  throw kernelErrors['auth.forbidden']();
}

/** A good key that shall act for somebody it may not act for, or that comes from a page it is not for: the same 403 whatever the reason. */
function demandClaims({ refusedFor }: KeyPrincipal): void {
  if (refusedFor === 'person') throw kernelErrors['auth.behalf_refused']();
  if (refusedFor === 'origin') throw kernelErrors['auth.origin_refused']();
}

/** 3: a stale tab can't act in the wrong organization. The assertion may be the uuid or the public id's uuid. */
export function matchOrganization(principal: Principal, asserted: string | undefined): void {
  if (asserted !== undefined && principal.kind !== 'anonymous' && asserted !== orgOf(principal))
    throw kernelErrors['auth.organization_mismatch']();
}

/** 4: what was sent, by schema; every fault is reported at once, by JSON pointer. */
export function parseInput(schemas: Readonly<Record<'params' | 'query' | 'body', z.ZodObject>>, call: Call) {
  const results = (['params', 'query', 'body'] as const).map(
    (part) => [part, schemas[part].safeParse(call[part] ?? {})] as const,
  );
  const fields = results.flatMap(([part, result]) =>
    (result.error?.issues ?? []).map((issue) => ({
      pointer: ['', part, ...issue.path.map(escapePointer)].join('/'),
      message: issue.message,
    })),
  );
  if (fields.length > 0) throw kernelErrors['request.invalid']({ fields });
  return Object.fromEntries(results.map(([part, result]) => [part, result.data])) as Readonly<
    Record<'params' | 'query' | 'body', unknown>
  >;
}

/** A call that is over, counted for its key. */
export function noteUse(kernel: Kernel, call: Call, principal: Principal | undefined, isFailure: boolean): void {
  if (principal?.kind !== 'api_key') return;
  const { addressKey, device: userAgent } = call.caller;
  kernel.registry.credentials.get('api_key')?.noteUse?.(kernel.tools, principal, { addressKey, userAgent, isFailure });
}

export type Throttle = { readonly class: RateClass; readonly route: string; readonly inputKey: string | undefined };

type Budget = { readonly policy: string; readonly key: string; readonly limit: Limit };

/**
 * 5: the caller (an API key over all classes too), its organization, a key from the input and everybody together each have
 * a budget. Returns the headers that tell what is left.
 */
export async function throttle(
  kernel: Kernel,
  principal: Principal,
  call: Call,
  rate: Throttle,
): Promise<Readonly<Record<string, string>>> {
  const own = ownBudgets(kernel, principal, call, rate);
  const shared = sharedBudgets(kernel, principal);
  const budgets = [...own, ...shared];
  const taken = await takeAll(kernel, budgets, 1);
  if (!budgets.every((_, at) => taken[at]?.allowed === true)) {
    // Whoever is over a budget of their own must not use up what others share with them.
    const spent = shared.filter((_, at) => taken[own.length + at]?.allowed === true);
    if (spent.length > 0) await takeAll(kernel, spent, -1);
  }
  budgets.forEach((budget, at) => refuseIfOver(taken[at], budget.policy, budget.limit));
  return headersOf(own, taken);
}

/** Undoes a `throttle` that was passed. */
export async function giveBack(kernel: Kernel, principal: Principal, call: Call, rate: Throttle): Promise<void> {
  await takeAll(kernel, [...ownBudgets(kernel, principal, call, rate), ...sharedBudgets(kernel, principal)], -1);
}

function ownBudgets({ limitTable }: Kernel, principal: Principal, call: Call, rate: Throttle): readonly Budget[] {
  const limit = limitTable[rate.class];
  const who =
    principal.kind === 'anonymous' ? `address:${call.caller.addressKey}` : `${principal.kind}:${actorOf(principal).id}`;
  return [
    { policy: rate.class, key: `${rate.class}:${who}`, limit },
    ...(principal.kind === 'api_key' ? [budgetOfKey(limitTable, principal)] : []),
    ...(rate.inputKey === undefined
      ? []
      : [{ policy: `${rate.class}_target`, key: `${rate.route}:${rate.inputKey}`, limit }]),
  ];
}

/** No key has more than all of its organization. A key is asked with one limit: another limit is another name. */
function budgetOfKey({ api_key: usual, organization }: LimitTable, { keyId, perMinute }: KeyPrincipal): Budget {
  if (perMinute === undefined) return { policy: 'api_key', key: `api_key:${keyId}`, limit: usual };
  const most = Math.min(perMinute, organization.perMinute);
  return { policy: 'api_key', key: `api_key:${keyId}:${most}`, limit: { perMinute: most, burst: Math.max(1, most) } };
}

/** The operator of the host is in no crowd: a flood of others must not shut the admin socket. */
function sharedBudgets({ limitTable }: Kernel, principal: Principal): readonly Budget[] {
  if (principal.kind === 'operator') return [];
  const orgId = orgOf(principal);
  return [
    ...(orgId === undefined
      ? []
      : [{ policy: 'organization', key: `organization:${orgId}`, limit: limitTable.organization }]),
    { policy: 'global', key: 'global', limit: limitTable.global },
  ];
}

function takeAll({ limits }: Kernel, budgets: readonly Budget[], cost: number): Promise<readonly Taken[]> {
  return limits.take(budgets.map(({ key, limit }) => ({ key, limit, cost })));
}

/** What is left of the class, and to a key of its own limit over all classes. */
function headersOf(own: readonly Budget[], answers: readonly Taken[]): Readonly<Record<string, string>> {
  return rateHeadersOf(
    own.flatMap(({ policy, limit }, at) => {
      const taken = at === 0 || policy === 'api_key' ? answers[at] : undefined;
      return taken === undefined ? [] : [{ policy, limit, taken }];
    }),
  );
}

function refuseIfOver(taken: Taken | undefined, policy: string, limit: Limit): void {
  // A store that gave no answer for a key is a refusal, never an allowance.
  if (taken?.allowed === true) return;
  const headers = taken === undefined ? { 'retry-after': '1' } : rateHeaders(policy, limit, taken);
  throw kernelErrors['rate.exceeded']({ headers });
}

function escapePointer(part: PropertyKey): string {
  return String(part).replaceAll('~', '~0').replaceAll('/', '~1');
}
