// Keeps connections alive per tenant, origin and address: reuse is fast, and a connection never serves two tenants.
import type { SecureContext } from 'node:tls';
import { Pool } from 'undici';
import type { Address } from './address.ts';
import type { Connecting } from './attempt.ts';
import { createConnector } from './connector.ts';
import type { OutboundLimits } from './limits.ts';
import type { ProxyRoute } from './proxy-route.ts';
import type { OutboundFailure } from './reasons.ts';
import type { Target } from './target.ts';

/** The right to send one request on a pool; released exactly once, when the transport is done with it. */
export interface Lease {
  readonly pool: Pool;
  release(): void;
}

export interface PoolStats {
  readonly pools: number;
  /** Requests in flight. */
  readonly requests: number;
  /** Tenants with a pool or a request. */
  readonly tenants: number;
}

export interface Pools {
  /** Undefined when a bound is reached and nothing idle can make place. */
  acquire(tenant: string, target: Target, address: Address): Lease | undefined;
  /** True when there is a pool for this tenant at this address already. */
  has(tenant: string, target: Target, address: Address): boolean;
  stats(): PoolStats;
  /** Ends every connection at once. */
  close(): Promise<void>;
}

export interface PoolsOptions {
  readonly limits: OutboundLimits;
  readonly judge: (target: Target, address: Address) => OutboundFailure | undefined;
  readonly secureContext: SecureContext | undefined;
  /** The only way out when it is given. */
  readonly route: ProxyRoute | undefined;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

interface Kept {
  readonly pool: Pool;
  readonly tenant: string;
  readonly connecting: Connecting;
  requests: number;
  idleSinceMs: number;
}

interface Share {
  pools: number;
  requests: number;
}

interface State {
  readonly options: PoolsOptions;
  /** In order of use: the first is the one unused for longest. */
  readonly kept: Map<string, Kept>;
  readonly shares: Map<string, Share>;
  /** The last of `kept`, which is in its place already. */
  newest: Kept | undefined;
}

export function createPools(options: PoolsOptions): Pools {
  const { limits } = options;
  const state: State = { options, kept: new Map(), shares: new Map(), newest: undefined };
  const { kept, shares } = state;
  return {
    acquire: (tenant, target, address) => {
      const key = poolKey(tenant, target, address);
      if ((shares.get(tenant)?.requests ?? 0) >= limits.requestsPerTenantMax) return undefined;
      const entry = kept.get(key) ?? addPool(state, key, tenant, target, address);
      if (entry === undefined || entry.requests >= limits.connectionsPerPoolMax) return undefined;
      return leasePool(state, key, entry);
    },
    has: (tenant, target, address) => kept.has(poolKey(tenant, target, address)),
    stats: () => ({
      pools: kept.size,
      requests: [...shares.values()].reduce((sum, share) => sum + share.requests, 0),
      tenants: shares.size,
    }),
    close: async () => {
      await Promise.all([...kept].map(([key, entry]) => dropPool(state, key, entry)));
    },
  };
}

function addPool(state: State, key: string, tenant: string, target: Target, address: Address): Kept | undefined {
  const { options, kept, shares } = state;
  const { limits, now } = options;
  dropOldPools(state);
  if ((shares.get(tenant)?.pools ?? 0) >= limits.poolsPerTenantMax) dropOneIdle(state, tenant);
  if (kept.size >= limits.poolsMax) dropOneIdle(state, undefined);
  if (kept.size >= limits.poolsMax || (shares.get(tenant)?.pools ?? 0) >= limits.poolsPerTenantMax) return undefined;
  const connecting: Connecting = new Set();
  const pool = openPool(options, target, address, connecting);
  const entry: Kept = { pool, tenant, connecting, requests: 0, idleSinceMs: now() };
  shareOf(state, tenant).pools += 1;
  kept.set(key, entry);
  return entry;
}

function leasePool(state: State, key: string, entry: Kept): Lease {
  if (entry !== state.newest) {
    state.kept.delete(key);
    state.kept.set(key, entry);
    state.newest = entry;
  }
  entry.requests += 1;
  shareOf(state, entry.tenant).requests += 1;
  return {
    pool: entry.pool,
    release: () => {
      entry.requests -= 1;
      entry.idleSinceMs = state.options.now();
      shareOf(state, entry.tenant).requests -= 1;
      forgetEmptyShare(state, entry.tenant);
    },
  };
}

function dropPool(state: State, key: string, entry: Kept): Promise<void> {
  state.kept.delete(key);
  shareOf(state, entry.tenant).pools -= 1;
  forgetEmptyShare(state, entry.tenant);
  for (const attempt of entry.connecting) attempt.destroy();
  return entry.pool.destroy();
}

function dropOldPools(state: State): void {
  const { limits, now } = state.options;
  for (const [key, entry] of state.kept) {
    if (entry.requests === 0 && now() - entry.idleSinceMs >= limits.poolIdleMs) void dropPool(state, key, entry);
  }
}

/** Closes the idle pool that was unused for longest, of one tenant or of all. */
function dropOneIdle(state: State, tenant: string | undefined): void {
  for (const [key, entry] of state.kept) {
    if (entry.requests > 0 || (tenant !== undefined && entry.tenant !== tenant)) continue;
    void dropPool(state, key, entry);
    return;
  }
}

function shareOf(state: State, tenant: string): Share {
  const share = state.shares.get(tenant) ?? { pools: 0, requests: 0 };
  state.shares.set(tenant, share);
  return share;
}

function forgetEmptyShare(state: State, tenant: string): void {
  const share = state.shares.get(tenant);
  if (share?.pools === 0 && share.requests === 0) state.shares.delete(tenant);
}

/** An origin and an address hold no line break, so a tenant can't be written to look like another's pool. */
function poolKey(tenant: string, target: Target, address: Address): string {
  return `${tenant}\n${target.origin}\n${address.text}`;
}

function openPool(options: PoolsOptions, target: Target, address: Address, connecting: Connecting): Pool {
  const { limits, secureContext, route } = options;
  return new Pool(target.origin, {
    connect: createConnector({
      target,
      address,
      connectMs: limits.connectMs,
      judge: (checked) => options.judge(target, checked),
      secureContext,
      route,
      connecting,
    }),
    connections: limits.connectionsPerPoolMax,
    // One request at a time on a connection: no reply can be taken for another's.
    pipelining: 1,
    allowH2: false,
    useMilo: false,
    maxHeaderSize: limits.headerBytesMax,
    // The exchange keeps these times itself, to the millisecond.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: limits.keepAliveMs,
    keepAliveMaxTimeout: limits.keepAliveMaxMs,
    keepAliveTimeoutThreshold: 2_000,
    strictContentLength: true,
  });
}
