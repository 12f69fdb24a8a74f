// Work after the commit: same nets as a route. A job runs as principal `job` for who enqueued it, in one scope transaction.
import type { z } from 'zod';
import type { Context } from './context.ts';
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
  readonly attempts: number;
  readonly concurrency: number;
  /** Run on its own this often beside being enqueued; only for system jobs without payload. */
  readonly everySeconds?: number;
  readonly payload: P;
  readonly run: (ctx: Context<TxOf<S>>, payload: z.output<P>) => Promise<void>;
};

export type Job<S extends JobScope, P extends Schema> = JobSpec<S, P> & { readonly kind: 'job' };
// oxlint-disable-next-line typescript/no-explicit-any -- variance of the payload type
export type AnyJob = Job<any, any>;

export function defineJob<const S extends JobScope, P extends Schema>(spec: JobSpec<S, P>): Job<S, P> {
  return Object.freeze({ ...spec, kind: 'job' as const });
}
