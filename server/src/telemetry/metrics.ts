// Declares counters, gauges and histograms with closed label sets, and renders them in the Prometheus text format.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { isId, isName } from './values.ts';

/** A label whose values are not known in advance: technical names, `max` at most; the rest counts as `other`. */
export type BoundedLabel = { readonly max: number };

/** Labels of a metric: each a closed list of values, or bounded. */
export type LabelDeclarations = Readonly<Record<string, readonly string[] | BoundedLabel>>;

type LabelValues<L extends LabelDeclarations> = {
  readonly [N in keyof L]: L[N] extends readonly (infer V)[] ? V : string;
};

type NoLabels = Readonly<Record<string, never>>;

/** A metric without labels takes none, one with labels takes them all. */
type LabelArguments<L extends LabelDeclarations> = L extends NoLabels ? [] : [labels: LabelValues<L>];

export type CounterMetric<L extends LabelDeclarations> = {
  /** Adds `amount`; anything but a finite number of at least 0 adds nothing. */
  readonly add: (amount: number, ...labels: LabelArguments<L>) => void;
};

export type GaugeMetric<L extends LabelDeclarations> = {
  readonly set: (value: number, ...labels: LabelArguments<L>) => void;
};

export type HistogramMetric<L extends LabelDeclarations> = {
  readonly observe: (value: number, ...labels: LabelArguments<L>) => void;
};

type Parts<L> = {
  /** `holdfast_…`, with the unit last. */
  readonly name: string;
  /** One sentence for the operator. */
  readonly help: string;
  readonly labels?: L;
};

/** Content type of `renderMetrics`. */
export const metricsContentType = Registry.PROMETHEUS_CONTENT_TYPE;

/** Upper bounds in seconds, from a cache hit to a slow model call. */
export const secondsBuckets: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
];

const registry = new Registry();
const seriesMax = 100;

const refusedLabels = defineCounter({
  name: 'holdfast_metric_labels_refused_total',
  help: 'Label values outside their declared set, counted as "other"',
});
const failedReadings = defineCounter({
  name: 'holdfast_metric_readings_failed_total',
  help: 'Gauges that could not be read when metrics were rendered',
});

/** A label of at most `max` values (1 to 500), none of them an id: an id would make one series a tenant or person. */
export function boundedLabel(max: number): BoundedLabel {
  if (!Number.isInteger(max) || max < 1 || max > 500) throw new RangeError('a bounded label has 1 to 500 values');
  return Object.freeze({ max });
}

/** Declares a counter, once per process. Throws RangeError on a malformed or repeated name, or a name without `_total`. */
export function defineCounter<const L extends LabelDeclarations = NoLabels>(parts: Parts<L>): CounterMetric<L> {
  checkParts(parts, ['total']);
  const labels: LabelDeclarations = parts.labels ?? {};
  const resolve = createLabelResolver(labels);
  const sums = createSums(Object.keys(labels).length);
  const counter: Counter = new Counter({
    ...baseOf(parts),
    labelNames: Object.keys(labels),
    collect: () => sums.empty((series, amount) => counter.inc(series, amount)),
  });
  // A series that exists from the start lets an alert see its first increase.
  for (const series of closedSeries(labels)) counter.inc(series, 0);
  return Object.freeze({
    add: (amount: number, ...given: LabelArguments<L>) => {
      if (amount >= 0 && Number.isFinite(amount)) sums.add(resolve(given[0]), amount);
    },
  });
}

type Series = Readonly<Record<string, string>>;
type Sum = { readonly series: Series; amount: number; isKnown: boolean };

/**
 * What was counted since metrics were last rendered: the library writes the labels of a series as text at every increase,
 * three times a request. No value of a label has a line break; there are as few sums as series.
 */
function createSums(labelCount: number) {
  const sums = new Map<string, Sum>();
  return {
    add: (series: Series, amount: number): void => {
      let key = '';
      if (labelCount > 0)
        for (const label in series) key = key === '' ? (series[label] ?? '') : `${key}\n${series[label]}`;
      const sum = sums.get(key);
      if (sum === undefined) sums.set(key, { series, amount, isKnown: false });
      else sum.amount += amount;
    },
    empty: (take: (series: Record<string, string>, amount: number) => void): void => {
      for (const sum of sums.values()) {
        const { amount, isKnown } = sum;
        sum.amount = 0;
        sum.isKnown = true;
        // A series begins with its first increase, be it by nothing.
        if (amount > 0 || !isKnown) take({ ...sum.series }, amount);
      }
    },
  };
}

/**
 * Declares a gauge, once per process: set by code, or read when metrics are rendered (`read`, without labels; it must not
 * wait; undefined or a throw leaves the gauge out). Throws RangeError as `defineCounter` does.
 */
