// Keeps the state of all controls: runs those that are due, on demand all of them, and tells what has drifted.
import { concludeControl, type ControlResult } from '@holdfast/controls/conclude.ts';
import { formatInstant } from '@holdfast/controls/dates.ts';
import { findDrift, type Drift } from '@holdfast/controls/drift.ts';
import { openEvidence } from '@holdfast/controls/evaluate.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { probeRunKind, readProbeRun } from '@holdfast/controls/probe-run.ts';
import { makeReport, type Report } from '@holdfast/controls/report.ts';
import { runControls, type Progress } from '@holdfast/controls/run.ts';
import type { Waiver } from '@holdfast/controls/waivers.ts';
import type { Instance, InstanceControl } from './instance.ts';

export type VerifierParts = {
  readonly controls: readonly InstanceControl[];
  /** Opens what a run needs of its own; disposed of at its end. */
  readonly open: () => Promise<AsyncDisposable & { readonly instance: Instance }>;
  /** What is verified, in words: its public origin. */
  readonly target: () => string;
  readonly waivers: readonly Waiver[];
  readonly fingerprintKey: Uint8Array;
  readonly unixMs: () => number;
  /** After every run: what changed, if anything, and how everything stands. */
  readonly onDrift: (drift: readonly Drift[], report: Report) => Promise<void>;
  /** Drift could not be told. */
  readonly onFailure: (error: unknown) => void;
};

export type Verifier = {
  readonly controls: readonly InstanceControl[];
  /** What is known now; evidence that is too old no longer counts, and what nobody has looked at yet is unknown. */
  readonly latest: () => Report;
  /** Observes the named controls, or all, when no other run is under way; the report is of these alone. */
  readonly run: (ids?: readonly string[], onProgress?: (event: Progress) => void) => Promise<Report>;
  /** Observes what is due by its time-to-live. */
  readonly runDue: () => Promise<void>;
  /** Everything is due: the configuration has changed. */
  readonly expire: () => void;
  /** Breaks off what is under way; what was not seen by then ends as `error`. */
  readonly close: () => void;
};

// A run takes seconds on an idle machine; on a busy one it may take its time, for late is no verdict. Many probes need the one account
// that is lent, and each may wait for as many others as there are at a time: its own time has that in it.
const PROBE_TIMEOUT_MS = 60_000;
const BUDGET_MS = 240_000;
/** Of a run that somebody waits for. The watch looks at one after the other: it can wait, and callers should not. */
const PARALLELISM = 6;
/** Judging all evidence again takes a twentieth of a second, which a flood of askers must not buy again and again. */
const JUDGED_FOR_MS = 1_000;

type Found = ReadonlyMap<string, readonly Evidence[]>;

export function createVerifier(parts: VerifierParts): Verifier {
  const { controls, unixMs } = parts;
  let known: Found = new Map();
  let dueMs: ReadonlyMap<string, number> = new Map();
  let before: Report | undefined;
  let judged: { readonly report: Report; readonly atMs: number } | undefined;
  /** Runs that somebody waits for. */
  let waiting = 0;
  // One run at a time: two would share the tenants and their limits.
  const inTurn = takeTurns();
  const closing = new AbortController();

  const reportOf = (isAsked: (id: string) => boolean): Report =>
    judgeAll(
      parts,
      controls.filter(({ id }) => isAsked(id)),
      known,
    );

  const settle = async (fresh: Found): Promise<void> => {
    known = new Map([...known, ...fresh]);
    dueMs = new Map([...dueMs, ...[...fresh].map(([id, own]) => [id, unixMs() + shortestTtlMs(own)] as const)]);
    judged = undefined;
    // What nobody had looked at has not drifted.
    const after = reportOf((id) => known.has(id));
    const drift = before === undefined ? [] : driftBetween(before, after);
    // Told first: drift that could not be recorded is found again by the next run.
    if (await tell(parts, drift, after)) before = after;
  };

  const runAsked = async (
    asked: readonly InstanceControl[],
    onProgress?: (event: Progress) => void,
  ): Promise<Report> => {
    await using opened = await parts.open();
    const ids = new Set(asked.map(({ id }) => id));
    await settle(await look(parts, opened.instance, { asked, signal: closing.signal, onProgress }));
    return reportOf((id) => ids.has(id));
  };

  const watch = async (): Promise<void> => {
    const due = controls.filter(({ id }) => (dueMs.get(id) ?? 0) <= unixMs());
    if (due.length === 0) return;
    const fresh = await lookInTurn(parts, due, { signal: closing.signal, givesWay: () => waiting > 0 });
    if (fresh.size > 0) await settle(fresh);
  };

  return {
    controls,
    latest: () => {
      if (judged === undefined || Math.abs(unixMs() - judged.atMs) >= JUDGED_FOR_MS)
        judged = { report: reportOf(() => true), atMs: unixMs() };
      return judged.report;
    },
    run: (ids, onProgress) => {
      waiting += 1;
      const asked = controls.filter(({ id }) => ids === undefined || ids.includes(id));
      return inTurn(() => runAsked(asked, onProgress)).finally(() => void (waiting -= 1));
    },
    runDue: () => inTurn(watch),
    expire: () => void (dueMs = new Map()),
    close: () => closing.abort(new Error('the server is stopping')),
  };
}

