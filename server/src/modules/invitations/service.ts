// The rules of inviting: never more than the inviter holds, one open invitation an address, and its token in the mail alone.
import type { z } from 'zod';
import type { OrgTx } from '#db/scope.ts';
import type { Context } from '#kernel/context.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { encodeId } from '#kernel/fields.ts';
import type { ObjectKinds } from '#kernel/object-kinds.ts';
import { type BuiltInRole, hasBit, type Roles } from '#kernel/permissions.ts';
import type { Principal } from '#kernel/principal.ts';
import type { Tools } from '#kernel/tools.ts';
import { demandHeld, endOf, type Granting, grantPermissions, type Rules, toObject } from '#modules/grants.ts';
import { findOwnAccount } from '#modules/identity.ts';
import { queueMail } from '#modules/mail.ts';
import { covers, demandActor, demandCover, findPersonByEmail, type Standing, standingAs } from '#modules/members.ts';
import { lockMemberships } from '#modules/organizations.ts';
import { demandInvitationBudget, prepareInvitation, type PreparedInvitation } from './mails.ts';
import { errors, Invitation, LIVE_DAYS, type NewGuest, permissions } from './model.ts';
import {
  endInvitation,
  findInvited,
  findOrganizationName,
  findShownInvitation,
  insertInvitation,
  type InvitationRow,
  listOpenOf,
  lockInvitation,
  renewInvitation,
  type SharedColumns,
  type ShownInvitation,
} from './queries.ts';
import { columnsOf, guestLevelOf, lockShared, NOTHING_SHARED, type Share, shareOf, wordsOf } from './share.ts';

type Wanted = { readonly email: string; readonly role: BuiltInRole };
/** What a guest is invited into, as far as the mail tells of it. */
type Told = { readonly kind: string; readonly level: Share['level'] };

export type PreparedLetter = PreparedInvitation & Rules & { readonly orgId: string };

/** The mail and its token. What the caller may not give uses up no budget; the transaction looks again. */
export async function prepareLetter(
  tools: Tools,
  principal: Principal,
  { id, email, role, share }: Wanted & { readonly id: string; readonly share?: Told | undefined },
): Promise<PreparedLetter> {
  if (principal.kind !== 'user') throw kernelErrors['auth.forbidden']();
  const { orgId, userId } = principal;
  const { roles, objects } = tools;
  demandCover(principal, [standingAs(roles, role)]);
  const [organization, account] = [
    await findOrganizationName(tools.lookup, orgId),
    await findOwnAccount(tools.lookup, userId),
  ];
  if (organization === undefined || account === undefined) throw kernelErrors['auth.invalid']();
  await demandInvitationBudget(tools, orgId, email);
  const shares = share && { what: wordsOf(objects, share.kind), level: share.level };
  const letter = prepareInvitation(tools, { id, email, role, organization, inviter: account.email, shares });
  return { ...letter, orgId, roles, objects };
}

/** The same for an invitation that there is. */
export async function prepareRenewal(tools: Tools, principal: Principal, id: string): Promise<PreparedLetter> {
  const invited = principal.kind === 'user' ? await findInvited(tools.lookup, principal.orgId, id) : undefined;
  if (invited === undefined) throw kernelErrors['resource.not_found']();
  const { object_kind: kind, rank } = invited;
  const share = kind === null || rank === null ? undefined : { kind, level: guestLevelOf(rank) };
  return prepareLetter(tools, principal, { ...invited, id, share });
}

type Letter = Context<OrgTx, PreparedLetter>;

export function invite(ctx: Letter, wanted: Wanted): Promise<z.input<typeof Invitation>> {
  return inviteInto(ctx, wanted, undefined);
}

/** Somebody from elsewhere into one object, as far as the caller could grant it to a member. */
export async function inviteGuest(ctx: Letter, on: Granting, wanted: z.output<typeof NewGuest>) {
  const { email, level } = wanted;
  const expiresAt = endOf(ctx.now, wanted.expiresAt);
  await demandHeld(ctx, on, grantPermissions.give, [level]);
  return inviteInto(ctx, { email, role: 'guest' }, { object: on.object, level, expiresAt });
}

async function inviteInto(
  ctx: Letter,
  { email, role }: Wanted,
  share: Share | undefined,
): Promise<z.input<typeof Invitation>> {
  const { tx, now, prepared } = ctx;
  await lockMemberships(tx);
  const actor = await demandActor(tx, prepared.roles, ctx.principal);
  demandCover(actor, [standingAs(prepared.roles, role)]);
  if ((await findPersonByEmail(tx, email)) !== undefined) throw errors['invitation.already_member']();
  const isNew = await insertInvitation(tx, {
    org_id: prepared.orgId,
    id: prepared.id,
    email,
    role,
    invited_by: actor.memberId,
    token_hash: prepared.tokenHash,
    created_at: now,
    ...lifeFrom(now),
    ...(share === undefined ? NOTHING_SHARED : columnsOf(share)),
  });
  if (!isNew) throw errors['invitation.already_open']();
  return send(ctx, role);
}

