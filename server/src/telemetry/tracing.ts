// What tracing offers and what it has to be told, apart from how it is done.
import type { ClosedValues, FieldValues } from './events.ts';
import type { AttributeDeclarations, SpanDefinition, SpanHandle } from './spans.ts';

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
