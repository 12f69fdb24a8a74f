// Traces requests and jobs: continues a caller's trace, names spans of ours, and exports them where an operator wants them.
import { type ActiveTrace, currentContext, runInContext } from './context.ts';
import type { ClosedValues, FieldValues } from './events.ts';
import type { AttributeDeclarations, SpanDefinition, SpanHandle } from './spans.ts';
import { formatTraceparent, parseTraceparent, type TraceParent } from './trace-context.ts';
import type { TraceOptions, Traces } from './tracing.ts';

export type { TraceOptions, Traces } from './tracing.ts';

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
