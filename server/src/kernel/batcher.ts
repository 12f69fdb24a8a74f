// Natural batching: while one trip is under way the next one collects. No timer, so a lone call never waits.

type Options<Item, Result> = {
  readonly batchMax: number;
  /** Trips at once; more than one hides the latency of a commit. */
  readonly parallelMax?: number;
  /** One result for each item, in order. A rejection rejects every item of the batch. */
  readonly run: (items: readonly Item[]) => Promise<readonly Result[]>;
};

type Waiting<Item, Result> = {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
};

/** Turns calls of one item each into trips of many. */
export function createBatcher<Item, Result>({
  batchMax,
  parallelMax = 1,
  run,
}: Options<Item, Result>): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let underWay = 0;

  const next = (): void => {
    if (underWay >= parallelMax || waiting.length === 0) return;
    const batch = waiting.slice(0, batchMax);
    waiting = waiting.slice(batchMax);
    underWay += 1;
    void settle(batch, run).finally(() => {
      underWay -= 1;
      next();
    });
  };

  return (item) =>
    new Promise<Result>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      // After the current turn, so that calls of one turn share a trip.
      queueMicrotask(next);
    });
}

async function settle<Item, Result>(
  batch: readonly Waiting<Item, Result>[],
  run: Options<Item, Result>['run'],
): Promise<void> {
  try {
    const results = await run(batch.map((one) => one.item));
    if (results.length !== batch.length) throw new Error('A batch gave another number of results than it had items.');
    batch.forEach((one, at) => one.resolve(results[at] as Result));
  } catch (error) {
    for (const one of batch) one.reject(error);
  }
}