type Look = {
  readonly asked: readonly InstanceControl[];
  readonly signal: AbortSignal;
  readonly onProgress?: ((event: Progress) => void) | undefined;
};

async function look(parts: VerifierParts, instance: Instance, { asked, signal, onProgress }: Look): Promise<Found> {
  const { evidence } = await runControls(asked, instance, {
    unixMs: parts.unixMs,
    fingerprintKey: parts.fingerprintKey,
    probeTimeoutMs: PROBE_TIMEOUT_MS,
    budgetMs: BUDGET_MS,
    parallelism: PARALLELISM,
    signal,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  return splitByControl(asked, evidence);
}

type Watching = { readonly signal: AbortSignal; readonly givesWay: () => boolean };

/** One control after the other, until somebody waits for a run: what has not been looked at by then stays due. */
async function lookInTurn(parts: VerifierParts, due: readonly InstanceControl[], watching: Watching): Promise<Found> {
  const { signal, givesWay } = watching;
  await using opened = await parts.open();
  const fresh = new Map<string, readonly Evidence[]>();
  for (const control of due) {
    if (givesWay() || signal.aborted) break;
    const found = await look(parts, opened.instance, { asked: [control], signal });
    for (const [id, own] of found) fresh.set(id, own);
  }
  return fresh;
}

function judgeAll({ unixMs, target, waivers }: VerifierParts, asked: readonly InstanceControl[], known: Found): Report {
  const at = formatInstant(unixMs());
  const evidence = asked.flatMap(({ id }) => known.get(id) ?? []);
  const opened = openEvidence(evidence, at);
  if (!opened.ok) throw new Error(opened.fault);
  const results = asked.map((control) =>
    known.has(control.id) ? concludeControl(control, opened.pool, at) : notLookedAt(control),
  );
  return makeReport({ target: target(), outcome: { at, results, evidence }, waivers });
}

function notLookedAt({ id, title, severity, remedy, maps }: InstanceControl): ControlResult {
  const finding = { verdict: 'unknown', subject: id, expected: 'a look', observed: 'none yet', evidence: [] } as const;
  return { id, title, severity, remedy, maps, verdict: 'unknown', twinCaught: false, findings: [finding] };
}

function tell({ onDrift, onFailure }: VerifierParts, drift: readonly Drift[], report: Report): Promise<boolean> {
  return onDrift(drift, report).then(
    () => true,
    (error: unknown) => (onFailure(error), false),
  );
}

/** Runs what it is given one after the other, whatever became of the one before. */
function takeTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let tail: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = tail.then(work, work);
    tail = turn.catch(() => undefined);
    return turn;
  };
}

function driftBetween(before: Report, after: Report): readonly Drift[] {
  const seen = new Set(before.controls.map(({ id }) => id));
  return findDrift(before, after).filter(({ control }) => seen.has(control));
}

/** Evidence by the control whose probe brought it, the records of its runs with it. */
function splitByControl(asked: readonly InstanceControl[], evidence: readonly Evidence[]): Found {
  const ownerOf = (each: Evidence): string => {
    const run = each.kind === probeRunKind ? readProbeRun(each) : undefined;
    return run?.ok === true ? run.value.control : each.collector;
  };
  const groups = Map.groupBy(evidence, ownerOf);
  return new Map(asked.map(({ id }) => [id, groups.get(id) ?? []]));
}

/** When a probe brought nothing, a look a minute later is soon enough. */
const TTL_SECONDS_NOTHING = 60;

function shortestTtlMs(evidence: readonly Evidence[]): number {
  const own = evidence.filter(({ kind }) => kind !== probeRunKind).map(({ ttlSeconds }) => ttlSeconds);
  // Due before it runs out, so that a healthy instance never has a gap.
  return (own.length === 0 ? TTL_SECONDS_NOTHING : Math.min(...own)) * 800;
}
