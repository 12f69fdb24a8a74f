// Runs controls: each probe on its target and on its broken twins, within time limits; then the pure part concludes.
import { concludeControl, type ControlResult } from './conclude.ts';
import type { AnyControl, Control, ProbeTools } from './control.ts';
import { formatInstant } from './dates.ts';
import { withDeadline } from './deadline.ts';
import { openEvidence } from './evaluate.ts';
import { makeEvidence, parseEvidence, type Evidence } from './evidence.ts';
import { describeFailure } from './failure-text.ts';
import { probeRunKind, recordProbeRun } from './probe-run.ts';
import { fingerprint } from './secrets.ts';

export type Progress =
  | { readonly kind: 'started'; readonly id: string; readonly title: string; readonly total: number }
  | {
      readonly kind: 'finished';
      /** As of now; the run's own results are concluded at its end. */
      readonly result: ControlResult;
      readonly done: number;
      readonly total: number;
    };

export type RunOptions = {
  readonly unixMs: () => number;
  /** At least 32 bytes; keep it for fingerprints to be comparable between runs. */
  readonly fingerprintKey: Uint8Array;
  /** For one observation of one target: a probe, or a twin's start, probe and stop together. */
  readonly probeTimeoutMs: number;
  /** For everything together; what is not done by then ends as `error`. */
  readonly budgetMs: number;
  /** How many controls are observed at a time. */
  readonly parallelism: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: Progress) => void;
};

export type RunOutcome = {
  /** When the run ended, which is when it was judged. */
  readonly at: string;
  readonly results: readonly ControlResult[];
  /** Everything that was brought, of targets and twins, with the records of the probes. */
  readonly evidence: readonly Evidence[];
};

/**
 * Observes `target` and every twin, and concludes. A probe that throws, hangs or brings what is no evidence gives `error`;
 * one that hangs in a loop of its own cannot be stopped. Rejects when ids repeat or `onProgress` throws.
 */
export async function runControls<T>(
  controls: readonly Control<T>[],
  target: T,
  options: RunOptions,
): Promise<RunOutcome> {
  const repeated = controls.find(({ id }, index) => controls.findIndex((other) => other.id === id) !== index);
  if (repeated !== undefined) throw new Error(`two controls have the id ${repeated.id}`);
  const budget = new AbortController();
  const timer = setTimeout(
    () => budget.abort(new Error(`the budget of ${options.budgetMs} ms is spent`)),
    options.budgetMs,
  );
  const signals = options.signal === undefined ? [budget.signal] : [budget.signal, options.signal];
  const run: Run = { options, signal: AbortSignal.any(signals), total: controls.length, done: 0 };
  try {
    const brought = await mapBounded(controls, options.parallelism, (control) => runOne(control, target, run));
    const evidence = brought.flat();
    const at = formatInstant(options.unixMs());
    return { at, results: conclude(controls, evidence, at), evidence };
  } finally {
    clearTimeout(timer);
  }
}

/** Observes one target with one control's probe: its evidence and the record of the run, ready for `evaluate`. Never rejects. */
export async function observe<T>(
  control: Control<T>,
  target: T,
  options: Pick<RunOptions, 'unixMs' | 'fingerprintKey' | 'probeTimeoutMs' | 'signal'>,
): Promise<readonly Evidence[]> {
  const signal = options.signal ?? new AbortController().signal;
  return collect(control, null, (tools) => control.probe(target, tools), options, signal);
}

type Run = { readonly options: RunOptions; readonly signal: AbortSignal; readonly total: number; done: number };

async function runOne<T>(control: Control<T>, target: T, run: Run): Promise<readonly Evidence[]> {
  const { options, signal, total } = run;
  options.onProgress?.({ kind: 'started', id: control.id, title: control.title, total });
  const evidence = [...(await collect(control, null, (tools) => control.probe(target, tools), options, signal))];
  for (const twin of control.twins) {
    evidence.push(...(await collect(control, twin.name, twin.probe, options, signal)));
  }
  run.done += 1;
  if (options.onProgress !== undefined) {
    const [result] = conclude([control], evidence, formatInstant(options.unixMs()));
    if (result !== undefined) options.onProgress({ kind: 'finished', result, done: run.done, total });
  }
  return evidence;
}

async function collect(
  control: AnyControl,
  twin: string | null,
  probe: (tools: ProbeTools) => Promise<readonly Evidence[]>,
  options: Pick<RunOptions, 'unixMs' | 'fingerprintKey' | 'probeTimeoutMs'>,
  parent: AbortSignal,
): Promise<readonly Evidence[]> {
  const record = (evidence: readonly Evidence[], failure: string | null): readonly Evidence[] => [
    ...evidence,
    recordProbeRun({ control: control.id, twin, evidence, failure, unixMs: options.unixMs() }),
  ];
  try {
    const brought = await withDeadline(options.probeTimeoutMs, parent, async (signal) =>
      probe(makeTools(control, options, signal)),
    );
    return record(readBrought(brought), null);
  } catch (thrown) {
    return record([], describeFailure(thrown));
  }
}

/** Probes are code that can be wrong: what they bring is read as strictly as what strangers send. */
function readBrought(brought: readonly unknown[]): readonly Evidence[] {
  if (!Array.isArray(brought)) throw new TypeError('the probe brought no list of evidence');
  return brought.map((each: unknown) => {
    const parsed = parseEvidence(each);
    if (!parsed.ok) throw new TypeError(parsed.faults.join('; '));
    if (parsed.value.kind === probeRunKind) throw new TypeError('the probe brought a record of a probe');
    return parsed.value;
  });
}

function makeTools(
  control: AnyControl,
  { unixMs, fingerprintKey }: Pick<RunOptions, 'unixMs' | 'fingerprintKey'>,
  signal: AbortSignal,
): ProbeTools {
  return {
    signal,
    unixMs,
    fingerprint: (text) => fingerprint(text, fingerprintKey),
    evidence: (observation) =>
      makeEvidence({ ...observation, collectedAt: formatInstant(unixMs()), collector: control.id }),
  };
}

function conclude(
  controls: readonly AnyControl[],
  evidence: readonly Evidence[],
  at: string,
): readonly ControlResult[] {
  const opened = openEvidence(evidence, at);
  if (!opened.ok) throw new Error(opened.fault);
  return controls.map((control) => concludeControl(control, opened.pool, at));
}

/** At most `limit` calls at a time; results in the order of the items. */
async function mapBounded<T, R>(
  items: readonly T[],
  limit: number,
  call: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const queue = [...items.entries()].values();
  const work = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await call(item);
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(limit, items.length)) }, work));
  return results;
}
