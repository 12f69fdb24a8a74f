// Providers as the gateway uses them: address, models and the opened secret, read once an epoch of the organization.
import { reveal, type Secret, toSecret } from '#crypto/secret.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { OrgSealer, Tools } from '#kernel/tools.ts';
import { monotonicMs } from '#telemetry/clock.ts';
import type { Kind } from './model.ts';
import { findProviders, type ProviderSecretRow } from './queries.ts';

export type ConnectedProvider = {
  readonly id: string;
  readonly name: string;
  readonly kind: Kind;
  readonly baseUrl: string;
  readonly models: readonly string[] | null;
  readonly local: boolean;
  readonly secret: Secret<string> | undefined;
  /** Others have seen its secret: nothing is called until it is replaced. */
  readonly isBlocked: boolean;
};

type Cached = {
  readonly epoch: string;
  readonly providers: Promise<readonly ConnectedProvider[]>;
  untilMs: number;
};

const caches = new WeakMap<Tools, Map<string, Cached>>();
/** Organizations whose providers stay opened; the one unused longest goes first. */
const ORGANIZATIONS_MAX = 2_000;
/** A secret by reference may be exchanged where it lies, and nothing tells us. */
const REFERENCE_MS = 60_000;
/** Of a sealed secret the epoch tells; this bounds how long it lies open in memory. */
const SEALED_MS = 10 * 60_000;

/** The providers of an organization as of `epoch`, which the caller's credential look-up brought; `nowMs` is monotonic. */
export function connectedProviders(
  tools: Tools,
  orgId: string,
  epoch: string,
  nowMs = monotonicMs(),
): Promise<readonly ConnectedProvider[]> {
  const cache = cacheOf(tools);
  const cached = cache.get(orgId);
  if (cached?.epoch === epoch && nowMs < cached.untilMs) {
    // Moved to the end: the map's order is the order of last use.
    cache.delete(orgId);
    cache.set(orgId, cached);
    return cached.providers;
  }
  const rows = findProviders(tools.lookup, orgId);
  const entry: Cached = { epoch, providers: openProviders(tools, orgId, rows), untilMs: nowMs + SEALED_MS };
  forgetExpired(cache, nowMs);
  cache.delete(orgId);
  cache.set(orgId, entry);
  rows.then((found) => shorten(entry, found, nowMs)).catch(() => undefined);
  entry.providers.catch(() => {
    if (cache.get(orgId) === entry) cache.delete(orgId);
  });
  if (cache.size > ORGANIZATIONS_MAX) cache.delete(cache.keys().next().value ?? '');
  return entry.providers;
}

function shorten(entry: Cached, rows: readonly ProviderSecretRow[], nowMs: number): void {
  if (rows.some((row) => row.secret_reference !== null)) entry.untilMs = nowMs + REFERENCE_MS;
}

function forgetExpired(cache: Map<string, Cached>, nowMs: number): void {
  for (const [orgId, { untilMs }] of cache) if (untilMs <= nowMs) cache.delete(orgId);
}

/** Where a provider's secret is bound: sealed here, it opens nowhere else. */
export function secretPlace(providerId: string) {
  return { purpose: 'provider-secret', table: 'provider', column: 'secret', rowId: providerId };
}

/** The headers that carry a provider's secret; the caller's own credential is never among them. */
export function credentialHeaders(
  provider: Pick<ConnectedProvider, 'kind' | 'secret'>,
): Readonly<Record<string, string>> {
  if (provider.secret === undefined) return {};
  const secret = reveal(provider.secret, 'provider.call');
  return provider.kind === 'anthropic'
    ? { authorization: `Bearer ${secret}`, 'x-api-key': secret, 'anthropic-version': '2023-06-01' }
    : { authorization: `Bearer ${secret}` };
}

async function openProviders(
  tools: Tools,
  orgId: string,
  found: Promise<readonly ProviderSecretRow[]>,
): Promise<readonly ConnectedProvider[]> {
  const rows = await found;
  const sealer = rows.some((row) => row.secret !== null) ? await tools.keyring.forOrg(orgId) : undefined;
  return Promise.all(rows.map((row) => connect(tools, sealer, row)));
}

async function connect(
  tools: Tools,
  sealer: OrgSealer | undefined,
  row: ProviderSecretRow,
): Promise<ConnectedProvider> {
  const { id, name, kind, models, local, is_blocked: isBlocked } = row;
  // A secret that is not used is not opened.
  const secret = isBlocked ? undefined : await openSecret(tools, sealer, row);
  return { id, name, kind, baseUrl: row.base_url, models, local, secret, isBlocked };
}

async function openSecret(
  tools: Tools,
  sealer: OrgSealer | undefined,
  row: ProviderSecretRow,
): Promise<Secret<string> | undefined> {
  if (row.secret_reference !== null) return tools.secretReferences.read(row.secret_reference, row.base_url);
  if (row.secret === null) return undefined;
  const opened = sealer?.open(secretPlace(row.id), row.secret);
  if (opened?.ok === true) return toSecret(reveal(opened.plaintext, 'provider.open').toString('utf8'));
  throw kernelErrors['server.unavailable']({
    cause: new Error(`secret of provider ${row.id}: ${opened?.reason ?? 'no key'}`),
  });
}

function cacheOf(tools: Tools): Map<string, Cached> {
  let cache = caches.get(tools);
  if (cache === undefined) caches.set(tools, (cache = new Map()));
  return cache;
}
