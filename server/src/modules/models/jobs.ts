// The sweeper: a server that died between reserve and settle leaves calls open, and they must not stay so.
import { Nothing } from '#kernel/fields.ts';
import { defineJob } from '#kernel/job.ts';
import { closeLostCalls } from './queries.ts';
import { LOST_AFTER_MINUTES } from './time-bounds.ts';

export const sweepCalls = defineJob({
  id: 'model.sweep_calls',
  summary: 'Closes model calls whose server died, as unknown',
  scope: 'system',
  tables: ['model_call', 'audit_pending'],
  audit: { none: 'each closed call leaves an event of its own' },
  timeoutMs: 30_000,
  attempts: 5,
  concurrency: 1,
  everySeconds: 60,
  payload: Nothing,
  run: async (ctx) => {
    await closeLostCalls(ctx.tx, LOST_AFTER_MINUTES);
  },
});
