// Forgets challenges that were answered once their time is over anyway.
import { Nothing } from '#kernel/fields.ts';
import { defineJob } from '#kernel/job.ts';
import { deleteEndedChallenges } from './queries.ts';

export const forgetChallenges = defineJob({
  id: 'factors.forget_challenges',
  summary: 'Deletes marks of answered challenges that have ended by themselves',
  scope: 'system',
  role: 'holdfast_maintenance',
  tables: ['answered_challenge'],
  audit: { none: 'a challenge says when it ends' },
  timeoutMs: 30_000,
  attempts: 5,
  concurrency: 1,
  everySeconds: 300,
  payload: Nothing,
  run: (ctx) => deleteEndedChallenges(ctx.tx),
});
