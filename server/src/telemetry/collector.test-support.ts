// A trace collector on loopback, and what tests send to it.
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { TestContext } from 'node:test';
import { defineSpan } from './spans.ts';
import { createTraces, type TraceOptions, type Traces } from './traces.ts';

export const request = defineSpan('http.request', {
  kind: 'server',
  attributes: { 'http.route': 'name', 'http.response.status_code': 'number?' },
});
export const query = defineSpan('db.query', { kind: 'client', attributes: { 'db.operation.name': 'reason' } });

export type Attribute = { readonly key: string; readonly value: Readonly<Record<string, unknown>> };
export type ReceivedSpan = {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: readonly Attribute[];
  readonly events: readonly unknown[];
  readonly status: { readonly code: number; readonly message?: string };
  readonly traceState?: string;
};
type Received = { readonly url: string; readonly headers: IncomingHttpHeaders; readonly body: string };
export type Collector = {
  readonly endpoint: string;
  readonly received: Received[];
  readonly spans: () => readonly ReceivedSpan[];
};

/** A collector on loopback; `reply` decides what it answers; `drip` begins a reply and never ends it. */
export async function startCollector(
  t: TestContext,
  reply: () => number | 'never' | 'drip' = () => 200,
): Promise<Collector> {
  const received: Received[] = [];
  const server: Server = createServer(async (message, response) => {
    const body = (await message.toArray()).join('');
    received.push({ url: message.url ?? '', headers: message.headers, body });
    const answer = reply();
    if (typeof answer === 'number') response.writeHead(answer, { 'content-type': 'application/json' }).end('{}');
    if (answer === 'drip')
      t.after(
        clearInterval.bind(
          undefined,
          setInterval(() => response.write(' '), 5),
        ),
      );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const spans = (): readonly ReceivedSpan[] =>
    received.flatMap(({ body }) =>
      JSON.parse(body).resourceSpans.flatMap((one: { scopeSpans: { spans: ReceivedSpan[] }[] }) =>
        one.scopeSpans.flatMap((scope) => scope.spans),
      ),
    );
  return { endpoint: `http://127.0.0.1:${port}/otlp/`, received, spans };
}

/** Traces with short delays. */
export function startTraces(options: Partial<TraceOptions>): Promise<Traces> {
  return createTraces({ serviceVersion: '1.2.3', instanceId: 'replica-1', delayMs: 5, ...options });
}

/** Attributes of a span as names and bare values. */
export const shown = (span: ReceivedSpan | undefined): Record<string, unknown> =>
  Object.fromEntries(span?.attributes.map(({ key, value }) => [key, Object.values(value)[0]]) ?? []);
