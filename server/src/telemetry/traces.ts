// Traces requests and jobs: continues a caller's trace, names spans of ours, and exports them where an operator wants them.
import { type ActiveTrace, currentContext, runInContext } from './context.ts';
import type { ClosedValues, FieldValues } from './events.ts';
import type { AttributeDeclarations, SpanDefinition, SpanHandle } from './spans.ts';
import { formatTraceparent, parseTraceparent, type TraceParent } from './trace-context.ts';

/** Traces of this process. */
export type Traces = {
  /**
   * Runs `fn` as the root span of a request or job in this process. A valid `traceparent` of the caller is continued;
   * any other value starts a new trace.
   */
  readonly runTrace: <const A extends AttributeDeclarations, const V extends FieldValues<A>, T>(
    span: SpanDefinition<A>,
    values: V & ClosedValues<A, V>,
    traceparent: string | undefined,
    fn: (handle: SpanHandle<A>) => T,
  ) => T;
  /** Exports what is queued and stops, in `timeoutMs` at most. False if spans were lost. Never rejects. */
  readonly shutdown: (timeoutMs: number) => Promise<boolean>;
};

export type TraceOptions = {
  /**
   * Base address of an OTLP/HTTP collector; spans are posted to `/v1/traces` below it. Without one nothing is recorded
   * or loaded, and a caller's trace is only passed on.
   */
  readonly endpoint?: string;
  /** Headers for the collector, asked for at each export so that a credential is revealed no earlier. */
  readonly headers?: () => Readonly<Record<string, string>>;
  /** Share of traces that is recorded, 0 to 1; 1 by default. A caller can lower it for its trace, not raise it. */
  readonly sampleRatio?: number;
  readonly serviceVersion: string;
  /** Names this process among the replicas. */
  readonly instanceId: string;
  readonly environment?: string;
  /** Spans that wait for export, 2,048 by default; more are dropped and counted. */
  readonly queueMax?: number;
  /** Longest wait before an export; 5,000 by default. */
  readonly delayMs?: number;
  /** Longest export; 10,000 by default. */
  readonly exportTimeoutMs?: number;
};

/**
 * Sets tracing up. Loads OpenTelemetry only with an endpoint, so that a start without one stays fast. Throws RangeError
 * on an endpoint that isn't an http(s) address without credentials, query and fragment, or that would carry headers
 * over plain http to another machine, and on a ratio outside 0 to 1.
 */
export async function createTraces(options: TraceOptions): Promise<Traces> {
  if (options.endpoint === undefined) return passingOn;
  const { createOtelTraces } = await import('./traces-otel.ts');
  return createOtelTraces({ ...options, endpoint: options.endpoint });
}

/** Runs `fn` in a span of the running trace; outside a trace it just runs it. Throws and rejects as `fn` does. */
export function withSpan<const A extends AttributeDeclarations, const V extends FieldValues<A>, T>(
  span: SpanDefinition<A>,
  values: V & ClosedValues<A, V>,
  fn: (handle: SpanHandle<A>) => T,
): T {
  const trace = currentContext()?.trace;
  return trace === undefined ? fn(noSpan) : trace.runSpan(span, values, fn);
}

/** The `traceparent` for an outgoing call or a stored job; undefined outside a trace. */
export function currentTraceparent(): string | undefined {
  return currentContext()?.trace?.traceparent();
}

const noSpan: SpanHandle<AttributeDeclarations> = Object.freeze({ set: () => undefined });

/** Without an exporter we take no part in traces, but keep the caller's together (W3C Trace Context, section 2.3). */
const passingOn: Traces = Object.freeze<Traces>({
  runTrace: (_span, _values, traceparent, fn) => {
    const parent = parseTraceparent(traceparent);
    return parent === undefined ? fn(noSpan) : runInContext({ trace: passOn(parent) }, () => fn(noSpan));
  },
  shutdown: () => Promise.resolve(true),
});

function passOn(parent: TraceParent): ActiveTrace {
  const header = formatTraceparent(parent);
  return Object.freeze<ActiveTrace>({
    traceId: parent.traceId,
    traceparent: () => header,
    runSpan: (_span, _values, fn) => fn(noSpan),
  });
}
