// One job from its claim to its end: its scope's transaction, its rights as they are now, its event, and the fence that
// keeps a worker whose lease ran out from committing.
import { newUuid } from '#crypto/random.ts';
import { inScope } from '#db/scope.ts';
import { holdsByRole } from '#kernel/authorize.ts';
import type { Context, Facts } from '#kernel/context.ts';
import type { AnyJob } from '#kernel/job.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { type BuiltInRole, NO_REACH, type Reach } from '#kernel/permissions.ts';
import { actorOf, type JobPrincipal } from '#kernel/principal.ts';
import { type AnyTx, insertJob, insertPendingEvents, raiseEpoch, type Stream } from '#kernel/queries.ts';
import { scopeOfStream } from '#kernel/streams.ts';
import type { OrgTx } from '#db/scope.ts';
import { type ClaimedJob, finishJob } from './queries.ts';

/** The lease ran out and another worker has the job: nothing of this run may stay. */
export class LostLease extends Error {
  override readonly name = 'LostLease';
}

/** Runs a claimed job to its commit. Throws whatever its work throws; then nothing of it stays. */
export async function runJob(kernel: Kernel, job: AnyJob, claimed: ClaimedJob): Promise<void> {
  const stream: Stream = { kind: claimed.stream_kind, id: claimed.stream_id };
  const principal: JobPrincipal = {
    kind: 'job',
    job: job.id,
    onBehalfOf: claimed.enqueued_by,
    reach: await reachNow(kernel, stream, claimed),
  };
  if (job.permission !== undefined && !holdsByRole(principal, job.permission))
    throw new Error('whoever enqueued it may not do this any more');
  const payload: unknown = job.payload.parse(claimed.payload);
  const signal = AbortSignal.timeout(job.timeoutMs);
  const prepared = await job.prepare?.(kernel.tools, { payload, signal });
  await inScope<AnyTx, void>(
    kernel.lanes,
    { ...job.enters?.resolve(prepared), ...scopeOfStream(stream) },
    async ({ tx, now }) => {
      const { context, facts } = contextOf({ kernel, principal, claimed, stream, prepared, tx, now });
      await job.run(context, payload);
      if ('action' in job.audit)
        await insertPendingEvents(tx, [eventOf(job.audit.action, stream, principal, claimed, now, facts())]);
      if (job.everySeconds === undefined && !(await finishJob(tx, claimed))) throw new LostLease();
    },
    { lane: 'jobs', statementTimeoutMs: job.timeoutMs, ...(job.role === undefined ? {} : { role: job.role }) },
  );
}

type Authority = { readonly role: BuiltInRole; readonly granted: readonly string[] };

/** What the person behind the job may do today; a job of the installation itself holds no permission. */
async function reachNow(kernel: Kernel, stream: Stream, claimed: ClaimedJob): Promise<Reach> {
  const { user } = claimed.enqueued_by;
  if (stream.kind !== 'org' || user === undefined) return NO_REACH;
  const [member] = await kernel.tools.lookup<Authority>('role_of_member', [stream.id, user], 'jobs');
  return member === undefined ? NO_REACH : kernel.registry.roles.reachOfMember(member.role, member.granted);
}

type Parts = {
  readonly kernel: Kernel;
  readonly principal: JobPrincipal;
  readonly claimed: ClaimedJob;
  readonly stream: Stream;
  readonly prepared: unknown;
  readonly tx: AnyTx;
  readonly now: Date;
};

function contextOf({ kernel, principal, claimed, stream, prepared, tx, now }: Parts) {
  let facts: Facts = {};
  const context: Context<AnyTx, unknown> = {
    principal,
    tx,
    now,
    requestId: claimed.request_id,
    prepared,
    caller: { address: 'job', addressKey: 'job', device: 'job' },
    note: (more) => {
      facts = { ...facts, ...more };
    },
    subject: () => undefined,
    enqueue: async (ref, payload, runAt = now) => {
      const kind = kernel.registry.jobs.get(ref.id);
      if (kind === undefined) throw new Error(`${principal.job} enqueues unknown job ${ref.id}`);
      const enqueuedBy = claimed.enqueued_by;
      await insertJob(tx, {
        stream,
        id: newUuid(now.getTime()),
        kind: ref.id,
        payload: kind.payload.parse(payload),
        enqueuedBy,
        requestId: claimed.request_id,
        runAt,
      });
    },
    raiseEpoch: (kind) => raiseEpoch(tx as unknown as OrgTx, kind),
  };
  return { context, facts: () => facts };
}

function eventOf(action: string, stream: Stream, principal: JobPrincipal, claimed: ClaimedJob, at: Date, facts: Facts) {
  return {
    stream,
    eventId: newUuid(at.getTime()),
    at,
    action,
    outcome: 'allowed' as const,
    actor: actorOf(principal),
    target: null,
    requestId: claimed.request_id,
    facts,
  };
}
