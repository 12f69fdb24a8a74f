// Closed-loop load: a fixed number of callers, each asking again as soon as it has its answer.
import { performance } from 'node:perf_hooks';
import { openConnection } from './http-client.ts';
import { percentile } from './numbers.ts';
import type { Reply } from './reply-reader.ts';

export type Load = {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failures: number;
  /** Good replies and the time they took, with those that came after the measured time: exact where replies are few. */
  readonly completed: number;
  readonly elapsedMs: number;
};

export type LoadInput = {
  readonly port: number;
  /** One, or several that are sent in turn. */
  readonly request: Buffer | readonly Buffer[];
  readonly callers: number;
  readonly measuredMs: number;
  /** Status 200 if absent. */
  readonly isGood?: (reply: Reply) => boolean;
  /** The loopback address of each caller; one and the same if absent. */
  readonly addressOf?: (caller: number) => string;
};

/** Counts good replies inside the measured time; everything else is a failure. */
export async function runLoad(input: LoadInput): Promise<Load> {
  const { port, callers, measuredMs, isGood = ({ status }) => status === 200, addressOf } = input;
  const requests = Buffer.isBuffer(input.request) ? [input.request] : input.request;
  const latencies: number[] = [];
  let [failures, completed, turn] = [0, 0, 0];
  const fromMs = performance.now();
  const toMs = fromMs + measuredMs;
  const call = async (_: unknown, caller: number): Promise<void> => {
    using connection = openConnection(port, addressOf?.(caller));
    for (let sentMs = performance.now(); sentMs < toMs;) {
      const request = requests[(turn += 1) % requests.length] ?? Buffer.alloc(0);
      const isReplyGood = await connection.ask(request).then(isGood, () => false);
      const doneMs = performance.now();
      if (isReplyGood) completed += 1;
      if (doneMs < toMs) {
        if (isReplyGood) latencies.push(doneMs - sentMs);
        else failures += 1;
      }
      sentMs = doneMs;
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  return {
    requestsPerSecond: (latencies.length * 1_000) / measuredMs,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    failures,
    completed,
    elapsedMs: performance.now() - fromMs,
  };
}

/** The same for work inside this process: `work` is called by so many callers at once. */
export async function runWork(work: () => Promise<unknown>, callers: number, measuredMs: number): Promise<Load> {
  const latencies: number[] = [];
  const fromMs = performance.now();
  const toMs = fromMs + measuredMs;
  const call = async (): Promise<void> => {
    for (let startMs = performance.now(); startMs < toMs;) {
      await work();
      const doneMs = performance.now();
      latencies.push(doneMs - startMs);
      startMs = doneMs;
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  const elapsedMs = performance.now() - fromMs;
  return {
    requestsPerSecond: (latencies.length * 1_000) / elapsedMs,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    failures: 0,
    completed: latencies.length,
    elapsedMs,
  };
}
