// The rules of sessions inside the transaction.
import type { z } from 'zod';
import { reveal, toSecret } from '#crypto/secret.ts';
import { hashToken } from '#crypto/hash.ts';
import type { OrgTx, PersonTx } from '#db/scope.ts';
import type { Context } from '#kernel/context.ts';
import { holdsByRole } from '#kernel/authorize.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { encodeId } from '#kernel/fields.ts';
import { rulesOf } from '#kernel/networks.ts';
import type { Principal } from '#kernel/principal.ts';
import type { Tools } from '#kernel/tools.ts';
import { hasFactor, heldTo, isUnproven } from '#modules/factors.ts';
import { acceptPassword, findPerson, keepDevice, lockPerson, storeToken } from '#modules/identity.ts';
import { findOrganization, isOfInstallation } from '#modules/organizations.ts';
import { foundHome } from './home.ts';
import { type EnteredSession, errors, type NewSession, type Session } from './model.ts';
import { deleteOldestSessions, deleteSession, identifySession, insertSession, type SeenSession } from './queries.ts';
import type { PreparedChallenge, PreparedSession, PreparedSignIn } from './sign-in.ts';

/** How long a sign-in may wait for its second factor. */
const CHALLENGE_MINUTES = 5;

type Opening = Pick<Context<PersonTx & OrgTx>, 'tx' | 'now' | 'caller' | 'note'>;

/** Stores the session that `mintSession` prepared, and ends the oldest beyond ten: one sign-in of a person at a time. */
export async function openSession(ctx: Opening, prepared: PreparedSession): Promise<z.input<typeof EnteredSession>> {
  const { tx, now, caller } = ctx;
  const expiresAt = new Date(now.getTime() + prepared.absoluteMinutes * 60_000);
  await lockAndCompare(tx, prepared);
  // A factor may have been enrolled since the password was looked at, and that ended every session without it.
  if (prepared.provenBy === 'password' && (await hasFactor(tx))) throw errors['session.wrong_credentials']();
  await foundHome(ctx, prepared);
  await insertSession(tx, {
    user_id: prepared.userId,
    id: prepared.sessionId,
    org_id: prepared.orgId,
    token_hash: prepared.tokenHash,
    created_at: now,
    last_seen_at: now,
    proven_at: now,
    proven_by: prepared.provenBy,
    signed_in_at: now,
    idle_minutes: prepared.idleMinutes,
    expires_at: expiresAt,
    address: caller.address,
    device: caller.device,
  });
  if (prepared.device !== undefined) await keepDevice(ctx, prepared.userId, prepared.device);
  const ended = await deleteOldestSessions(tx);
  if (ended > 0) ctx.note({ oldestSessionsEnded: ended });
  return { expiresAt: expiresAt.toISOString() };
}

/** A session, or a challenge for who has a second factor: nothing is open before it was shown. */
export async function openOrAsk(ctx: Opening, prepared: PreparedSignIn): Promise<z.input<typeof NewSession>> {
  if (prepared.kind === 'session') return { ...(await openSession(ctx, prepared)), challenge: null };
  const { tx, now } = ctx;
  const { userId, minted, proofs, orgId } = prepared;
  await lockAndCompare(tx, prepared);
  await foundHome(ctx, prepared);
  await storeToken(tx, userId, minted, { now, minutes: CHALLENGE_MINUTES, facts: { organization: orgId } });
  ctx.note({ asksFor: proofs });
  const expiresAt = new Date(now.getTime() + CHALLENGE_MINUTES * 60_000).toISOString();
  const token = reveal(minted.token, 'sign_in.challenge');
  return { expiresAt: null, challenge: { token, proofs: [...proofs], expiresAt } };
}

/** Since it was looked at, the person may have been suspended, or the password reset: both ended every session and challenge there was. */
async function lockAndCompare(
  tx: PersonTx,
  { password }: Pick<PreparedSession, 'password'> | Pick<PreparedChallenge, 'password'>,
): Promise<void> {
  if (!(await lockPerson(tx))) throw kernelErrors['auth.invalid']();
  if (password !== undefined && !(await acceptPassword(tx, password))) throw errors['session.wrong_credentials']();
}

