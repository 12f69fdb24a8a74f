// Tests that traces cross us by W3C headers and carry closed values only.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Attribute, query, request, shown, startCollector, startTraces } from './collector.test-support.ts';
import { currentContext } from './context.ts';
import { defineSpan } from './spans.ts';
import { parseTraceparent } from './trace-context.ts';
import { currentTraceparent, withSpan } from './traces.ts';
import { checkName } from './values.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const parentId = '00f067aa0ba902b7';
const sampled = `00-${traceId}-${parentId}-01`;
const canary = 'Zq8-canary';

test('a request and its spans arrive as one trace below the caller, with their attributes and our resource', async (t) => {
  const collector = await startCollector(t);
  const traces = await startTraces({ endpoint: collector.endpoint });
  const result = await traces.runTrace(request, { 'http.route': 'api_key.revoke' }, sampled, async (handle) => {
    await withSpan(
      query,
      { 'db.operation.name': 'select' },
      async () => new Promise((resolve) => setImmediate(resolve)),
    );
    handle.set({ 'http.response.status_code': 204 });
    return 'answer';
  });
  assert.equal(result, 'answer');
  assert.equal(await traces.shutdown(5000), true);
  const [inner, outer] = collector.spans();
  assert.deepEqual([inner?.name, outer?.name], ['db.query', 'http.request']);
  assert.deepEqual(
    [outer?.traceId, outer?.parentSpanId, inner?.traceId, inner?.parentSpanId],
    [traceId, parentId, traceId, outer?.spanId],
  );
  assert.deepEqual(shown(outer), { 'http.route': 'api_key.revoke', 'http.response.status_code': 204 });
  assert.deepEqual([outer?.kind, inner?.kind], [2, 3]);
});

test('a batch is posted below the endpoint, with the headers of the moment and our resource', async (t) => {
  const collector = await startCollector(t);
  const headers = (): Record<string, string> => ({ 'x-collector-key': 'k1' });
  const traces = await startTraces({ endpoint: collector.endpoint, environment: 'staging', headers });
  traces.runTrace(request, { 'http.route': 'x' }, undefined, () => undefined);
  await traces.shutdown(5000);
  const [post] = collector.received;
  assert.equal(post?.url, '/otlp/v1/traces');
  assert.equal(post?.headers['x-collector-key'], 'k1');
  const { attributes } = JSON.parse(post?.body ?? '').resourceSpans[0].resource;
  assert.deepEqual(Object.fromEntries(attributes.map(({ key, value }: Attribute) => [key, value['stringValue']])), {
    'service.name': 'holdfast',
    'service.version': '1.2.3',
    'service.instance.id': 'replica-1',
    'deployment.environment.name': 'staging',
  });
});

test('the header for outgoing calls names the running span, and the log context names the trace', async (t) => {
  const collector = await startCollector(t);
  const traces = await startTraces({ endpoint: collector.endpoint });
  const headers: (string | undefined)[] = [];
  await traces.runTrace(request, { 'http.route': 'x' }, undefined, async () => {
    headers.push(currentTraceparent());
    await withSpan(query, { 'db.operation.name': 'select' }, async () => {
      await Promise.resolve();
      headers.push(currentTraceparent());
    });
    headers.push(currentTraceparent());
    assert.equal(currentContext()?.trace?.traceId, parseTraceparent(headers[0])?.traceId);
  });
  await traces.shutdown(5000);
  const [inner, outer] = collector.spans();
  const expected = [outer, inner, outer].map((span) => `00-${span?.traceId}-${span?.spanId}-01`);
  assert.deepEqual(headers, expected);
  assert.equal(currentTraceparent(), undefined);
});

test('traces that run at the same time do not mix', async (t) => {
  const collector = await startCollector(t);
  const traces = await startTraces({ endpoint: collector.endpoint });
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      traces.runTrace(request, { 'http.route': checkName(`r${index}`) }, undefined, async () => {
        await new Promise((resolve) => setTimeout(resolve, index % 3));
        await withSpan(
          query,
          { 'db.operation.name': 'select' },
          async () => new Promise((resolve) => setImmediate(resolve)),
        );
      }),
    ),
  );
  await traces.shutdown(5000);
  const spans = collector.spans();
  const roots = new Map(spans.filter(({ name }) => name === 'http.request').map((span) => [span.traceId, span.spanId]));
  assert.equal(roots.size, 20);
  for (const span of spans.filter(({ name }) => name === 'db.query'))
    assert.equal(span.parentSpanId, roots.get(span.traceId));
});

