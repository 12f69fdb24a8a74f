// One signal for several reasons to stop. AbortSignal.any does the same at forty times the price, and leaves a trace in
// every source for as long as that lives: the signal of the whole server is one of them.

export type LinkedSignal = Disposable & { readonly signal: AbortSignal };

/** Aborts after `delayMs`. Dispose of it when nobody listens any more; AbortSignal.timeout would keep its timer till then. */
export function signalAfter(delayMs: number): LinkedSignal {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error(`not over after ${delayMs} ms`)), delayMs);
  timer.unref();
  return { signal: late.signal, [Symbol.dispose]: () => clearTimeout(timer) };
}

/** Aborts as soon as one of the sources does, with its reason. Dispose of it when nobody listens any more. */
export function linkSignals(sources: readonly AbortSignal[]): LinkedSignal {
  const linked = new AbortController();
  const follow = (): void => linked.abort(sources.find((source) => source.aborted)?.reason);
  for (const source of sources) source.addEventListener('abort', follow, { once: true });
  if (sources.some((source) => source.aborted)) follow();
  return {
    signal: linked.signal,
    [Symbol.dispose]: () => {
      for (const source of sources) source.removeEventListener('abort', follow);
    },
  };
}
