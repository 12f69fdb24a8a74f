// Answers "is it alive, may it get traffic, what is wrong": runs declared checks in bounded time and remembers the answers.

/** `live`: restart me if it fails. `ready`: send me no traffic if it fails. `status`: an operator should know. */
export type HealthKind = 'live' | 'ready' | 'status';

export type HealthStatus = 'pass' | 'warn' | 'fail';

/** What a check found; `reason` is a word for the operator, from a closed list of the check's own. */
export type HealthFinding = { readonly status: HealthStatus; readonly reason?: string };

export type HealthCheck = {
  /** Lower-case words, such as `database`; visible to the public. */
  readonly id: string;
  readonly kind: HealthKind;
  /** A failing check that is not critical makes a warning of the whole. */
  readonly critical: boolean;
  /** Looks, and stops when `signal` aborts. Throwing is failing. */
  readonly run: (signal: AbortSignal) => Promise<HealthFinding>;
  readonly timeoutMs?: number;
};

/** One check's answer. */
export type HealthAnswer = { readonly status: HealthStatus; readonly critical: boolean; readonly reason?: string };

/** For the operator: the private port and the console. */
export type HealthReport = { readonly status: HealthStatus; readonly checks: Readonly<Record<string, HealthAnswer>> };

/** For everyone: no reasons, no times, no versions. */
export type PublicHealth = {
  readonly status: HealthStatus;
  readonly checks: Readonly<Record<string, { readonly status: HealthStatus }>>;
};

export type Health = {
  /** Adds a check. Throws RangeError on a malformed or repeated id. */
  readonly register: (check: HealthCheck) => void;
  /** Answers for a kind; `status` covers the checks of all kinds. Never throws, never waits longer than the slowest time-out. */
  readonly evaluate: (kind: HealthKind) => Promise<HealthReport>;
  /** Fails `ready` from now on, so that traffic goes elsewhere before the process ends. */
  readonly beginDraining: () => void;
};

export type HealthOptions = {
  /** Milliseconds of a monotonic clock. */
  readonly nowMs: () => number;
  /** How long an answer serves; 1,000 by default. */
  readonly cacheMs?: number;
  /** Time-out of a check that names none; 2,000 by default. */
  readonly timeoutMs?: number;
  /** Told of what a check threw. */
  readonly onError?: (checkId: string, error: unknown) => void;
};

const drainingId = 'draining';
const idPattern = /^[a-z][a-z0-9_]{0,31}$/;
const reasonPattern = /^[a-z][a-z0-9_]{0,63}$/;

// A run that ignores its signal may hang forever. So many may, before no more are started for its check.
const hungMax = 3;

/** Makes an empty set of checks. */
export function createHealth(options: HealthOptions): Health {
  const checks = new Map<string, { readonly check: HealthCheck; readonly answer: () => Promise<HealthFinding> }>();
  let draining = false;
  return Object.freeze({
    register: (check: HealthCheck) => {
      if (!idPattern.test(check.id))
        throw new RangeError(`health check ${JSON.stringify(check.id)}: the id is lower-case words`);
      if (checks.has(check.id) || check.id === drainingId)
        throw new RangeError(`health check ${check.id}: declared twice`);
      checks.set(check.id, { check, answer: createRunner(check, options) });
    },
    evaluate: async (kind: HealthKind) => {
      const due = [...checks.values()].filter(({ check }) => kind === 'status' || check.kind === kind);
      const answers = await Promise.all(
        due.map(async ({ check, answer }) => [check.id, { ...(await answer()), critical: check.critical }] as const),
      );
      return summarize(kind, answers, draining);
    },
    beginDraining: () => {
      draining = true;
    },
  });
}

/** The report without what only the operator may see. */
export function toPublicHealth(report: HealthReport): PublicHealth {
  const checks = Object.entries(report.checks).map(([id, { status }]) => [id, { status }] as const);
  return { status: report.status, checks: Object.fromEntries(checks) };
}

function summarize(
  kind: HealthKind,
  answers: readonly (readonly [string, HealthAnswer])[],
  draining: boolean,
): HealthReport {
  const all: readonly (readonly [string, HealthAnswer])[] =
    draining && kind !== 'live'
      ? [...answers, [drainingId, { status: 'fail', critical: true, reason: 'shutting_down' }]]
      : answers;
  const fails = all.some(([, answer]) => answer.critical && answer.status === 'fail');
  const warns = all.some(([, answer]) => answer.status !== 'pass');
  // A readiness that checks nothing proves nothing.
  const empty = kind === 'ready' && answers.length === 0;
  const status = fails || empty ? 'fail' : warns ? 'warn' : 'pass';
  return { status, checks: Object.fromEntries(all) };
}

/** One run at a time, an answer kept for `cacheMs`, a hung run abandoned at its time-out. */
function createRunner(check: HealthCheck, options: HealthOptions): () => Promise<HealthFinding> {
  const { cacheMs = 1000, nowMs } = options;
  let hung = 0;
  let pending: Promise<HealthFinding> | undefined;
  let cached: { readonly finding: HealthFinding; readonly atMs: number } | undefined;

  const look = async (): Promise<HealthFinding> => {
    if (hung >= hungMax) return { status: 'fail', reason: 'hung' };
    hung += 1;
    const run = runOnce(check, options);
    // Settles late or never when the check ignores its signal; `hung` counts those.
    void run.settled.then(() => (hung -= 1));
    return run.finding;
  };

  return () => {
    if (cached && nowMs() - cached.atMs < cacheMs) return Promise.resolve(cached.finding);
    pending ??= look().then((finding) => {
      cached = { finding, atMs: nowMs() };
      pending = undefined;
      return finding;
    });
    return pending;
  };
}

type Run = { readonly finding: Promise<HealthFinding>; readonly settled: Promise<void> };

function runOnce(check: HealthCheck, options: HealthOptions): Run {
  const controller = new AbortController();
  const { promise: late, resolve: giveUp } = Promise.withResolvers<HealthFinding>();
  const timer = setTimeout(
    () => {
      controller.abort();
      giveUp({ status: 'fail', reason: 'timed_out' });
    },
    check.timeoutMs ?? options.timeoutMs ?? 2000,
  );
  const answer = runSafely(check, controller.signal, options);
  const settled = answer.then(() => clearTimeout(timer));
  return { finding: Promise.race([answer, late]), settled };
}

async function runSafely(check: HealthCheck, signal: AbortSignal, options: HealthOptions): Promise<HealthFinding> {
  try {
    return cleanFinding(await check.run(signal));
  } catch (error) {
    // A run that was told to stop is expected to throw.
    if (!signal.aborted) tell(options, check.id, error);
    return { status: 'fail', reason: 'error' };
  }
}

function tell(options: HealthOptions, checkId: string, error: unknown): void {
  try {
    options.onError?.(checkId, error);
  } catch {
    // Whoever listens must not decide whether we are healthy.
  }
}

function cleanFinding({ status, reason }: HealthFinding): HealthFinding {
  if (!['pass', 'warn', 'fail'].includes(status)) return { status: 'fail', reason: 'error' };
  if (reason === undefined) return { status };
  return { status, reason: reasonPattern.test(reason) ? reason : 'unnamed' };
}
