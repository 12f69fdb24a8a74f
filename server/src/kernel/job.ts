// Work after the commit: same nets as a route. A job runs as principal `job` for who enqueued it, in one scope transaction.
import type { z } from 'zod';
import type { Scope } from '#db/scope.ts';
import type { Context } from './context.ts';
import type { Permission } from './permissions.ts';
import type { Schema, TxOf } from './route.ts';
import type { Tools } from './tools.ts';

export type JobScope = 'org' | 'person' | 'system';

/** What a run may use outside its transaction, and when it must be done there: its lease ends soon after. */
export type Preparing<Payload> = { readonly payload: Payload; readonly signal: AbortSignal };

export type JobSpec<S extends JobScope, P extends Schema, Prep = undefined, E extends JobScope = never> = {
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
  /** Of each server. */
  readonly concurrency: number;
  /** Of one organization or person over all servers, so that their slow ones keep nobody else's waiting; as many as there are if absent. */
  readonly shareMax?: number;
  /** Run on its own this often beside being enqueued; only for system jobs without payload. */
  readonly everySeconds?: number;
  readonly payload: P;
  /** What must not hold a connection, such as asking another machine; before the transaction, again in every run. */
  readonly prepare?: (tools: Tools, run: Preparing<z.output<P>>) => Promise<Prep>;
  /** Whose rows the transaction reaches beside those of the job's own stream, by what `prepare` found. */
  readonly enters?: { readonly tables: readonly E[]; readonly resolve: (prepared: Prep) => Scope };
  readonly run: (
    ctx: Context<TxOf<{ readonly tables: readonly (S | E)[] }>, Prep>,
    payload: z.output<P>,
  ) => Promise<void>;
};

export type Job<S extends JobScope, P extends Schema, Prep, E extends JobScope> = JobSpec<S, P, Prep, E> & {
  readonly kind: 'job';
};
/** A job of any shape, as the worker and the registry see it. */
export type AnyJob = Omit<
  JobSpec<JobScope, Schema>,
  'run' | 'role' | 'permission' | 'everySeconds' | 'shareMax' | 'prepare' | 'enters'
> & {
  readonly kind: 'job';
  readonly role?: 'holdfast_maintenance' | undefined;
  readonly permission?: Permission | undefined;
  readonly everySeconds?: number | undefined;
  readonly shareMax?: number | undefined;
  // Methods, since a job takes its own payload and what it prepared, and the runner hands it just these.
  prepare?(tools: Tools, run: Preparing<unknown>): Promise<unknown>;
  readonly enters?: { readonly tables: readonly JobScope[]; resolve(prepared: unknown): Scope };
  // oxlint-disable-next-line typescript/no-explicit-any -- the variance of a job over its own scope and payload
  readonly run: (ctx: any, payload: any) => Promise<void>;
};

export function defineJob<
  const S extends JobScope,
  P extends Schema,
  Prep = undefined,
  const E extends JobScope = never,
>(spec: JobSpec<S, P, Prep, E>): Job<S, P, Prep, E> {
  return Object.freeze({ ...spec, kind: 'job' as const });
}
