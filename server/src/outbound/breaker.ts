// Stops asking a target that fails, and lets one probe at a time find out when it is back: pure, with injected clock.

export interface BreakerOptions {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** From 0 (included) to 1 (not). */
  readonly random: () => number;
  /** Failures count for this long. */
  readonly windowMs?: number;
  /** The circuit opens at this many failures in the window … */
  readonly failuresMin?: number;
  /** … if they are at least this share of all outcomes in it. */
  readonly failureShare?: number;
  /** The first opening lasts between half and all of this; each failed probe doubles it up to `openMsMax`. */
  readonly openMs?: number;
  readonly openMsMax?: number;
  /** A probe that reports nothing for this long has lost its turn. */
  readonly probeMs?: number;
  /** Targets remembered; beyond, the one unused for longest is forgotten. */
  readonly targetsMax?: number;
}

export type AttemptResult = 'success' | 'failure' | 'neutral';

export type Admission =
  | {
      readonly ok: true;
      /** True for the one attempt that tests an open circuit. */
      readonly probe: boolean;
      /** Reports how the attempt ended; counted once. `neutral` says nothing about the target and gives a probe's turn back. */
      settle(result: AttemptResult): void;
    }
  | { readonly ok: false; readonly retryAfterMs: number };

export type CircuitState = 'closed' | 'open' | 'half_open';

export interface Breaker {
  /** Asks for an attempt on a target. Every admission is settled. */
  admit(target: string): Admission;
  stateOf(target: string): CircuitState;
}

interface Circuit {
  /** Rises with every opening and closing, so that a report from before counts for nothing. */
  generation: number;
  /** Outcomes while closed, oldest first. */
  readonly outcomes: { readonly atMs: number; readonly failed: boolean }[];
  /** How many of `outcomes` failed. */
  failures: number;
  /** Undefined while closed. */
  open: { readonly untilMs: number; readonly lastedMs: number; probeUntilMs: number | undefined } | undefined;
}

type Settings = Required<BreakerOptions>;

/** Outcomes remembered for one target; a busy one is judged on its latest. */
const outcomesMax = 256;

export function createBreaker(options: BreakerOptions): Breaker {
  const settings: Settings = {
    windowMs: 30_000,
    failuresMin: 5,
    failureShare: 0.5,
    openMs: 5_000,
    openMsMax: 120_000,
    probeMs: 60_000,
    targetsMax: 10_000,
    ...options,
  };
  const circuits = new Map<string, Circuit>();
  return {
    admit: (target) => admit(settings, touch(circuits, target, settings.targetsMax)),
    stateOf: (target) => {
      const open = circuits.get(target)?.open;
      if (open === undefined) return 'closed';
      return open.untilMs > settings.now() ? 'open' : 'half_open';
    },
  };
}

/** Finds or makes the circuit of a target and marks it as used last. */
function touch(circuits: Map<string, Circuit>, target: string, targetsMax: number): Circuit {
  const circuit = circuits.get(target) ?? { generation: 0, outcomes: [], failures: 0, open: undefined };
  circuits.delete(target);
  circuits.set(target, circuit);
  if (circuits.size > targetsMax) circuits.delete(circuits.keys().next().value ?? '');
  return circuit;
}

function admit(settings: Settings, circuit: Circuit): Admission {
  const nowMs = settings.now();
  const { open } = circuit;
  if (open === undefined)
    return { ok: true, probe: false, settle: settleOnce((result) => countOutcome(settings, circuit, result), circuit) };
  if (open.untilMs > nowMs) return { ok: false, retryAfterMs: open.untilMs - nowMs };
  if (open.probeUntilMs !== undefined && open.probeUntilMs > nowMs)
    return { ok: false, retryAfterMs: open.probeUntilMs - nowMs };
  open.probeUntilMs = nowMs + settings.probeMs;
  // A probe that lost its turn must not speak for the one that has it now.
  circuit.generation += 1;
  return {
    ok: true,
    probe: true,
    settle: settleOnce((result) => endProbe(settings, circuit, open.lastedMs, result), circuit),
  };
}

/** Takes the first report only, and none from before the circuit last changed. */
function settleOnce(report: (result: AttemptResult) => void, circuit: Circuit): (result: AttemptResult) => void {
  const { generation } = circuit;
  let settled = false;
  return (result) => {
    if (settled || circuit.generation !== generation) return;
    settled = true;
    report(result);
  };
}

function countOutcome(settings: Settings, circuit: Circuit, result: AttemptResult): void {
  if (result === 'neutral') return;
  const nowMs = settings.now();
  const { outcomes } = circuit;
  const failed = result === 'failure';
  outcomes.push({ atMs: nowMs, failed });
  circuit.failures += failed ? 1 : 0;
  dropForgotten(settings, circuit, nowMs);
  if (circuit.failures < settings.failuresMin || circuit.failures < outcomes.length * settings.failureShare) return;
  openCircuit(settings, circuit, settings.openMs);
}

function dropForgotten({ windowMs }: Settings, circuit: Circuit, nowMs: number): void {
  const { outcomes } = circuit;
  for (;;) {
    const [oldest] = outcomes;
    if (oldest === undefined || (oldest.atMs > nowMs - windowMs && outcomes.length <= outcomesMax)) return;
    circuit.failures -= oldest.failed ? 1 : 0;
    outcomes.shift();
  }
}

function endProbe(settings: Settings, circuit: Circuit, lastedMs: number, result: AttemptResult): void {
  if (result === 'failure') return openCircuit(settings, circuit, Math.min(settings.openMsMax, lastedMs * 2));
  if (result === 'neutral') {
    if (circuit.open !== undefined) circuit.open.probeUntilMs = undefined;
    return;
  }
  change(circuit, undefined);
}

/** Half of the time is random, so that replicas do not all probe at once. */
function openCircuit(settings: Settings, circuit: Circuit, lastsMs: number): void {
  const untilMs = settings.now() + lastsMs / 2 + (settings.random() * lastsMs) / 2;
  change(circuit, { untilMs, lastedMs: lastsMs, probeUntilMs: undefined });
}

function change(circuit: Circuit, open: Circuit['open']): void {
  circuit.generation += 1;
  circuit.outcomes.length = 0;
  circuit.failures = 0;
  circuit.open = open;
}
