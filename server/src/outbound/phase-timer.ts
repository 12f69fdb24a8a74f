// One timer for all phases of an exchange. Nearly every phase ends long before its time, so putting the time off costs no
// timer: the one that runs looks, when it fires, whether the time that counts now is over.
import { monotonicMs } from './clock.ts';
import type { OutboundReason } from './reasons.ts';

/** Is told when a time is over, at most once for each `arm`. */
export interface PhaseOwner {
  onLate(reason: OutboundReason, detail: string): void;
}

export class PhaseTimer implements Disposable {
  readonly #owner: PhaseOwner;
  #timer: NodeJS.Timeout | undefined;
  #judging: NodeJS.Immediate | undefined;
  #firesAtMs = 0;
  #endMs = 0;
  /** Of the phase that counts; undefined while none does. */
  #reason: OutboundReason | undefined;
  #phaseMs = 0;

  constructor(owner: PhaseOwner) {
    this.#owner = owner;
  }

  /** From now on `ms` count, for this reason; what counted before does not. */
  arm(ms: number, reason: OutboundReason): void {
    this.#reason = reason;
    this.#phaseMs = ms;
    this.#endMs = monotonicMs() + ms;
    if (this.#timer === undefined || this.#firesAtMs > this.#endMs) this.#start(ms);
  }

  /** The time of the phase begins anew. */
  restart(): void {
    if (this.#reason !== undefined) this.#endMs = monotonicMs() + this.#phaseMs;
  }

  /** No time counts until `arm`. */
  stop(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#judging);
    this.#timer = undefined;
    this.#reason = undefined;
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  #start(leftMs: number): void {
    clearTimeout(this.#timer);
    this.#firesAtMs = monotonicMs() + leftMs;
    this.#timer = setTimeout(PhaseTimer.#look, Math.ceil(leftMs), this);
  }

  static #look(this: void, timer: PhaseTimer): void {
    timer.#timer = undefined;
    const leftMs = timer.#endMs - monotonicMs();
    if (leftMs > 0) return timer.#start(leftMs);
    // Timers come before what has arrived: where the process stood still, that is read first, and may put the end off.
    timer.#judging = setImmediate(PhaseTimer.#judge, timer);
  }

  static #judge(this: void, timer: PhaseTimer): void {
    const reason = timer.#reason;
    if (reason === undefined) return;
    const leftMs = timer.#endMs - monotonicMs();
    if (leftMs > 0) return timer.#start(leftMs);
    timer.#reason = undefined;
    timer.#owner.onLate(reason, `${timer.#phaseMs} ms`);
  }
}
