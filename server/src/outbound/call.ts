// One call's life: it can be cancelled once, for one reason, by its caller, its total time or a shutdown.
import type { OutboundReason } from './reasons.ts';

/** By what a caller says that it wants no reply any more. An AbortSignal is one. */
export interface CancelSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Who wants to hear that a call is over. */
export interface CancelListener {
  onCancel(reason: OutboundReason): void;
}

/** Disposing releases timer and signal; nothing cancels the call after it. */
export class Call implements Disposable {
  readonly #signal: CancelSignal | undefined;
  readonly #timer: NodeJS.Timeout;
  readonly #onAbort: () => void = () => this.cancel('aborted');
  /** One or none nearly always. */
  #listeners: readonly CancelListener[] = NOBODY;
  #cancelled: OutboundReason | undefined;
  #isFinished = false;

  constructor(totalMs: number, signal: CancelSignal | undefined) {
    this.#signal = signal;
    this.#timer = setTimeout(endLate, totalMs, this);
    if (signal?.aborted === true) this.cancel('aborted');
    else signal?.addEventListener('abort', this.#onAbort);
  }

  /** Why the call is over, or undefined while it runs. */
  get cancelledBy(): OutboundReason | undefined {
    return this.#cancelled;
  }

  cancel(reason: OutboundReason): void {
    if (this.#isFinished || this.#cancelled !== undefined) return;
    this.#cancelled = reason;
    this.#release();
    for (const listener of this.#listeners) listener.onCancel(reason);
  }

  /** Tells at once when already cancelled. */
  tell(listener: CancelListener): void {
    if (this.#cancelled !== undefined) listener.onCancel(this.#cancelled);
    else this.#listeners = this.#listeners === NOBODY ? [listener] : [...this.#listeners, listener];
  }

  forget(listener: CancelListener): void {
    this.#listeners =
      this.#listeners.length === 1 && this.#listeners[0] === listener ? NOBODY : this.#without(listener);
  }

  [Symbol.dispose](): void {
    this.#isFinished = true;
    this.#release();
    this.#listeners = NOBODY;
  }

  #without(listener: CancelListener): readonly CancelListener[] {
    return this.#listeners.filter((other) => other !== listener);
  }

  #release(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#onAbort);
  }
}

const NOBODY: readonly CancelListener[] = [];

function endLate(call: Call): void {
  call.cancel('timeout_total');
}

/** Waits for `work`, or for the call to be cancelled; the work itself goes on and is ignored. */
export function raceCancel<T>(
  call: Call,
  work: Promise<T>,
): Promise<{ readonly done: T } | { readonly cancelled: OutboundReason }> {
  return new Promise((resolve, reject) => {
    const listener: CancelListener = { onCancel: (cancelled) => resolve({ cancelled }) };
    call.tell(listener);
    work.then((done) => resolve({ done }), reject).finally(() => call.forget(listener));
  });
}
