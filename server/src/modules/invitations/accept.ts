// Accepting an invitation: with the token and an account of just that address, whether it is there or made by this.
import type { z } from 'zod';
import { equalBytes } from '#crypto/compare.ts';
import { hashToken } from '#crypto/hash.ts';
import { newUuid } from '#crypto/random.ts';
import type { Secret } from '#crypto/secret.ts';
import type { OrgTx, PersonTx } from '#db/scope.ts';
import type { CallerFacts, Context } from '#kernel/context.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { refuseNetwork } from '#kernel/networks.ts';
import { actorOf, type Principal } from '#kernel/principal.ts';
import { insertPendingEvents } from '#kernel/queries.ts';
import type { Tools } from '#kernel/tools.ts';
import type { Rules } from '#modules/grants.ts';
import {
  createPerson,
  findOwnAccount,
  lockPerson,
  mintDevice,
  prepareNewPassword,
  tryPassword,
  verifyEmail,
} from '#modules/identity.ts';
import { findActiveStanding, findMember, findMemberOf, insertMember } from '#modules/members.ts';
import { lockMemberships } from '#modules/organizations.ts';
import {
  type EnteredSession,
  enterOrganization,
  isReachedFrom,
  type findSession,
  mintSession,
  type NewSession,
  openOrAsk,
  prepareOpening,
  type PreparedSession,
  type PreparedSignIn,
} from '#modules/sessions.ts';
import { type Acceptance, errors, type SeenInvitation } from './model.ts';
import { endInvitation, findInvitation, type FoundInvitation, lockInvitation } from './queries.ts';
import { mayInvite, overBecause } from './service.ts';
import { canShare, grantShared, guestLevelOf, lockShared, type Share, shareOf, wordsOf } from './share.ts';

type Known = { readonly found: FoundInvitation; readonly hash: Buffer };
type Joining = Known & Rules & { readonly memberId: string; readonly grantId: string };

function joiningOf(tools: Tools, known: Known): Joining {
  const { roles, objects, newId } = tools;
  return { ...known, roles, objects, memberId: newId(), grantId: newId() };
}

/** What the token is for. Throws `invitation.link_refused` for one that is nobody's, and `invitation.over`. */
export async function findOpen(tools: Tools, token: Secret<string>): Promise<Known> {
  const hash = hashToken(tools.keyring.lookupKey('invitation'), token);
  const found = await findInvitation(tools.lookup, hash);
  if (found === undefined || found.user_status === 'suspended') throw errors['invitation.link_refused']();
  if (found.state !== 'open') throw overBecause(found.state);
  return { found, hash };
}

export function toSeen({ found, objects }: Known & Pick<Rules, 'objects'>): z.input<typeof SeenInvitation> {
  const { object_kind: kind, rank } = found;
  return {
    organization: { name: found.organization },
    email: found.email,
    role: found.role,
    shares: kind === null || rank === null ? null : { kind: wordsOf(objects, kind), level: guestLevelOf(rank) },
    expiresAt: found.expires_at.toISOString(),
    hasAccount: found.user_id !== null,
  };
}

export type PreparedAcceptance = Joining & {
  readonly opening: PreparedSignIn;
  /** Of an account that this makes. */
  readonly account: { readonly name: string; readonly passwordHash: string } | undefined;
};

/** For who is not signed in. With a name an account is made; without one, that of the address is entered with its password. */
export async function prepareAcceptance(
  tools: Tools,
  { token, password, name }: z.output<typeof Acceptance>,
  caller: CallerFacts,
): Promise<PreparedAcceptance> {
  const known = await findOpen(tools, token);
  const { found } = known;
  const joining = joiningOf(tools, known);
  if (name === undefined) {
    const proven = await tryPassword(tools, { email: found.email, password }, caller);
    // Of this very account: the address may become another's between two look-ups.
    if (proven === undefined || proven.userId !== found.user_id) throw errors['invitation.wrong_password']();
    demandNetwork(found, caller);
    return { ...joining, opening: await prepareOpening(tools, proven, found, caller), account: undefined };
  }
  if (found.user_id !== null) throw errors['invitation.has_account']();
  demandNetwork(found, caller);
  const owner = { email: found.email, name, lengthMin: found.password_length_min ?? undefined };
  const passwordHash = await prepareNewPassword(tools, password, owner, '/body/password');
  const session = mintSession(tools, tools.newId(), found, 'password');
  return { ...joining, opening: { ...session, device: mintDevice(tools) }, account: { name, passwordHash } };
}

export async function accept(ctx: Context<OrgTx & PersonTx, PreparedAcceptance>): Promise<z.input<typeof NewSession>> {
  const { tx, now, prepared } = ctx;
  const { opening, account, found } = prepared;
  const { userId } = opening;
  const taken = await takeInvitation(ctx, prepared);
  if (account !== undefined) await createPerson(tx, { userId, email: found.email, ...account }, now);
  await join(ctx, prepared, userId, taken);
  ctx.note({ isNewAccount: account !== undefined });
  return openOrAsk(ctx, opening);
}

export type PreparedEntry = Joining & { readonly session: PreparedSession };