test('a failing span keeps the name of the error and none of its text, and the caller gets the error itself', async (t) => {
  const collector = await startCollector(t);
  const traces = await startTraces({ endpoint: collector.endpoint });
  const error = new TypeError(canary);
  const fail = (): never => {
    throw error;
  };
  assert.throws(
    () => traces.runTrace(request, { 'http.route': 'x' }, undefined, fail),
    (thrown) => thrown === error,
  );
  await assert.rejects(
    traces.runTrace(request, { 'http.route': 'x' }, undefined, () => Promise.reject(error)),
    (thrown) => thrown === error,
  );
  await traces.shutdown(5000);
  const spans = collector.spans();
  assert.equal(spans.length, 2);
  for (const span of spans) {
    assert.equal(shown(span)['error.type'], 'TypeError');
    assert.deepEqual(span.status, { code: 2 });
    assert.deepEqual(span.events, []);
  }
  assert.ok(!JSON.stringify(collector.received).includes(canary));
});

test('no canary leaves in an attribute, declared or not, nor the trace state of a stranger', async (t) => {
  const collector = await startCollector(t);
  const traces = await startTraces({ endpoint: collector.endpoint });
  const hostile = { 'http.route': `${canary} text`, 'http.response.status_code': canary, 'url.query': canary } as never;
  traces.runTrace(request, hostile, `${sampled}, ${canary}`, (handle) => {
    handle.set({ 'http.route': `/x?token=${canary}`, [canary]: canary } as never);
  });
  traces.runTrace(
    request,
    { 'http.route': checkName(['AKIA', 'IOSFODNNEXAMPLEE'].join('')) },
    undefined,
    () => undefined,
  );
  await traces.shutdown(5000);
  assert.ok(!JSON.stringify(collector.received).includes(canary));
  assert.deepEqual(
    collector.spans().map((span) => shown(span)['http.route']),
    ['[invalid:name]', '[masked:aws_key]'],
  );
});

test('a caller can lower the share of its traces that is recorded, and not raise it', async (t) => {
  const collector = await startCollector(t);
  const all = await startTraces({ endpoint: collector.endpoint });
  all.runTrace(request, { 'http.route': 'x' }, sampled.replace(/01$/, '00'), () => {
    assert.match(currentTraceparent() ?? '', new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`));
  });
  await all.shutdown(5000);
  const none = await startTraces({ endpoint: collector.endpoint, sampleRatio: 0 });
  none.runTrace(request, { 'http.route': 'x' }, sampled, () => undefined);
  await none.shutdown(5000);
  assert.deepEqual(collector.spans(), []);
});

test('without a collector a trace is passed on as it came, nothing new is started, and code runs the same', async () => {
  const traces = await startTraces({});
  const seen = await traces.runTrace(request, { 'http.route': 'x' }, sampled, async () =>
    withSpan(query, { 'db.operation.name': 'select' }, async (handle) => {
      handle.set({ 'db.operation.name': 'insert' });
      await Promise.resolve();
      return [currentTraceparent(), currentContext()?.trace?.traceId];
    }),
  );
  assert.deepEqual(seen, [sampled, traceId]);
  assert.equal(
    traces.runTrace(request, { 'http.route': 'x' }, 'garbage', () => currentTraceparent()),
    undefined,
  );
  assert.equal(
    withSpan(query, { 'db.operation.name': 'select' }, () => 7),
    7,
  );
  assert.equal(await traces.shutdown(0), true);
});

test('a span with a malformed name, an address or another undeclarable attribute is refused', () => {
  assert.throws(() => defineSpan('Bad Name', { kind: 'internal', attributes: {} }), RangeError);
  assert.throws(
    () => defineSpan('a.b', { kind: 'internal', attributes: { 'client.address': 'address' as never } }),
    RangeError,
  );
  assert.throws(
    () => defineSpan('a.b', { kind: 'internal', attributes: { 'client.address': 'address?' as never } }),
    RangeError,
  );
  assert.throws(() => defineSpan('a.b', { kind: 'internal', attributes: { [canary]: 'name' } }), RangeError);
  assert.throws(
    () =>
      defineSpan('a.b', {
        kind: 'internal',
        attributes: Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`a${index}`, 'name'])),
      }),
    RangeError,
  );
  const plain: string = JSON.parse('"select"');
  // @ts-expect-error a plain string may hold anything
  withSpan(query, { 'db.operation.name': plain }, () => undefined);
  // @ts-expect-error an undeclared attribute
  withSpan(query, { 'db.operation.name': 'select', 'db.query.text': 'x' }, () => undefined);
});
