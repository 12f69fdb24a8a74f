// One call's life: it can be cancelled once, for one reason, by its caller, its total time or a shutdown.
import type { OutboundReason } from './reasons.ts';

export interface Call {
  /** Why the call is over, or undefined while it runs. */
  cancelledBy(): OutboundReason | undefined;
  cancel(reason: OutboundReason): void;
  /** Calls back at once when already cancelled. Returns the way to stop listening. */
  onCancel(listener: (reason: OutboundReason) => void): () => void;
  /** Releases timer and signal; nothing cancels the call after this. */
  finish(): void;
}

export function startCall(totalMs: number, signal: AbortSignal | undefined): Call {
  const listeners = new Set<(reason: OutboundReason) => void>();
  let cancelled: OutboundReason | undefined;
  let finished = false;
  const cancel = (reason: OutboundReason): void => {
    if (finished || cancelled !== undefined) return;
    cancelled = reason;
    release();
    for (const listener of listeners) listener(reason);
  };
  const timer = setTimeout(() => cancel('timeout_total'), totalMs);
  const onAbort = (): void => cancel('aborted');
  const release = (): void => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  };
  if (signal?.aborted === true) cancel('aborted');
  else signal?.addEventListener('abort', onAbort, { once: true });
  return {
    cancelledBy: () => cancelled,
    cancel,
    onCancel: (listener) => {
      if (cancelled === undefined) listeners.add(listener);
      else listener(cancelled);
      return () => listeners.delete(listener);
    },
    finish: () => {
      finished = true;
      release();
      listeners.clear();
    },
  };
}

/** Waits for `work`, or for the call to be cancelled; the work itself goes on and is ignored. */
export function raceCancel<T>(
  call: Call,
  work: Promise<T>,
): Promise<{ readonly done: T } | { readonly cancelled: OutboundReason }> {
  return new Promise((resolve, reject) => {
    const stop = call.onCancel((cancelled) => resolve({ cancelled }));
    work.then((done) => resolve({ done }), reject).finally(stop);
  });
}
