// Natural batching: while one trip is under way the next collects, so a busy process makes few large trips and an idle one
// never waits.
import { within } from '../within.ts';

export type Batches<I, O> = {
  /** The answers to these items, in order; all of them go in one trip. */
  readonly run: (items: readonly I[]) => Promise<readonly O[]>;
};

export type BatchOptions<I, O> = {
  readonly trip: (items: readonly I[]) => Promise<readonly O[]>;
  /** Items a trip carries at most (a single call may bring more, and then goes alone). */
  readonly itemsMax: number;
  /** Items that may wait; beyond this a call is refused at once. */
  readonly waitingMax: number;
  readonly timeoutMs: number;
  /** How long each trip waits for others to join, where nobody waits for the answer; not at all if absent. */
  readonly gatherMs?: number;
  /** What a call rejects with when it was refused, or its trip was late or answered for another number of items. */
  readonly failure: (detail: string) => Error;
};

type Group<I, O> = {
  readonly items: readonly I[];
  readonly resolve: (answers: readonly O[]) => void;
  readonly reject: (error: unknown) => void;
};

/** One trip at a time. A trip that is late fails its calls and lets the next start; its own end is then of no interest. */
export function createBatches<I, O>(options: BatchOptions<I, O>): Batches<I, O> {
  let waiting: Group<I, O>[] = [];
  let waitingItems = 0;
  let isRunning = false;

  async function runAll(): Promise<void> {
    isRunning = true;
    await gather(options.gatherMs);
    for (let groups = nextGroups(); groups.length > 0; groups = nextGroups()) {
      await deliver(groups, options);
      await gather(options.gatherMs);
    }
    isRunning = false;
  }

  function nextGroups(): readonly Group<I, O>[] {
    let size = 0;
    const over = waiting.findIndex(({ items }, index) => (size += items.length) > options.itemsMax && index > 0);
    const groups = over === -1 ? waiting : waiting.slice(0, over);
    waiting = waiting.slice(groups.length);
    waitingItems -= groups.reduce((sum, { items }) => sum + items.length, 0);
    return groups;
  }

  return {
    run: (items) => {
      if (items.length === 0) return Promise.resolve([]);
      return new Promise<readonly O[]>((resolve, reject) => {
        if (waitingItems + items.length > options.waitingMax) throw options.failure('too many are waiting');
        waiting.push({ items, resolve, reject });
        waitingItems += items.length;
        if (!isRunning) void runAll();
      });
    },
  };
}

/** Never rejects: every outcome goes to the groups. */
async function deliver<I, O>(groups: readonly Group<I, O>[], options: BatchOptions<I, O>): Promise<void> {
  try {
    const items = groups.flatMap((group) => group.items);
    const answers = await within(options.trip(items), options.timeoutMs, () =>
      options.failure(`no answer within ${options.timeoutMs} ms`),
    );
    if (answers.length !== items.length) throw options.failure('the answers do not fit the questions');
    let from = 0;
    for (const group of groups) group.resolve(answers.slice(from, (from += group.items.length)));
  } catch (error) {
    for (const group of groups) group.reject(error);
  }
}

/** What has arrived by now is heard first and joins the trip: requests come in together, each in a callback of its own. */
function gather(ms: number | undefined): Promise<void> {
  return new Promise((resolve) => void (ms === undefined ? setImmediate(resolve) : setTimeout(resolve, ms)));
}