/** For who is signed in, in whichever organization. */
export async function prepareEntry(
  tools: Tools,
  principal: Principal,
  token: Secret<string>,
  caller: CallerFacts,
): Promise<PreparedEntry> {
  if (principal.kind !== 'user') throw kernelErrors['auth.forbidden']();
  const known = await findOpen(tools, token);
  const { userId } = principal;
  const account = await findOwnAccount(tools.lookup, userId);
  if (account === undefined) throw kernelErrors['auth.invalid']();
  if (known.found.user_id !== userId) throw errors['invitation.other_address']();
  demandNetwork(known.found, caller);
  // What was shown stays what was shown; the transaction takes it from the session that is left.
  const session = mintSession(tools, userId, known.found, 'password');
  return { ...joiningOf(tools, known), session };
}

/** Throws `network.refused` where the organization lets nobody in from here: who they are is proven by now. */
function demandNetwork(found: FoundInvitation, { address }: CallerFacts): void {
  if (!isReachedFrom(found, address)) throw refuseNetwork('console', address);
}

type LeftSession = NonNullable<Awaited<ReturnType<typeof findSession>>>;

export async function enter(
  ctx: Context<OrgTx & PersonTx, PreparedEntry>,
  left: LeftSession,
): Promise<z.input<typeof EnteredSession>> {
  const { prepared } = ctx;
  const taken = await takeInvitation(ctx, prepared);
  await join(ctx, prepared, prepared.session.userId, taken);
  ctx.note({ isNewAccount: false, left: left.id });
  return enterOrganization(ctx, prepared.session, left);
}

type Taking = Pick<Context<OrgTx & PersonTx>, 'tx' | 'now' | 'subject' | 'note' | 'principal' | 'requestId'>;

/** What a guest comes to have, and by whom. */
type Taken = { readonly share: Share | undefined; readonly invitedBy: string };

/**
 * Of any number at once one gets it: the row is locked, and looked at again. Whoever invited must be able to give the role
 * or grant what is shared now; what they could when they wrote does not count.
 */
async function takeInvitation({ tx, now }: Taking, { found, hash, roles, objects }: Joining): Promise<Taken> {
  await lockMemberships(tx);
  const row = await lockInvitation(tx, found.id);
  if (row === undefined || !equalBytes(row.token_hash, hash)) throw errors['invitation.link_refused']();
  if (row.state !== 'open') throw overBecause(row.state);
  const inviter = await findActiveStanding(tx, roles, row.invited_by);
  const person = (await findMember(tx, row.invited_by))?.user_id;
  if (inviter === undefined || person === undefined || !mayInvite(roles, inviter, found.role))
    throw errors['invitation.inviter_lost_right']();
  const share = shareOf(row);
  if (share !== undefined) {
    const on = await lockShared(tx, objects, share, now);
    if (on === undefined) throw overBecause('gone');
    const authority = { reach: inviter.reach, userId: person };
    if (!(await canShare(tx, roles, authority, on, share))) throw errors['invitation.inviter_lost_right']();
  }
  await endInvitation(tx, row.id, 'accepted', now);
  return { share, invitedBy: person };
}

/** The link came by mail, so the address is proven, whoever's account it is. */
async function join(
  ctx: Taking,
  { found, memberId, grantId }: Joining,
  userId: string,
  { share, invitedBy }: Taken,
): Promise<void> {
  const { tx, now, subject, note } = ctx;
  // Before the membership refers to the person: two that refer to one and then change it would wait for each other.
  if (!(await lockPerson(tx))) throw kernelErrors['auth.invalid']();
  if ((await findMemberOf(tx, userId)) !== undefined) throw errors['invitation.already_member']();
  await insertMember(tx, { org_id: found.org_id, id: memberId, user_id: userId, role: found.role, created_at: now });
  // An account may have come to another address since it was found.
  if (!(await verifyEmail(tx, found.email, now))) throw errors['invitation.other_address']();
  subject('invitation', found.id);
  note({ user: userId, member: memberId, role: found.role });
  if (share === undefined) return;
  await grantShared(tx, share, { orgId: found.org_id, memberId, invitedBy }, { id: grantId, now });
  const { object, level } = share;
  note({ grant: grantId, object: object.id, kind: object.kind, level });
  await tellGuest(ctx, { userId, orgId: found.org_id, object, level });
}

/** The other side of a share: the log of the person has it too, whatever becomes of the organization’s. */
async function tellGuest(
  { tx, now, principal, requestId }: Taking,
  {
    userId,
    orgId,
    object,
    level,
  }: Pick<Share, 'object' | 'level'> & { readonly userId: string; readonly orgId: string },
): Promise<void> {
  await insertPendingEvents(tx, [
    {
      stream: { kind: 'person', id: userId },
      eventId: newUuid(now.getTime()),
      at: now,
      action: 'invitation.accepted',
      outcome: 'allowed',
      actor: { ...actorOf(principal), user: userId },
      target: { kind: 'organization', id: orgId },
      requestId,
      facts: { role: 'guest', object: object.id, kind: object.kind, level },
    },
  ]);
}
