// The rules of inviting: never more than the inviter holds, one open invitation an address, and its token in the mail alone.
import type { z } from 'zod';
import type { OrgTx } from '#db/scope.ts';
import type { Context } from '#kernel/context.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { encodeId } from '#kernel/fields.ts';
import { type BuiltInRole, hasBit, type Roles } from '#kernel/permissions.ts';
import type { Principal } from '#kernel/principal.ts';
import type { Tools } from '#kernel/tools.ts';
import { findOwnAccount } from '#modules/identity.ts';
import { queueMail } from '#modules/mail.ts';
import { covers, demandActor, demandCover, findPersonByEmail, type Standing, standingAs } from '#modules/members.ts';
import { lockMemberships } from '#modules/organizations.ts';
import { demandInvitationBudget, prepareInvitation, type PreparedInvitation } from './mails.ts';
import { errors, Invitation, LIVE_DAYS, permissions } from './model.ts';
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
  type ShownInvitation,
} from './queries.ts';

type Wanted = { readonly email: string; readonly role: BuiltInRole };

export type PreparedLetter = PreparedInvitation & { readonly orgId: string; readonly roles: Roles };

/** The mail and its token. What the caller may not give uses up no budget; the transaction looks again. */
export async function prepareLetter(
  tools: Tools,
  principal: Principal,
  { id, email, role }: Wanted & { readonly id: string },
): Promise<PreparedLetter> {
  if (principal.kind !== 'user') throw kernelErrors['auth.forbidden']();
  const { orgId, userId } = principal;
  demandCover(principal, [standingAs(tools.roles, role)]);
  const [organization, account] = [
    await findOrganizationName(tools.lookup, orgId),
    await findOwnAccount(tools.lookup, userId),
  ];
  if (organization === undefined || account === undefined) throw kernelErrors['auth.invalid']();
  await demandInvitationBudget(tools, orgId, email);
  const letter = prepareInvitation(tools, { id, email, role, organization, inviter: account.email });
  return { ...letter, orgId, roles: tools.roles };
}

/** The same for an invitation that there is. */
export async function prepareRenewal(tools: Tools, principal: Principal, id: string): Promise<PreparedLetter> {
  const invited = principal.kind === 'user' ? await findInvited(tools.lookup, principal.orgId, id) : undefined;
  if (invited === undefined) throw kernelErrors['resource.not_found']();
  return prepareLetter(tools, principal, { ...invited, id });
}

type Letter = Context<OrgTx, PreparedLetter>;

export async function invite(ctx: Letter, { email, role }: Wanted): Promise<z.input<typeof Invitation>> {
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
  await renewInvitation(tx, row.id, {
    invited_by: actor.memberId,
    token_hash: prepared.tokenHash,
    ...lifeFrom(now),
  });
  return send(ctx, role);
}

function lifeFrom(now: Date) {
  return { sent_at: now, expires_at: new Date(now.getTime() + LIVE_DAYS * 86_400_000) };
}

async function send(ctx: Letter, role: BuiltInRole): Promise<z.input<typeof Invitation>> {
  const { tx, now, prepared } = ctx;
  await queueMail(tx, { kind: 'org', id: prepared.orgId }, prepared.mail, now);
  ctx.subject('invitation', prepared.id);
  ctx.note({ role });
  const row = await findShownInvitation(tx, prepared.id);
  if (row === undefined) throw kernelErrors['resource.not_found']();
  return toInvitation(row);
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
} as const;

export function overBecause(state: keyof typeof BECAUSE) {
  return errors['invitation.over']({ detail: BECAUSE[state] });
}

export function toInvitation(row: ShownInvitation): z.input<typeof Invitation> {
  return {
    id: encodeId('inv', row.id),
    email: row.email,
    role: roleOf(row),
    state: row.state,
    invitedBy: row.inviter_name === null ? null : { memberId: encodeId('mem', row.invited_by), name: row.inviter_name },
    createdAt: row.created_at.toISOString(),
    sentAt: row.sent_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    version: row.version,
  };
}
