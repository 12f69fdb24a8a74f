// What is kept of the use of keys is kept for a while.
import { Nothing } from '#kernel/fields.ts';
import { defineJob } from '#kernel/job.ts';
import { forgetOldUses } from './use-queries.ts';

export const forgetUses = defineJob({
  id: 'api_key.forget_uses',
  summary: 'Deletes what was noted of the use of API keys more than 35 days ago',
  scope: 'system',
  role: 'holdfast_maintenance',
  tables: ['api_key_use'],
  audit: { none: 'counts of calls, which the log has one by one where they changed something' },
  timeoutMs: 30_000,
  attempts: 5,
  concurrency: 1,
  everySeconds: 3_600,
  payload: Nothing,
  run: (ctx) => forgetOldUses(ctx.tx),
});
