// One timer for all phases of an exchange. Nearly every phase ends long before its time, so putting the time off costs no
// timer: the one that runs looks, when it fires, whether the time that counts now is over.
import { monotonicMs } from './clock.ts';
import type { OutboundReason } from './reasons.ts';

export interface PhaseTimer {
  /** From now on `ms` count, for this reason; what counted before does not. */
  arm(ms: number, reason: OutboundReason): void;
  /** The time of the phase begins anew. */
  restart(): void;
  /** No time counts until `arm`. */
  stop(): void;
}

/** `onLate` is called when a time is over, at most once for each `arm`. */
export function createPhaseTimer(onLate: (reason: OutboundReason, detail: string) => void): PhaseTimer {
  let timer: NodeJS.Timeout | undefined;
  let firesAtMs = 0;
  let phase: { readonly ms: number; readonly reason: OutboundReason } | undefined;
  let endMs = 0;

  const stop = (): void => {
    clearTimeout(timer);
    timer = undefined;
    phase = undefined;
  };
  const look = (): void => {
    timer = undefined;
    if (phase === undefined) return;
    const leftMs = endMs - monotonicMs();
    if (leftMs > 0) return start(leftMs);
    const { reason, ms } = phase;
    phase = undefined;
    onLate(reason, `${ms} ms`);
  };
  const start = (leftMs: number): void => {
    clearTimeout(timer);
    firesAtMs = monotonicMs() + leftMs;
    timer = setTimeout(look, Math.ceil(leftMs));
  };
  return {
    arm: (ms, reason) => {
      phase = { ms, reason };
      endMs = monotonicMs() + ms;
      if (timer === undefined || firesAtMs > endMs) start(ms);
    },
    restart: () => {
      if (phase !== undefined) endMs = monotonicMs() + phase.ms;
    },
    stop,
  };
}
