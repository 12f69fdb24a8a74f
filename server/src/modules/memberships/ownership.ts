// Handing on an organization: an owner offers, one member accepts or declines, and there is an owner at every moment.
import type { z } from 'zod';
import type { OrgTx } from '#db/scope.ts';
import { may } from '#kernel/authorize.ts';
import type { Context } from '#kernel/context.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { encodeId } from '#kernel/fields.ts';
import type { Roles } from '#kernel/permissions.ts';
import type { Principal } from '#kernel/principal.ts';
import type { Tools } from '#kernel/tools.ts';
import { demandMailBudget, findOwnAccount } from '#modules/identity.ts';
import { prepareMail, type PreparedMail, queueMail } from '#modules/mail.ts';
import {
  demandActor,
  demandCover,
  findMember,
  findMemberPerson,
  findShownMember,
  getStanding,
  standingAs,
  updateMember,
} from '#modules/members.ts';
import { lockMemberships } from '#modules/organizations.ts';
import { endRights, factsOf, sumOf } from './ended.ts';
import {
  type Ended,
  type Offer,
  OFFER_DAYS,
  type OpenOffer,
  ownershipErrors as errors,
  ownershipPermissions,
} from './model.ts';
import { deleteOffer, findOffer, insertOffer, type OfferRow } from './queries.ts';

/** Who owns it already, and who is from elsewhere. */
const UNFIT: ReadonlySet<string> = new Set(['owner', 'guest']);

type Wanted = { readonly memberId: string; readonly staysOwner: boolean };

export type PreparedOffer = {
  readonly id: string;
  readonly orgId: string;
  readonly roles: Roles;
  readonly mail: PreparedMail;
};

export async function prepareOffer(tools: Tools, principal: Principal, { memberId }: Wanted): Promise<PreparedOffer> {
  if (principal.kind !== 'user') throw kernelErrors['auth.forbidden']();
  const { orgId, userId } = principal;
  const receiverId = await findMemberPerson(tools.lookup, orgId, memberId);
  const receiver = receiverId === undefined ? undefined : await findOwnAccount(tools.lookup, receiverId);
  const giver = await findOwnAccount(tools.lookup, userId);
  // A person who is suspended has no account to ask.
  if (receiver === undefined || giver === undefined) throw errors['ownership.unfit']();
  await demandMailBudget(tools, userId);
  const values = { giver: giver.email, days: String(OFFER_DAYS) };
  const liveMinutes = OFFER_DAYS * 24 * 60;
  const mail = prepareMail(tools, { to: receiver.email, template: 'ownership_offered', values, liveMinutes });
  return { id: tools.newId(), orgId, roles: tools.roles, mail };
}

export async function offer(
  ctx: Context<OrgTx, PreparedOffer>,
  { memberId, staysOwner }: Wanted,
): Promise<z.input<typeof Offer>> {
  const { tx, now, prepared } = ctx;
  await lockMemberships(tx);
  const actor = await demandActor(tx, prepared.roles, ctx.principal);
  demandCover(actor, [standingAs(prepared.roles, 'owner')]);
  const receiver = await findMember(tx, memberId);
  if (receiver === undefined || receiver.status !== 'active' || UNFIT.has(receiver.role))
    throw errors['ownership.unfit']();
  const row = {
    id: prepared.id,
    from_member: actor.memberId,
    to_member: receiver.id,
    is_shared: staysOwner,
    created_at: now,
    expires_at: new Date(now.getTime() + OFFER_DAYS * 86_400_000),
  };
  if (!(await insertOffer(tx, { ...row, org_id: prepared.orgId }))) throw errors['ownership.offer_open']();
  await queueMail(tx, { kind: 'org', id: prepared.orgId }, prepared.mail, now);
  noteOffer(ctx, row);
  return toOffer(tx, row);
}

/** The open offer, under the lock, owned by whom it is made to. */
export async function loadOffer(tx: OrgTx) {
  await lockMemberships(tx);
  const row = await findOffer(tx);
  return row === undefined ? undefined : ownedByReceiver(tx, row);
}

/** What of it the caller may see: owners see it whoever it is for, others the one to themselves. */
export async function lookAtOffer({ tx, principal }: Context<OrgTx>): Promise<z.input<typeof OpenOffer>> {
  const row = await findOffer(tx);
  const found = row === undefined ? undefined : await ownedByReceiver(tx, row);
  const isShown = found !== undefined && may(principal, ownershipPermissions.read, found);
  return { offer: isShown ? await toOffer(tx, found) : null };
}

async function ownedByReceiver(tx: OrgTx, row: OfferRow) {
  return { ...row, owner_user_id: (await findMember(tx, row.to_member))?.user_id ?? null };
}

type Loaded = OfferRow & { readonly owner_user_id: string | null };

/**
 * The receiver becomes an owner, then the giver an admin unless they stay: never the other way round, for the organization has an
 * owner at every moment. Both sign in again. What the giver could not give any more now, nobody gets.
 */
export async function acceptOffer(ctx: Context<OrgTx, Roles>, row: Loaded): Promise<Ended> {
  const { tx, prepared: roles } = ctx;
  const receiver = await demandActor(tx, roles, ctx.principal);
  const giver = await findMember(tx, row.from_member);
  if (giver === undefined || giver.role !== 'owner' || giver.status !== 'active') throw errors['ownership.over']();
  if (!(await deleteOffer(tx, row.id))) throw errors['ownership.over']();
  noteOffer(ctx, row);
  const own = await endRights(ctx, { id: receiver.memberId }, standingAs(roles, 'owner', receiver.granted));
  await updateMember(tx, receiver.memberId, { role: 'owner' });
  const ended = row.is_shared ? own : sumOf(own, await stepDown(ctx, giver.id));
  ctx.note(factsOf(ended));
  return ended;
}

async function stepDown(ctx: Context<OrgTx, Roles>, memberId: string): Promise<Ended> {
  const { granted } = await getStanding(ctx.tx, ctx.prepared, memberId);
  const ended = await endRights(ctx, { id: memberId }, standingAs(ctx.prepared, 'admin', granted));
  await updateMember(ctx.tx, memberId, { role: 'admin' });
  return ended;
}

/** Declined by the receiver, or taken back by an owner. */
export async function endOffer(ctx: Context<OrgTx, Roles>, row: Loaded): Promise<void> {
  await demandActor(ctx.tx, ctx.prepared, ctx.principal);
  if (!(await deleteOffer(ctx.tx, row.id))) throw errors['ownership.over']();
  noteOffer(ctx, row);
}

function noteOffer({ subject, note }: Pick<Context<OrgTx>, 'subject' | 'note'>, row: OfferRow): void {
  subject('ownership_offer', row.id);
  note({ from: row.from_member, to: row.to_member, staysOwner: row.is_shared });
}

async function toOffer(tx: OrgTx, row: OfferRow): Promise<z.input<typeof Offer>> {
  const party = async (id: string) => ({
    memberId: encodeId('mem', id),
    // Offers end with either membership.
    name: (await findShownMember(tx, id))?.name ?? '',
  });
  return {
    id: encodeId('own', row.id),
    from: await party(row.from_member),
    to: await party(row.to_member),
    staysOwner: row.is_shared,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  };
}
