// A bound on waiting: what does not answer in time has failed.

/** The promise's outcome, or a rejection with `late()` after `timeoutMs`. The promise itself goes on, unheard. */
export async function within<T>(promise: Promise<T>, timeoutMs: number, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let judging: NodeJS.Immediate | undefined;
  const expired = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      // Timers come before what has arrived: where the process stood still, an answer that is there already is read first.
      judging = setImmediate(() => reject(late()));
    }, timeoutMs);
  });
  try {
    return await Promise.race([promise, expired]);
  } finally {
    clearTimeout(timer);
    clearImmediate(judging);
  }
}
