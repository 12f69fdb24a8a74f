// Tracing with OpenTelemetry; loaded only when an operator configured a collector.
import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { type ActiveTrace, runInContext } from './context.ts';
import { describeError } from './error-shape.ts';
import { createSpanPipeline } from './span-pipeline.ts';
import {
  type AttributeDeclarations,
  renderAttributes,
  type SpanDefinition,
  type SpanHandle,
  type SpanKindName,
} from './spans.ts';
import { formatTraceparent, parseTraceparent } from './trace-context.ts';
import type { TraceOptions, Traces } from './tracing.ts';

type OtelOptions = TraceOptions & { readonly endpoint: string };

type Values = Readonly<Record<string, unknown>>;

const kinds: { readonly [K in SpanKindName]: SpanKind } = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

/** Tracing that exports. Nothing is registered globally: a library cannot add spans of its own, whose names nobody closed. */
export function createOtelTraces(options: OtelOptions): Traces {
  const pipeline = createSpanPipeline(options);
  const provider = new TracerProvider({
    sampler: createSampler(options.sampleRatio ?? 1),
    resource: resourceFromAttributes({
      'service.name': 'holdfast',
      'service.version': options.serviceVersion,
      'service.instance.id': options.instanceId,
      ...(options.environment === undefined ? {} : { 'deployment.environment.name': options.environment }),
    }),
    spanLimits: { attributeCountLimit: 32, attributeValueLengthLimit: 128, eventCountLimit: 0, linkCountLimit: 0 },
    spanProcessors: [pipeline.processor],
  });
  const manager = new AsyncLocalStorageContextManager().enable();
  const tracer = provider.getTracer('holdfast', options.serviceVersion);
  const runSpan = createSpanRunner(tracer, manager);
  return Object.freeze<Traces>({
    runTrace: (span, values, traceparent, fn) =>
      runSpan(remoteContext(traceparent), span, values, (handle, otelSpan) =>
        runInContext({ trace: activeTrace(otelSpan, manager, runSpan) }, () => fn(handle)),
      ),
    shutdown: (timeoutMs) => pipeline.shutdown(() => provider.shutdown(), timeoutMs),
  });
}

/** A caller that doesn't sample is followed; one that does gets our ratio, or anyone could fill our collector. */
function createSampler(ratio: number): ParentBasedSampler {
  if (!(ratio >= 0 && ratio <= 1)) throw new RangeError('the sample ratio is 0 to 1');
  const own = new TraceIdRatioBasedSampler(ratio);
  return new ParentBasedSampler({
    root: own,
    remoteParentSampled: own,
    remoteParentNotSampled: new AlwaysOffSampler(),
  });
}

function remoteContext(traceparent: string | undefined): Context {
  const parent = parseTraceparent(traceparent);
  if (parent === undefined) return ROOT_CONTEXT;
  const { traceId, spanId, sampled } = parent;
  const traceFlags = sampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

type SpanRunner = <A extends AttributeDeclarations, T>(
  parent: Context,
  span: SpanDefinition<A>,
  values: Values,
  fn: (handle: SpanHandle<A>, otelSpan: Span) => T,
) => T;

function createSpanRunner(tracer: Tracer, manager: AsyncLocalStorageContextManager): SpanRunner {
  return (parent, span, values, fn) => {
    const otelSpan = tracer.startSpan(
      span.name,
      { kind: kinds[span.kind], attributes: renderAttributes(span, values) },
      parent,
    );
    const handle = { set: (late: Values) => void otelSpan.setAttributes(renderAttributes(span, late)) };
    return endAfter(otelSpan, () => manager.with(trace.setSpan(parent, otelSpan), () => fn(handle, otelSpan)));
  };
}

/** Ends the span when `fn` has returned or thrown, or its promise has settled. */
function endAfter<T>(span: Span, fn: () => T): T {
  try {
    const result = fn();
    if (!(result instanceof Promise)) {
      span.end();
      return result;
    }
    // Watched from the side: the caller gets the very promise that `fn` made.
    result.then(
      () => span.end(),
      (error: unknown) => endFailed(span, error),
    );
    return result;
  } catch (error) {
    endFailed(span, error);
    throw error;
  }
}

/** Of an error a span keeps its name alone: messages quote data. */
function endFailed(span: Span, error: unknown): void {
  span.setAttribute('error.type', describeError(error).name);
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

function activeTrace(root: Span, manager: AsyncLocalStorageContextManager, runSpan: SpanRunner): ActiveTrace {
  return Object.freeze<ActiveTrace>({
    traceId: root.spanContext().traceId,
    traceparent: () => {
      const { traceId, spanId, traceFlags } = (trace.getSpan(manager.active()) ?? root).spanContext();
      return formatTraceparent({ traceId, spanId, sampled: (traceFlags & TraceFlags.SAMPLED) !== 0 });
    },
    runSpan: (span, values, fn) => runSpan(manager.active(), span, values, (handle) => fn(handle)),
  });
}
