// Tests that a collector that is gone, slow or hostile costs spans, which are counted, and nothing else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { request, startCollector, startTraces } from './collector.test-support.ts';
import { readMetric, riseOf } from './read-metric.test-support.ts';

const failed = 'holdfast_trace_spans_total{outcome="failed"}';

/** Waits until so many spans have failed since the process began. */
async function failures(count: number): Promise<void> {
  while ((await readMetric(failed)) < count) await new Promise((resolve) => setTimeout(resolve, 5));
}

test('a collector that refuses costs its spans, which are counted, and nothing else', async (t) => {
  const collector = await startCollector(t, () => 400);
  const traces = await startTraces({ endpoint: collector.endpoint });
  const rise = await riseOf(failed, async () => {
    for (let index = 0; index < 3; index += 1)
      traces.runTrace(request, { 'http.route': 'x' }, undefined, () => undefined);
    assert.equal(await traces.shutdown(5000), false);
  });
  assert.equal(rise, 3);
});

test('a collector that never answers fills the queue and no more, and shutdown ends all the same', async (t) => {
  const collector = await startCollector(t, () => 'never');
  const traces = await startTraces({ endpoint: collector.endpoint, queueMax: 10, exportTimeoutMs: 3_000 });
  const before = await readMetric(failed);
  const dropped = await riseOf('holdfast_trace_spans_total{outcome="dropped"}', async () => {
    for (let index = 0; index < 25; index += 1) {
      traces.runTrace(request, { 'http.route': 'x' }, undefined, () => undefined);
      if (index === 12) await new Promise((resolve) => setTimeout(resolve, 30));
    }
    assert.equal(await traces.shutdown(30), false);
    assert.equal(await readMetric(failed), before, 'shutdown waited for the deadline of the export');
  });
  assert.equal(dropped, 15);
  await failures(before + 10);
});

test('an export has a deadline, even if its reply never ends, after which there is room again', async (t) => {
  const collector = await startCollector(t, () => 'drip');
  const traces = await startTraces({ endpoint: collector.endpoint, queueMax: 2, exportTimeoutMs: 300 });
  const trace = (): void => traces.runTrace(request, { 'http.route': 'x' }, undefined, () => undefined);
  const before = await readMetric(failed);
  const dropped = await riseOf('holdfast_trace_spans_total{outcome="dropped"}', async () => {
    for (let index = 0; index < 4; index += 1) trace();
    await failures(before + 2);
    trace();
    trace();
  });
  assert.equal(dropped, 2);
  assert.equal(await traces.shutdown(5000), false);
  assert.equal(await readMetric(failed), before + 4);
});

test('an exporter whose headers cannot be had fails its export and nothing else', async (t) => {
  const collector = await startCollector(t);
  const traces = await startTraces({
    endpoint: collector.endpoint,
    headers: () => {
      throw new Error('x');
    },
  });
  const rise = await riseOf(failed, async () => {
    traces.runTrace(request, { 'http.route': 'x' }, undefined, () => undefined);
    assert.equal(await traces.shutdown(5000), false);
  });
  assert.equal(rise, 1);
  assert.deepEqual(collector.received, []);
});

test('an endpoint that could leak a credential, or is none, is refused before anything is sent', async () => {
  const headers = (): Record<string, string> => ({ authorization: 'x' });
  for (const endpoint of [
    '',
    'collector',
    'ftp://h',
    'https://u:p@h',
    'https://h/?key=x',
    'https://h/#x',
    'file:///etc/passwd',
  ])
    await assert.rejects(startTraces({ endpoint }), RangeError, endpoint);
  await assert.rejects(startTraces({ endpoint: 'http://collector.internal:4318', headers }), RangeError);
  await assert.rejects(startTraces({ endpoint: 'https://h', sampleRatio: 1.1 }), RangeError);
  for (const endpoint of ['https://collector.internal', 'http://[::1]:4318', 'http://localhost:4318'])
    assert.ok(await (await startTraces({ endpoint, headers })).shutdown(1000), endpoint);
});
