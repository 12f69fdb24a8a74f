// Housekeeping of invitations: what is long over is forgotten; the log remembers who did what.
import { Nothing } from '#kernel/fields.ts';
import { defineJob } from '#kernel/job.ts';
import { deleteOldInvitations } from './queries.ts';

const KEPT_DAYS = 90;

export const forgetInvitations = defineJob({
  id: 'invitation.forget',
  summary: 'Deletes invitations whose time was over 90 days ago, with the addresses in them',
  scope: 'system',
  role: 'holdfast_maintenance',
  tables: ['invitation'],
  audit: { none: 'nothing changes for anybody: they opened nothing any more' },
  timeoutMs: 30_000,
  attempts: 5,
  concurrency: 1,
  everySeconds: 3_600,
  payload: Nothing,
  run: (ctx) => deleteOldInvitations(ctx.tx, KEPT_DAYS),
});