/** A new week and a new token. From here on it rests on the rights of whoever renewed it. */
export async function renew(ctx: Letter, row: InvitationRow): Promise<z.input<typeof Invitation>> {
  const { tx, now, prepared } = ctx;
  const actor = await demandActor(tx, prepared.roles, ctx.principal);
  const role = roleOf(row);
  demandCover(actor, [standingAs(prepared.roles, role)]);
  // One that has expired is as good as open, as long as no other is.
  if (row.state !== 'open' && row.state !== 'expired') throw overBecause(row.state);
  if ((await findPersonByEmail(tx, row.email)) !== undefined) throw errors['invitation.already_member']();
  if (!row.is_held) throw overBecause('expired');
  await demandSharing(ctx, row);
  await renewInvitation(tx, row.id, {
    invited_by: actor.memberId,
    token_hash: prepared.tokenHash,
    ...lifeFrom(now),
  });
  return send(ctx, role);
}

/** Whoever sends the invitation to an object again could invite into it now. */
async function demandSharing(ctx: Letter, row: InvitationRow): Promise<void> {
  const share = shareOf(row);
  if (share === undefined) return;
  const on = await lockShared(ctx.tx, ctx.prepared.objects, share, ctx.now);
  if (on === undefined) throw overBecause('gone');
  await demandHeld(ctx, on, grantPermissions.give, [share.level]);
}

function lifeFrom(now: Date) {
  return { sent_at: now, expires_at: new Date(now.getTime() + LIVE_DAYS * 86_400_000) };
}

async function send(ctx: Letter, role: BuiltInRole): Promise<z.input<typeof Invitation>> {
  const { tx, now, prepared } = ctx;
  await queueMail(tx, { kind: 'org', id: prepared.orgId }, prepared.mail, now);
  ctx.subject('invitation', prepared.id);
  const row = await findShownInvitation(tx, prepared.id);
  if (row === undefined) throw kernelErrors['resource.not_found']();
  ctx.note({ role, ...factsOf(row) });
  return toInvitation(prepared.objects, row);
}

/** What is shared, as the log tells it: nothing of an invitation to belong to the organization. */
export function factsOf(row: SharedColumns) {
  const share = shareOf(row);
  if (share === undefined) return {};
  const { object, level, expiresAt } = share;
  return { object: object.id, kind: object.kind, level, grantExpiresAt: expiresAt?.toISOString() ?? null };
}

/** Canceling twice is no fault, and an accepted one stays so. */
export async function cancel(ctx: Context<OrgTx, Roles>, row: InvitationRow): Promise<void> {
  await cancelAs(ctx, await demandActor(ctx.tx, ctx.prepared, ctx.principal), row);
}

/** The same for whoever was found to have the say. */
export async function cancelAs(
  ctx: Context<OrgTx, Roles>,
  actor: Pick<Standing, 'role' | 'reach'>,
  row: InvitationRow,
): Promise<void> {
  const { tx, now } = ctx;
  demandCoverOf(ctx.prepared, actor, row);
  ctx.subject('invitation', row.id);
  if (row.state === 'accepted') throw overBecause(row.state);
  if (row.state !== 'canceled' && row.is_held) await endInvitation(tx, row.id, 'canceled', now);
}

/** Throws `member.beyond_yours` unless the actor covers the role that the invitation gives. */
export function demandCoverOf(roles: Roles, actor: Pick<Standing, 'role' | 'reach'>, row: InvitationRow): void {
  demandCover(actor, [standingAs(roles, roleOf(row))]);
}

/** Locked, and with it who is in the organization: what is decided about it holds until the transaction ends. */
export async function loadInvitation(tx: OrgTx, id: string): Promise<InvitationRow | undefined> {
  await lockMemberships(tx);
  return lockInvitation(tx, id);
}

/** Ends the open invitations of a member that rest on rights they have no more; returns how many. Nobody's standing ends all. */
export async function endInvitationsOf(
  tx: OrgTx,
  roles: Roles,
  member: { readonly memberId: string; readonly standing: Standing | undefined },
  now: Date,
): Promise<number> {
  const { standing } = member;
  const open = await listOpenOf(tx, member.memberId);
  const lost = open.filter((each) => standing === undefined || !mayInvite(roles, standing, roleOf(each)));
  for (const { id } of lost) await endInvitation(tx, id, 'canceled', now);
  return lost.length;
}

/** Whether somebody may invite with a role: they may invite at all, and cover it. */
export function mayInvite(roles: Roles, standing: Standing, role: BuiltInRole): boolean {
  return hasBit(standing.reach.all, permissions.create) && covers(standing, standingAs(roles, role));
}

/** Checked by the table. */
export function roleOf({ role }: { readonly role: string }): BuiltInRole {
  return Invitation.shape.role.parse(role);
}

const BECAUSE = {
  accepted: 'It was accepted.',
  expired: 'It has expired.',
  canceled: 'It was canceled.',
  gone: 'What it shares is not shared any more.',
} as const;

export function overBecause(state: keyof typeof BECAUSE) {
  return errors['invitation.over']({ detail: BECAUSE[state] });
}

export function toInvitation(objects: ObjectKinds, row: ShownInvitation): z.input<typeof Invitation> {
  const share = shareOf(row);
  return {
    id: encodeId('inv', row.id),
    email: row.email,
    role: roleOf(row),
    shares:
      share === undefined
        ? null
        : {
            object: toObject(objects, share.object, row.object_name),
            level: share.level,
            expiresAt: share.expiresAt?.toISOString() ?? null,
          },
    state: row.state,
    invitedBy: row.inviter_name === null ? null : { memberId: encodeId('mem', row.invited_by), name: row.inviter_name },
    createdAt: row.created_at.toISOString(),
    sentAt: row.sent_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    version: row.version,
  };
}
