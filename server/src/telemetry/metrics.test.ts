// Tests that metrics have closed names and labels, never fail their caller, and render what was counted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeId } from '@holdfast/protocol/ids.ts';
import {
  boundedLabel,
  defineCounter,
  defineGauge,
  defineHistogram,
  metricsContentType,
  renderMetrics,
  startProcessMetrics,
} from './metrics.ts';
import { readMetric, riseOf } from './read-metric.test-support.ts';

const uuid = '019ab1c2-3d4e-7f00-8abc-0123456789ab';
const refused = 'holdfast_metric_labels_refused_total';

test('a counter counts by its labels, and every closed series exists before its first event', async () => {
  const counter = defineCounter({
    name: 'holdfast_test_a_total',
    help: 'A',
    labels: { outcome: ['ok', 'denied'], door: ['api', 'mcp'] },
  });
  assert.match(await renderMetrics(), /holdfast_test_a_total\{outcome="denied",door="mcp"\} 0/);
  counter.add(1, { outcome: 'ok', door: 'api' });
  counter.add(2.5, { outcome: 'ok', door: 'api' });
  assert.equal(await readMetric('holdfast_test_a_total{outcome="ok",door="api"}'), 3.5);
});

test('a counter never falls and never breaks its caller', async () => {
  const counter = defineCounter({ name: 'holdfast_test_b_total', help: 'B' });
  for (const amount of [1, -1, NaN, Infinity, 'x' as never]) counter.add(amount);
  assert.equal(await readMetric('holdfast_test_b_total'), 1);
});

test('a label value outside its closed set counts as other and is counted as refused', async () => {
  const counter = defineCounter({ name: 'holdfast_test_c_total', help: 'C', labels: { outcome: ['ok'] } });
  const rise = await riseOf(refused, () => {
    for (const outcome of ['alice@example.com', 'x\n# forged', undefined, {}, '__proto__'])
      counter.add(1, { outcome: outcome as never });
    counter.add(1, undefined as never);
  });
  assert.equal(rise, 6);
  assert.equal(await readMetric('holdfast_test_c_total{outcome="other"}'), 6);
  assert.doesNotMatch(await renderMetrics(), /alice|forged/);
});

test('a bounded label takes names up to its limit, and never an id', async () => {
  const counter = defineCounter({ name: 'holdfast_test_d_total', help: 'D', labels: { model: boundedLabel(3) } });
  for (const model of [uuid, encodeId('org', uuid), 'two words', 'm1', 'm2', 'm1', 'm3', 'm4', 'm5', 'm3'])
    counter.add(1, { model });
  const series = (await renderMetrics()).split('\n').filter((line) => line.startsWith('holdfast_test_d_total'));
  assert.deepEqual(
    series.toSorted(),
    ['m1"} 2', 'm2"} 1', 'm3"} 2', 'other"} 5'].map((end) => `holdfast_test_d_total{model="${end}`),
  );
});

test('a bounded label has a limit', () => {
  for (const max of [0, -1, 1.5, 501, NaN]) assert.throws(() => boundedLabel(max), RangeError);
});

test('a histogram counts seconds into buckets by default', async () => {
  const histogram = defineHistogram({ name: 'holdfast_test_e_seconds', help: 'E', labels: { door: ['api'] } });
  for (const seconds of [0.002, 0.02, 500, NaN]) histogram.observe(seconds, { door: 'api' });
  assert.equal(await readMetric('holdfast_test_e_seconds_bucket{le="0.0025",door="api"}'), 1);
  assert.equal(await readMetric('holdfast_test_e_seconds_bucket{le="0.025",door="api"}'), 2);
  assert.equal(await readMetric('holdfast_test_e_seconds_bucket{le="+Inf",door="api"}'), 3);
  assert.throws(() => defineHistogram({ name: 'holdfast_test_e_bytes', help: 'E' }), /buckets/);
});

test('a gauge is set, or read when metrics are rendered, and is left out when it cannot be read', async () => {
  defineGauge({ name: 'holdfast_test_f', help: 'F', labels: { pool: ['jobs'] } }).set(7, { pool: 'jobs' });
  assert.equal(await readMetric('holdfast_test_f{pool="jobs"}'), 7);
  let reading: number | undefined = 5;
  defineGauge({ name: 'holdfast_test_g', help: 'G', read: () => reading });
  assert.match(await renderMetrics(), /^holdfast_test_g 5$/m);
  reading = undefined;
  assert.doesNotMatch(await renderMetrics(), /^holdfast_test_g /m);
  reading = 6;
  assert.match(await renderMetrics(), /^holdfast_test_g 6$/m);
});

test('a gauge whose reading throws does not take the other metrics with it', async () => {
  const rise = await riseOf('holdfast_metric_readings_failed_total', async () => {
    let broken = true;
    defineGauge({
      name: 'holdfast_test_h',
      help: 'H',
      read: () => {
        if (!broken) return 1;
        broken = false;
        throw new Error('x');
      },
    });
    assert.doesNotMatch(await renderMetrics(), /^holdfast_test_h /m);
  });
  assert.equal(rise, 1);
});

test('malformed and repeated metrics are refused where they are declared', () => {
  const counter =
    (name: string, labels = {}) =>
    () =>
      defineCounter({ name, help: 'x', labels });
  assert.throws(counter('other_x_total'), /holdfast_/);
  assert.throws(counter('holdfast_Upper_total'), /holdfast_/);
  assert.throws(counter('holdfast_test_x'), /ends in _total/);
  assert.throws(() => defineHistogram({ name: 'holdfast_test_x_ms', help: 'x', buckets: [1] }), /ends in _seconds/);
  assert.throws(counter('holdfast_test_x_total', { 'org id': ['a'] }), /label/);
  assert.throws(
    () => defineGauge({ name: 'holdfast_test_y', help: 'x', labels: { a_b: ['c'] }, read: () => 1 }),
    /no labels/,
  );
  defineCounter({ name: 'holdfast_test_twice_total', help: 'x' });
  assert.throws(counter('holdfast_test_twice_total'), /declared twice/);
});

test('the process reports on itself once asked, in the text format, however often it is asked', async () => {
  assert.doesNotMatch(await renderMetrics(), /nodejs_eventloop_lag/);
  startProcessMetrics();
  startProcessMetrics();
  const text = await renderMetrics();
  for (const name of [
    'nodejs_eventloop_lag_p99_seconds',
    'process_cpu_seconds_total',
    'process_resident_memory_bytes',
    'nodejs_gc_duration_seconds',
  ])
    assert.equal(text.split(`# TYPE ${name} `).length, 2, name);
  assert.match(metricsContentType, /^text\/plain; version=0\.0\.4/);
});

test('the type checker refuses undeclared label values and missing labels', () => {
  const counter = defineCounter({
    name: 'holdfast_test_types_total',
    help: 'x',
    labels: { outcome: ['ok', 'denied'] },
  });
  const plain = defineCounter({ name: 'holdfast_test_types_plain_total', help: 'x' });
  counter.add(1, { outcome: 'denied' });
  plain.add(1);
  // @ts-expect-error not a declared value
  counter.add(1, { outcome: 'lost' });
  // @ts-expect-error the labels are missing
  counter.add(1);
  // @ts-expect-error this one has no labels
  plain.add(1, { outcome: 'ok' });
});
