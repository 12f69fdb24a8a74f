// Bounds how many expensive hashes run and wait at once, so that a flood of sign-ins costs 429s and not the server.

export type QueueResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: 'busy' };

export interface HashQueue {
  /** Runs the job in its turn, first come first served; at once `busy` when the queue is full. A job's error is passed on. */
  run<T>(job: () => Promise<T>): Promise<QueueResult<T>>;
  /** For metrics: jobs running now, and jobs waiting for a place. */
  stats(): { readonly running: number; readonly waiting: number };
}

export interface HashQueueOptions {
  /**
   * Jobs at once, at least 1. Each holds 19 MiB and a thread of Node's pool (4 unless UV_THREADPOOL_SIZE says more), which
   * files and DNS need too: leave one free.
   */
  readonly concurrency: number;
  /** Jobs that may wait, 0 or more. */
  readonly queueMax: number;
}

/** Throws RangeError for options that aren't whole numbers in range. */
export function createHashQueue({ concurrency, queueMax }: HashQueueOptions): HashQueue {
  if (!Number.isSafeInteger(concurrency) || concurrency < 1) throw new RangeError('concurrency is at least 1');
  if (!Number.isSafeInteger(queueMax) || queueMax < 0) throw new RangeError('queueMax is at least 0');
  const waiting: (() => void)[] = [];
  let running = 0;

  async function run<T>(job: () => Promise<T>): Promise<QueueResult<T>> {
    if (running < concurrency) {
      running += 1;
    } else {
      if (waiting.length >= queueMax) return { ok: false, reason: 'busy' };
      // Whoever ends hands its place over without lowering the count, so nobody slips in between.
      await new Promise<void>((resolve) => void waiting.push(resolve));
    }
    try {
      return { ok: true, value: await job() };
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  }

  return { run, stats: () => ({ running, waiting: waiting.length }) };
}
