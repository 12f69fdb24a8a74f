// What the work in progress is called: the request id and trace that every log line and outgoing call carries by itself.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { AttributeDeclarations, SpanDefinition, SpanHandle } from './spans.ts';

/** A trace that the running code is part of; `traces.ts` makes it. */
export type ActiveTrace = {
  /** 32 lower-case hex digits (W3C Trace Context, section 3.2.2.3). */
  readonly traceId: string;
  /** The `traceparent` header of an outgoing call made now. */
  readonly traceparent: () => string;
  /** Runs `fn` in a span below the running one. Values were checked by the type of the caller. */
  readonly runSpan: <A extends AttributeDeclarations, T>(
    span: SpanDefinition<A>,
    values: Readonly<Record<string, unknown>>,
    fn: (handle: SpanHandle<A>) => T,
  ) => T;
};

/** Names of the request or job that the running code belongs to. */
export type TelemetryContext = {
  /** A UUID or an id with its prefix; any other text shows as `[invalid:id]` in the log. */
  readonly requestId?: string;
  readonly trace?: ActiveTrace;
};

const storage = new AsyncLocalStorage<TelemetryContext>();

/** Runs `fn`, and all it awaits, inside `context`; members it does not name are inherited from the context around it. */
export function runInContext<T>(context: TelemetryContext, fn: () => T): T {
  return storage.run(Object.freeze({ ...storage.getStore(), ...context }), fn);
}

/** The context of the running code; undefined outside every request and job. */
export function currentContext(): TelemetryContext | undefined {
  return storage.getStore();
}
