// Closed-loop load: a fixed number of callers, each asking again as soon as it has its answer.
import { performance } from 'node:perf_hooks';
import { openConnection } from './http-client.ts';
import { percentile } from './numbers.ts';

export type Load = {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failures: number;
};

export type LoadInput = {
  readonly port: number;
  readonly request: Buffer;
  readonly callers: number;
  readonly measuredMs: number;
};

/** Counts replies of status 200 inside the measured time; everything else is a failure. */
export async function runLoad({ port, request, callers, measuredMs }: LoadInput): Promise<Load> {
  const latencies: number[] = [];
  let failures = 0;
  const fromMs = performance.now();
  const toMs = fromMs + measuredMs;
  const call = async (): Promise<void> => {
    using connection = openConnection(port);
    for (let sentMs = performance.now(); sentMs < toMs;) {
      const status = await connection.ask(request).then(
        (reply) => reply.status,
        () => 0,
      );
      const doneMs = performance.now();
      if (doneMs < toMs) {
        if (status === 200) latencies.push(doneMs - sentMs);
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
  return {
    requestsPerSecond: (latencies.length * 1_000) / (performance.now() - fromMs),
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    failures: 0,
  };
}
