// Ends what takes too long: a probe that hangs becomes an error, and nothing waits for it.

/** The promise's outcome, or the signal's reason as soon as it aborts. What comes later is dropped. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(asError(signal.reason));
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Runs work that is told to stop, and given up, after `timeoutMs` or when `parent` aborts. */
export async function withDeadline<T>(
  timeoutMs: number,
  parent: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const own = new AbortController();
  const timer = setTimeout(() => own.abort(new Error(`timed out after ${timeoutMs} ms`)), timeoutMs);
  const signal = AbortSignal.any([own.signal, parent]);
  try {
    signal.throwIfAborted();
    return await untilAborted(work(signal), signal);
  } finally {
    clearTimeout(timer);
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('aborted');
}
