// One attempt at a call inside its transaction: the context a handler sees, and the audit event it leaves.
import { newUuid } from '#crypto/random.ts';
import type { OrgTx, Scope } from '#db/scope.ts';
import { rowFilter } from './authorize.ts';
import type { Call } from './call.ts';
import type { Context, Facts } from './context.ts';
import type { Kernel } from './kernel.ts';
import { actorOf, type Principal } from './principal.ts';
import { type AnyTx, insertJob, insertPendingEvents, raiseEpoch } from './queries.ts';
import type { AnyRoute } from './route.ts';
import { streamOfScope } from './streams.ts';

/** What is known of a call when it fails. */
export type Trace = { principal: Principal | undefined };

type Parts = {
  readonly kernel: Kernel;
  readonly route: AnyRoute;
  readonly call: Call;
  readonly principal: Principal;
  readonly prepared: unknown;
  readonly scope: Scope;
  readonly tx: AnyTx;
  readonly now: Date;
};

type Subject = { readonly kind: string; readonly id: string };
export type Made = {
  readonly context: Context<AnyTx, unknown>;
  readonly facts: () => Facts;
  readonly subject: () => Subject | undefined;
};

/** Fresh for every attempt, so that a retry after a serialization failure repeats no fact. */
export function makeContext({ kernel, route, call, principal, prepared, scope, tx, now }: Parts): Made {
  let facts: Facts = {};
  let subject: Subject | undefined;
  const context: Context<AnyTx, unknown> = {
    principal,
    tx,
    now,
    requestId: call.requestId,
    prepared,
    caller: call.caller,
    note: (more) => {
      facts = { ...facts, ...more };
    },
    subject: (kind, id) => {
      subject = { kind, id };
    },
    enqueue: async (job, payload, runAt = now) => {
      const kind = kernel.registry.jobs.get(job.id);
      const stream = streamOfScope(scope);
      if (kind?.scope !== stream.kind)
        throw new Error(`${route.id} enqueues ${job.id}, which is unknown or of another scope`);
      await insertJob(tx, {
        stream,
        id: newUuid(now.getTime()),
        kind: job.id,
        payload: kind.payload.parse(payload),
        enqueuedBy: actorOf(principal),
        requestId: call.requestId,
        runAt,
      });
    },
    // Only a scope with an organization has epochs; without one the insert finds no current_org() and fails.
    raiseEpoch: (kind) => raiseEpoch(tx as unknown as OrgTx, kind),
  };
  const rows = 'rows' in route && route.rows !== undefined ? { rows: rowFilter(route.rows, principal) } : {};
  return { context: { ...context, ...rows }, facts: () => facts, subject: () => subject };
}

type Allowed = {
  readonly eventId: string;
  readonly route: AnyRoute;
  readonly scope: Scope;
  readonly targets: readonly unknown[];
  /** Another action than the route's own. */
  readonly action?: string;
};

/** 12: who did what to what, in the same transaction as the change itself. */
export async function auditAllowed(made: Made, { eventId, route, scope, targets, action }: Allowed): Promise<void> {
  if (!('action' in route.audit)) return;
  const { context } = made;
  await insertPendingEvents(context.tx, [
    {
      stream: streamOfScope(scope),
      eventId,
      at: context.now,
      action: action ?? route.audit.action,
      outcome: 'allowed',
      actor: actorOf(context.principal),
      target: made.subject() ?? subjectOfFirstCheck(route, targets) ?? null,
      requestId: context.requestId,
      facts: made.facts(),
    },
  ]);
}

function subjectOfFirstCheck(route: AnyRoute, targets: readonly unknown[]): Subject | undefined {
  const [target] = targets;
  const [check] = 'public' in route.access ? [] : route.access;
  if (check === undefined || typeof target !== 'object' || target === null) return undefined;
  if (!('id' in target) || typeof target.id !== 'string') return undefined;
  return { kind: check.permission.resource, id: target.id };
}
