// The bounds of the outbound client: what one call may take, and what all calls together may hold.

/** What one call may take; each can be set for the call. */
export interface CallLimits {
  /** TCP and TLS together, over all addresses tried. */
  readonly connectMs: number;
  /** From sending the request to the end of the response header. */
  readonly firstByteMs: number;
  /** Silence inside the body; time in which our reader is the slow one does not count. */
  readonly idleMs: number;
  /** Everything: look-up, connecting, redirects, body. */
  readonly totalMs: number;
  /** Of the response body, as it came and after decompression. */
  readonly bodyBytesMax: number;
  /** Decompressed bytes for each byte received, once `ratioFreeBytes` are out. */
  readonly ratioMax: number;
}

export interface OutboundLimits extends CallLimits {
  readonly resolveMs: number;
  readonly headerBytesMax: number;
  readonly redirectsMax: number;
  /** Pools in all, and of one tenant; at the bound an idle one makes place or the call is refused. */
  readonly poolsMax: number;
  readonly poolsPerTenantMax: number;
  readonly requestsPerTenantMax: number;
  readonly connectionsPerPoolMax: number;
  /** A pool without requests for this long is closed. */
  readonly poolIdleMs: number;
  /** An idle connection is closed after this, or after what the server announced, up to `keepAliveMaxMs`. */
  readonly keepAliveMs: number;
  readonly keepAliveMaxMs: number;
  readonly resolveCacheMs: number;
}

export const defaultLimits: OutboundLimits = {
  connectMs: 10_000,
  firstByteMs: 30_000,
  idleMs: 30_000,
  totalMs: 60_000,
  bodyBytesMax: 10 * 1024 * 1024,
  ratioMax: 100,
  resolveMs: 5_000,
  headerBytesMax: 64 * 1024,
  redirectsMax: 3,
  poolsMax: 1024,
  poolsPerTenantMax: 128,
  requestsPerTenantMax: 2048,
  connectionsPerPoolMax: 1024,
  poolIdleMs: 60_000,
  // Below the 5 s after which common model servers close an idle connection without having announced it.
  keepAliveMs: 4_000,
  keepAliveMaxMs: 60_000,
  resolveCacheMs: 30_000,
};

/** A small reply may compress as well as it likes. */
export const ratioFreeBytes = 256 * 1024;

const timerMsMax = 2_147_483_647;

/** True when every limit is a whole number of at least 1 that a timer or a counter can hold. */
export function areLimitsSound(limits: Readonly<Record<keyof CallLimits, number>>): boolean {
  const timers = [limits.connectMs, limits.firstByteMs, limits.idleMs, limits.totalMs];
  return (
    timers.every((ms) => Number.isInteger(ms) && ms >= 1 && ms <= timerMsMax) &&
    Number.isSafeInteger(limits.bodyBytesMax) &&
    limits.bodyBytesMax >= 0 &&
    limits.ratioMax >= 1
  );
}
