// The kernel's own background work: replies and limits that have expired, and tallies whose minute is over.
import { newUuid } from '#crypto/random.ts';
import { Nothing } from './fields.ts';
import { defineJob } from './job.ts';
import { defineModule } from './module.ts';
import { deleteExpiredLimits, deleteExpiredReplies, insertPendingEvents, takeClosedTallies } from './queries.ts';

const system = {
  scope: 'system',
  role: 'holdfast_maintenance',
  attempts: 5,
  concurrency: 1,
  payload: Nothing,
} as const;

const forgetExpired = defineJob({
  ...system,
  id: 'kernel.forget_expired',
  summary: 'Deletes stored replies and rate-limit state that have expired',
  tables: ['idempotency', 'rate_limit'],
  audit: { none: 'expiry was announced when the rows were made' },
  timeoutMs: 30_000,
  everySeconds: 60,
  run: async (ctx) => {
    await deleteExpiredReplies(ctx.tx, ctx.now);
    await deleteExpiredLimits(ctx.tx);
  },
});

const closeTallies = defineJob({
  ...system,
  id: 'kernel.close_tallies',
  summary: 'Moves the counts of refused calls of past minutes into the audit log',
  tables: ['denial_tally', 'audit_pending'],
  audit: { none: 'its whole result is audit events' },
  timeoutMs: 30_000,
  everySeconds: 60,
  run: async (ctx) => {
    const closed = await takeClosedTallies(ctx.tx, ctx.now);
    if (closed.length === 0) return;
    await insertPendingEvents(
      ctx.tx,
      closed.map((row) => ({
        stream: { kind: row.stream_kind as 'org' | 'person' | 'system', id: row.stream_id },
        eventId: newUuid(ctx.now.getTime()),
        at: ctx.now,
        action: 'access.refused',
        outcome: 'denied' as const,
        actor: { kind: row.source.includes(':') ? row.source.split(':', 1)[0] : 'anonymous', id: row.source },
        target: null,
        requestId: ctx.requestId,
        facts: { code: row.reason, count: Number(row.count), minute: row.minute.toISOString() },
      })),
    );
  },
});

export const kernelModule = defineModule({ name: 'kernel', jobs: [forgetExpired, closeTallies] });
