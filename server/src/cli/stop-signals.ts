// When the operator wants a stop: the first signal says so, one that comes later says that it must not take any longer.
import { monotonicMs } from '#telemetry/clock.ts';

export type StopSignal = 'SIGTERM' | 'SIGINT';

export type StopSignals = Disposable & { readonly first: Promise<StopSignal> };

/**
 * Ctrl-C reaches every process of a terminal, and npm and our launcher pass on what they get: a single wish arrives up to
 * three times within moments.
 */
const SAME_WISH_MS = 1_000;

/** Listens until disposed. `onAgain` is called when a signal comes a second or more after the first. */
export function watchStopSignals(onAgain: () => void): StopSignals {
  const { promise: first, resolve } = Promise.withResolvers<StopSignal>();
  let firstMs: number | undefined;
  const onSignal = (signal: StopSignal): void => {
    if (firstMs === undefined) {
      firstMs = monotonicMs();
      resolve(signal);
    } else if (monotonicMs() - firstMs >= SAME_WISH_MS) onAgain();
  };
  const sigterm = (): void => onSignal('SIGTERM');
  const sigint = (): void => onSignal('SIGINT');
  process.on('SIGTERM', sigterm);
  process.on('SIGINT', sigint);
  return {
    first,
    [Symbol.dispose]: () => {
      process.off('SIGTERM', sigterm);
      process.off('SIGINT', sigint);
    },
  };
}
