// Who decides about access in a review, and the trace that each revocation leaves: the event that the same act leaves anywhere else.
import { newUuid } from '#crypto/random.ts';
import type { OrgTx } from '#db/scope.ts';
import type { Context, Facts } from '#kernel/context.ts';
import type { Roles } from '#kernel/permissions.ts';
import { actorOf } from '#kernel/principal.ts';
import { insertPendingEvents } from '#kernel/queries.ts';
import type { Acting } from '#modules/members.ts';

export type Deed = {
  readonly ctx: Context<OrgTx, unknown>;
  readonly orgId: string;
  readonly reviewId: string;
  readonly roles: Roles;
  /** With whose rights: of whoever decides, or an owner’s where the due date does. */
  readonly actor: Acting;
};

/** What owning modules need of a call, with notes kept apart: each revocation is an event of its own. */
export type OwnContext = Context<OrgTx, Roles>;

export type Written = { readonly action: string; readonly target: { readonly kind: string; readonly id: string } };

/** Does what revokes an access, and writes the event of it. */
export async function doAndWrite(
  { ctx, orgId, reviewId, roles }: Deed,
  { action, target }: Written,
  act: (own: OwnContext) => Promise<void>,
): Promise<void> {
  let facts: Facts = {};
  const note = (more: Facts): void => {
    facts = { ...facts, ...more };
  };
  await act({ ...ctx, prepared: roles, note, subject: () => undefined });
  await insertPendingEvents(ctx.tx, [
    {
      stream: { kind: 'org', id: orgId },
      eventId: newUuid(ctx.now.getTime()),
      at: ctx.now,
      action,
      outcome: 'allowed',
      actor: actorOf(ctx.principal),
      target,
      requestId: ctx.requestId,
      facts: { ...facts, review: reviewId },
    },
  ]);
}
