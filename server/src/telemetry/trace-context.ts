// Reads and writes the `traceparent` header of W3C Trace Context, by which traces cross processes.

/** What a `traceparent` says. */
export type TraceParent = {
  /** 32 lower-case hex digits, not all zero. */
  readonly traceId: string;
  /** 16 lower-case hex digits, not all zero. */
  readonly spanId: string;
  readonly sampled: boolean;
};

// Section 3.2: version ff, an all-zero trace id and an all-zero span id are forbidden.
const pattern =
  /^(?<version>(?!ff)[0-9a-f]{2})-(?<traceId>(?!0{32})[0-9a-f]{32})-(?<spanId>(?!0{16})[0-9a-f]{16})-(?<flags>[0-9a-f]{2})(?<rest>-.{0,400})?$/;

/**
 * Reads a header (W3C Trace Context, section 3.2): version 00 exactly, a later version by its first four parts. Undefined
 * for anything malformed, which starts a new trace. `tracestate` is ignored on purpose: it is text of strangers, which we
 * would hand on to collectors and model providers.
 */
export function parseTraceparent(header: string | undefined): TraceParent | undefined {
  const { version, traceId, spanId, flags, rest } = pattern.exec(header ?? '')?.groups ?? {};
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (version === '00' && rest !== undefined) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** Writes a header of version 00. */
export function formatTraceparent(parent: TraceParent): string {
  return `00-${parent.traceId}-${parent.spanId}-${parent.sampled ? '01' : '00'}`;
}
