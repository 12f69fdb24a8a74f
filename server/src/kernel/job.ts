// Work after the commit: same nets as a route. A job runs as principal `job` for who enqueued it, in one scope transaction.
import type { z } from 'zod';
import type { Context } from './context.ts';
import type { Permission } from './permissions.ts';
import type { Schema, TxOf } from './route.ts';

export type JobScope = 'org' | 'person' | 'system';

export type JobSpec<S extends JobScope, P extends Schema> = {
  readonly id: string;
  readonly summary: string;
  readonly scope: S;
  /** Tables it touches, for the reference. */
  readonly tables: readonly [string, ...string[]];
  readonly audit: { readonly action: string } | { readonly none: string };
  readonly timeoutMs: number;
  /** Runs with another role than requests do; only for system jobs that clean up across organizations. */
  readonly role?: 'holdfast_maintenance';
  /** Re-checked when the job runs: who enqueued it must still hold this permission. */
  readonly permission?: Permission;
  /** After this many failed runs it rests, marked as failed, for a person to look at. */
  readonly attempts: number;
  readonly concurrency: number;
  /** Run on its own this often beside being enqueued; only for system jobs without payload. */
  readonly everySeconds?: number;
  readonly payload: P;
  readonly run: (ctx: Context<TxOf<S>>, payload: z.output<P>) => Promise<void>;
};

export type Job<S extends JobScope, P extends Schema> = JobSpec<S, P> & { readonly kind: 'job' };
/** A job of any shape, as the worker and the registry see it. */
export type AnyJob = Omit<JobSpec<JobScope, Schema>, 'run' | 'role' | 'permission' | 'everySeconds'> & {
  readonly kind: 'job';
  readonly role?: 'holdfast_maintenance' | undefined;
  readonly permission?: Permission | undefined;
  readonly everySeconds?: number | undefined;
  // oxlint-disable-next-line typescript/no-explicit-any -- the variance of a job over its own scope and payload
  readonly run: (ctx: any, payload: any) => Promise<void>;
};

export function defineJob<const S extends JobScope, P extends Schema>(spec: JobSpec<S, P>): Job<S, P> {
  return Object.freeze({ ...spec, kind: 'job' as const });
}
