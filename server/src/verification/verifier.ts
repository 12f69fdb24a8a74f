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

// A run takes seconds on an idle machine; on a busy one it may take its time, for late is no verdict.
const PROBE_TIMEOUT_MS = 15_000;
const BUDGET_MS = 90_000;
/** Of a run that somebody waits for. The watch looks at one after the other: it can wait, and callers should not. */
const PARALLELISM = 6;

export function createVerifier(parts: VerifierParts): Verifier {
  const { controls, unixMs } = parts;
  let known: ReadonlyMap<string, readonly Evidence[]> = new Map();
  let dueMs: ReadonlyMap<string, number> = new Map();
  let before: Report | undefined;
  // One run at a time: two would share the tenants and their limits.
  const inTurn = takeTurns();
  const closing = new AbortController();

  const reportOf = (ids: ReadonlySet<string> | undefined): Report => {
    const at = formatInstant(unixMs());
    const asked = controls.filter(({ id }) => ids === undefined || ids.has(id));
    const evidence = asked.flatMap(({ id }) => known.get(id) ?? []);
    const opened = openEvidence(evidence, at);
    if (!opened.ok) throw new Error(opened.fault);
    const results = asked.map((control) =>
      known.has(control.id) ? concludeControl(control, opened.pool, at) : notLookedAt(control),
    );
    return makeReport({ target: parts.target(), outcome: { at, results, evidence }, waivers: parts.waivers });
  };

  const observe = async (
    asked: readonly InstanceControl[],
    parallelism: number,
    onProgress?: (event: Progress) => void,
  ): Promise<Report> => {
    await using opened = await parts.open();
    const { evidence } = await runControls(asked, opened.instance, {
      unixMs,
      fingerprintKey: parts.fingerprintKey,
      probeTimeoutMs: PROBE_TIMEOUT_MS,
      budgetMs: BUDGET_MS,
      parallelism,
      signal: closing.signal,
      ...(onProgress === undefined ? {} : { onProgress }),
    });
    const fresh = splitByControl(asked, evidence);
    known = new Map([...known, ...fresh]);
    dueMs = new Map([...dueMs, ...[...fresh].map(([id, own]) => [id, unixMs() + shortestTtlMs(own)] as const)]);
    // What nobody had looked at has not drifted.
    const after = reportOf(new Set(known.keys()));
    const drift = before === undefined ? [] : driftBetween(before, after);
    // Told first: drift that could not be recorded is found again by the next run.
    const isTold = await tell(parts, drift, after);
    if (isTold) before = after;
    return reportOf(new Set(asked.map(({ id }) => id)));
  };

  return {
    controls,
    latest: () => reportOf(undefined),
    run: (ids, onProgress) => {
      const asked = controls.filter(({ id }) => ids === undefined || ids.includes(id));
      return inTurn(() => observe(asked, PARALLELISM, onProgress));
    },
    runDue: () =>
      inTurn(async () => {
        const due = controls.filter(({ id }) => (dueMs.get(id) ?? 0) <= unixMs());
        if (due.length > 0) await observe(due, 1);
      }),
    expire: () => void (dueMs = new Map()),
    close: () => closing.abort(new Error('the server is stopping')),
  };
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
function splitByControl(
  asked: readonly InstanceControl[],
  evidence: readonly Evidence[],
): ReadonlyMap<string, readonly Evidence[]> {
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
