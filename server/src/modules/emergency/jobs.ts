// What follows an emergency session by itself: its end is told when its time is over, and owners are reminded of what is owed.
import { z } from 'zod';
import { newUuid } from '#crypto/random.ts';
import { defineJob } from '#kernel/job.ts';
import { actorOf } from '#kernel/principal.ts';
import { insertPendingEvents } from '#kernel/queries.ts';
import { prepareAlarm } from './alarm.ts';
import { endUse, findLiveSeal, findUse } from './queries.ts';

const payload = z.strictObject({ organization: z.uuid(), slug: z.string(), use: z.uuid() });
const DAY_MS = 86_400_000;

/** The session itself is over by its own time, wherever this job is; it tells so. */
export const endJob = defineJob({
  id: 'emergency.end_by_time',
  summary: 'Tells owners that an emergency session has ended, when its hour is over',
  scope: 'org',
  tables: ['emergency_use', 'mail_outbox', 'webhook_delivery'],
  audit: { none: 'the event is written by the run that ends it, and by no other' },
  timeoutMs: 10_000,
  attempts: 20,
  concurrency: 2,
  payload,
  prepare: (tools, { payload: { organization: orgId, slug } }) => prepareAlarm(tools, { kind: 'ended', orgId, slug }),
  run: async (ctx, { organization, use }) => {
    const { tx, now, prepared } = ctx;
    if (!(await endUse(tx, use, now))) return;
    await prepared.ring(ctx);
    await insertPendingEvents(tx, [
      {
        stream: { kind: 'org', id: organization },
        eventId: newUuid(now.getTime()),
        at: now,
        action: 'emergency.ended',
        outcome: 'allowed',
        actor: actorOf(ctx.principal),
        target: { kind: 'emergency', id: use },
        requestId: ctx.requestId,
        facts: { by: 'time' },
      },
    ]);
  },
});

/** Comes again every day until the use is reviewed and a new credential is sealed. */
export const remindJob = defineJob({
  id: 'emergency.remind',
  summary: 'Reminds owners every day of the review and the new seal that an emergency session demands',
  scope: 'org',
  tables: ['emergency_use', 'emergency_seal', 'mail_outbox', 'webhook_delivery'],
  audit: { none: 'the mail tells of events that are in the log' },
  timeoutMs: 10_000,
  attempts: 20,
  concurrency: 2,
  payload,
  prepare: (tools, { payload: { organization: orgId, slug } }) => prepareAlarm(tools, { kind: 'due', orgId, slug }),
  run: async (ctx, what) => {
    const { tx, now, prepared } = ctx;
    const use = await findUse(tx, what.use);
    if (use === undefined || (use.reviewed_at !== null && (await findLiveSeal(tx)) !== undefined)) return;
    await prepared.ring(ctx);
    await ctx.enqueue(remindJob, what, new Date(now.getTime() + DAY_MS));
  },
});