export function defineGauge<const L extends LabelDeclarations = NoLabels>(
  parts: Parts<L> & { readonly read?: () => number | undefined },
): GaugeMetric<L> {
  checkParts(parts, undefined);
  const labels: LabelDeclarations = parts.labels ?? {};
  const { read } = parts;
  if (read && Object.keys(labels).length > 0)
    throw new RangeError(`metric ${parts.name}: a gauge that is read has no labels`);
  const resolve = createLabelResolver(labels);
  const gauge: Gauge = new Gauge({
    ...baseOf(parts),
    labelNames: Object.keys(labels),
    ...(read ? { collect: () => collectReading(gauge, read) } : {}),
  });
  return Object.freeze({
    set: (value: number, ...given: LabelArguments<L>) => {
      if (Number.isFinite(value)) gauge.set(resolve(given[0]), value);
    },
  });
}

/** Declares a histogram, once per process; seconds by default, other units name their own buckets. Throws RangeError as above. */
export function defineHistogram<const L extends LabelDeclarations = NoLabels>(
  parts: Parts<L> & { readonly buckets?: readonly number[] },
): HistogramMetric<L> {
  checkParts(parts, ['seconds', 'bytes', 'tokens', 'count', 'ratio']);
  const { buckets = parts.name.endsWith('_seconds') ? secondsBuckets : [] } = parts;
  if (buckets.length === 0) throw new RangeError(`metric ${parts.name}: buckets are missing`);
  const labels: LabelDeclarations = parts.labels ?? {};
  const resolve = createLabelResolver(labels);
  const histogram = new Histogram({ ...baseOf(parts), labelNames: Object.keys(labels), buckets: [...buckets] });
  return Object.freeze({
    observe: (value: number, ...given: LabelArguments<L>) => {
      if (Number.isFinite(value)) histogram.observe(resolve(given[0]), value);
    },
  });
}

/** All metrics in the Prometheus text format 0.0.4. */
export function renderMetrics(): Promise<string> {
  return registry.metrics();
}

/** Starts the metrics of the process itself: CPU, memory, descriptors, event-loop lag, garbage collection. Once. */
export function startProcessMetrics(): void {
  if (registry.getSingleMetric('nodejs_eventloop_lag_seconds') === undefined)
    collectDefaultMetrics({ register: registry });
}

function baseOf(parts: Parts<unknown>): {
  readonly name: string;
  readonly help: string;
  readonly registers: Registry[];
} {
  return { name: parts.name, help: parts.help, registers: [registry] };
}

function checkParts(parts: Parts<LabelDeclarations>, units: readonly string[] | undefined): void {
  const fault = findFault(parts, units);
  if (fault !== undefined) throw new RangeError(`metric ${JSON.stringify(parts.name)}: ${fault}`);
}

function findFault(parts: Parts<LabelDeclarations>, units: readonly string[] | undefined): string | undefined {
  if (!/^holdfast_[a-z][a-z0-9_]{2,80}$/.test(parts.name)) return 'the name is holdfast_ and lower-case words';
  if (units && !units.includes(parts.name.split('_').at(-1) ?? '')) return `the name ends in _${units.join(' or _')}`;
  if (registry.getSingleMetric(parts.name)) return 'declared twice';
  const wrong = Object.keys(parts.labels ?? {}).find((label) => !/^[a-z][a-z_]{1,30}$/.test(label));
  return wrong === undefined ? undefined : `the label ${JSON.stringify(wrong)} is not lower-case words`;
}

type Resolver = (given: Readonly<Record<string, unknown>> | undefined) => Record<string, string>;

/** A metric never fails a request: a value outside its set counts as `other`, and that is counted. */
function createLabelResolver(labels: LabelDeclarations): Resolver {
  const resolvers = Object.entries(labels).map(([label, declared]) => [label, createValueResolver(declared)] as const);
  return (given) => {
    const resolved: Record<string, string> = {};
    for (const [label, resolve] of resolvers) resolved[label] = resolve(given?.[label]);
    return resolved;
  };
}

function createValueResolver(declared: readonly string[] | BoundedLabel): (value: unknown) => string {
  const known = new Set<string>('max' in declared ? [] : declared);
  const max = 'max' in declared ? declared.max : 0;
  return (value) => {
    if (typeof value === 'string') {
      if (known.has(value)) return value;
      if (known.size < max && isName(value) && !isId(value)) {
        known.add(value);
        return value;
      }
    }
    refusedLabels.add(1);
    return 'other';
  };
}

function closedSeries(labels: LabelDeclarations): readonly Record<string, string>[] {
  let series: Record<string, string>[] = [{}];
  for (const [label, declared] of Object.entries(labels)) {
    if ('max' in declared) return [];
    series = series.flatMap((one) => declared.map((value) => ({ ...one, [label]: value })));
    if (series.length > seriesMax) return [];
  }
  return series;
}

function collectReading(gauge: Gauge, read: () => number | undefined): void {
  try {
    const value = read();
    if (value === undefined || !Number.isFinite(value)) gauge.remove();
    else gauge.set(value);
  } catch {
    gauge.remove();
    failedReadings.add(1);
  }
}
