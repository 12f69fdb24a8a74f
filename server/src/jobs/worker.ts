// The worker of a replica: claims due jobs with a lease, runs each kind up to its concurrency, and retries with backoff.
import { sha256 } from '#crypto/hash.ts';
import { inScope, type SystemTx } from '#db/scope.ts';
import type { AnyJob } from '#kernel/job.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { SYSTEM_STREAM } from '#kernel/streams.ts';
import { claimJobs, type ClaimedJob, failJob, insertSchedule, rescheduleJob } from './queries.ts';
import { LostLease, runJob } from './run.ts';

export type Worker = { readonly stop: () => Promise<void> };

export type WorkerOptions = {
  readonly kernel: Kernel;
  readonly pollMs?: number;
  readonly onFailure: (failure: {
    readonly job: string;
    readonly attempt: number;
    readonly isFinal: boolean;
    readonly error: unknown;
  }) => void;
  /** Told when looking for work begins to fail and when it works again, not each time. */
  readonly onClaiming?: (change: { readonly works: true } | { readonly works: false; readonly error: unknown }) => void;
};

const POLL_MS = 1_000;
const BACKOFF_SECONDS_MAX = 3_600;
const maintenance = { lane: 'jobs', role: 'holdfast_maintenance' } as const;

/** Starts working; `stop` waits for jobs under way. A database that is down is waited for, not given up on. */
export function startWorker({ kernel, onFailure, onClaiming, pollMs = POLL_MS }: WorkerOptions): Worker {
  const running = new Map<string, number>();
  const underWay = new Set<Promise<void>>();
  const stopping = new AbortController();
  let hasSchedules = false;

  const work = async (claimed: ClaimedJob, job: AnyJob): Promise<void> => {
    running.set(job.id, (running.get(job.id) ?? 0) + 1);
    try {
      await runJob(kernel, job, claimed);
      if (job.everySeconds !== undefined) await reschedule(kernel, claimed, job.everySeconds, 0, null);
    } catch (error) {
      await afterFailure(kernel, job, claimed, error, onFailure).catch((lost: unknown) =>
        kernel.onUnexpected(lost, { route: job.id, requestId: claimed.request_id }),
      );
    } finally {
      running.set(job.id, (running.get(job.id) ?? 1) - 1);
    }
  };

  const claimAll = async (): Promise<number> => {
    if (!hasSchedules) await insertSchedules(kernel);
    hasSchedules = true;
    let claimedCount = 0;
    for (const job of kernel.registry.jobs.values()) {
      const free = job.concurrency - (running.get(job.id) ?? 0);
      if (free <= 0 || stopping.signal.aborted) continue;
      for (const claimed of await claim(kernel, job, free)) {
        claimedCount += 1;
        const run = work(claimed, job).finally(() => underWay.delete(run));
        underWay.add(run);
      }
    }
    return claimedCount;
  };

  const tryClaimAll = toldOf(claimAll, onClaiming);
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const found = await tryClaimAll();
      if (found === 0) await sleepUnref(pollMs);
    }
  };
  const looping = loop();
  return {
    stop: async () => {
      stopping.abort();
      await Promise.race([looping, sleepUnref(pollMs + 100)]);
      await Promise.all(underWay);
    },
  };
}

/** The same work, which finds nothing when it fails; the first failure and the first success after it are told. */
function toldOf(work: () => Promise<number>, onChange: WorkerOptions['onClaiming']): () => Promise<number> {
  let works = true;
  return async () => {
    try {
      const found = await work();
      if (!works) onChange?.({ works: true });
      works = true;
      return found;
    } catch (error) {
      if (works) onChange?.({ works: false, error });
      works = false;
      return 0;
    }
  };
}

function claim(kernel: Kernel, job: AnyJob, limit: number): Promise<readonly ClaimedJob[]> {
  const leaseSeconds = Math.ceil(job.timeoutMs / 1_000) + 30;
  return inScope<SystemTx, readonly ClaimedJob[]>(
    kernel.lanes,
    { system: true },
    ({ tx }) => claimJobs(tx, { kind: job.id, limit, leaseSeconds, shareMax: job.shareMax }),
    maintenance,
  );
}

/** 2, 4, 8 … seconds, at most an hour; after the last attempt the job rests as failed. A schedule never rests. */
async function afterFailure(
  kernel: Kernel,
  job: AnyJob,
  claimed: ClaimedJob,
  error: unknown,
  onFailure: WorkerOptions['onFailure'],
): Promise<void> {
  if (error instanceof LostLease) return;
  const isFinal = claimed.attempts >= job.attempts && job.everySeconds === undefined;
  onFailure({ job: job.id, attempt: claimed.attempts, isFinal, error });
  const reason = error instanceof Error ? error.name : 'unknown';
  if (isFinal) {
    await inScope<SystemTx, void>(
      kernel.lanes,
      { system: true },
      ({ tx }) => failJob(tx, claimed, reason),
      maintenance,
    );
    return;
  }
  await reschedule(kernel, claimed, Math.min(2 ** claimed.attempts, BACKOFF_SECONDS_MAX), claimed.attempts, reason);
}

async function reschedule(
  kernel: Kernel,
  claimed: ClaimedJob,
  delaySeconds: number,
  attempts: number,
  error: string | null,
): Promise<void> {
  await inScope<SystemTx, void>(
    kernel.lanes,
    { system: true },
    ({ tx }) => rescheduleJob(tx, claimed, { delaySeconds, attempts, error }),
    maintenance,
  );
}

async function insertSchedules(kernel: Kernel): Promise<void> {
  const scheduled = [...kernel.registry.jobs.values()].filter((job) => job.everySeconds !== undefined);
  await inScope<SystemTx, void>(
    kernel.lanes,
    { system: true },
    async ({ tx }) => {
      for (const job of scheduled) await insertSchedule(tx, SYSTEM_STREAM, scheduleId(job.id), job.id);
    },
    maintenance,
  );
}

/** The same UUID for the same job on every replica (RFC 9562 section 5.8). */
function scheduleId(job: string): string {
  const bytes = sha256(`holdfast/schedule/${job}`).subarray(0, 16);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(6) & 0x0f), 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function sleepUnref(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