type LeftSession = {
  readonly id: string;
  readonly proven_at: Date;
  readonly proven_by: string;
  readonly signed_in_at: Date;
  readonly expires_at: Date;
};

/** The same person in another organization: a new session id, proven and ending when the one they leave was. */
export async function enterOrganization(
  ctx: Opening,
  prepared: PreparedSession,
  left: LeftSession,
): Promise<z.input<typeof EnteredSession>> {
  const { tx, now, caller } = ctx;
  const endsAt = left.signed_in_at.getTime() + prepared.absoluteMinutes * 60_000;
  const expiresAt = new Date(Math.min(left.expires_at.getTime(), endsAt));
  await lockPerson(tx);
  if (!(await deleteSession(tx, left.id))) throw kernelErrors['auth.invalid']();
  await insertSession(tx, {
    user_id: prepared.userId,
    id: prepared.sessionId,
    org_id: prepared.orgId,
    token_hash: prepared.tokenHash,
    created_at: now,
    last_seen_at: now,
    proven_at: left.proven_at,
    proven_by: left.proven_by,
    signed_in_at: left.signed_in_at,
    idle_minutes: prepared.idleMinutes,
    expires_at: expiresAt,
    address: caller.address,
    device: caller.device,
  });
  return { expiresAt: expiresAt.toISOString() };
}

export function toSeen(row: SeenSession) {
  return {
    id: encodeId('ses', row.id),
    createdAt: row.created_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
    provenAt: row.proven_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    address: row.address,
    device: row.device,
  };
}

/** Who the caller is, for the console and for scripts that want to know what a key may do. */
export async function describeCaller(
  ctx: Context<OrgTx & PersonTx, readonly string[]>,
): Promise<z.input<typeof Session>> {
  const { principal } = ctx;
  const [person, organization] = [await findPerson(ctx.tx), await findOrganization(ctx.tx)];
  if (organization === undefined || !('role' in principal)) throw kernelErrors['auth.invalid']();
  if (person === undefined && principal.kind !== 'emergency') throw kernelErrors['auth.invalid']();
  return {
    user: person === undefined ? null : { id: encodeId('usr', person.user_id), name: person.name, email: person.email },
    organization: { id: encodeId('org', organization.org_id), name: organization.name, slug: organization.slug },
    role: principal.role,
    permissions: ctx.prepared.filter((name) => organization.personal_of === null || !isOfInstallation(name)),
    provenAt: principal.kind === 'user' ? principal.provenAt.toISOString() : null,
    provenBy: principal.kind === 'user' ? principal.provenBy : null,
    needsFactor: principal.kind === 'user' && principal.isUnproven,
  };
}

/** Names of everything the principal could do by its role, for greying out what it can't. */
export function permissionNames(tools: Tools, principal: Principal): readonly string[] {
  return tools.roles.permissions
    .filter((permission) => holdsByRole(principal, permission))
    .map((permission) => permission.name)
    .toSorted();
}

/** A session token to its principal; undefined for anything that is not alive now. */
export async function identifyBySession(tools: Tools, secret: string): Promise<Principal | undefined> {
  const found = await identifySession(tools.lookup, hashToken(tools.keyring.lookupKey('session'), toSecret(secret)));
  if (found === undefined) return undefined;
  const demand = { ...found, role: heldTo(tools.roles, found.role, found.granted) };
  const unproven = isUnproven(demand, found.proven_by, tools.isExposed);
  return {
    kind: 'user',
    userId: found.user_id,
    sessionId: found.session_id,
    orgId: found.org_id,
    memberId: found.member_id,
    role: found.role,
    epoch: found.epoch,
    networks: rulesOf({ console: found.console_networks }),
    reach: unproven ? tools.roles.reachOf('unproven') : tools.roles.reachOfMember(found.role, found.granted),
    provenAt: found.proven_at,
    provenBy: found.proven_by,
    factorKinds: found.factor_kinds,
    isUnproven: unproven,
  };
}
