// The rules of sessions inside the transaction.
import type { z } from 'zod';
import { toSecret } from '#crypto/secret.ts';
import { hashToken } from '#crypto/hash.ts';
import type { OrgTx, PersonTx } from '#db/scope.ts';
import type { Context } from '#kernel/context.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { encodeId } from '#kernel/fields.ts';
import { hasBit } from '#kernel/permissions.ts';
import type { Principal } from '#kernel/principal.ts';
import type { Tools } from '#kernel/tools.ts';
import { findPerson, hasPassword, lockPerson } from '#modules/identity.ts';
import { findOrganization } from '#modules/organizations.ts';
import { errors, type NewSession, type Session } from './model.ts';
import { deleteOldestSessions, deleteSession, identifySession, insertSession, type SeenSession } from './queries.ts';
import type { PreparedSession } from './sign-in.ts';

type Opening = Pick<Context<PersonTx & OrgTx>, 'tx' | 'now' | 'caller' | 'note'>;

/** Stores the session that `mintSession` prepared, and ends the oldest beyond ten: one sign-in of a person at a time. */
export async function openSession(ctx: Opening, prepared: PreparedSession): Promise<z.input<typeof NewSession>> {
  const { tx, now, caller } = ctx;
  const expiresAt = new Date(now.getTime() + prepared.absoluteMinutes * 60_000);
  await lockPerson(tx);
  // The password may have been reset since it was looked at, and that ended every session there was.
  if (prepared.passwordHash !== undefined && !(await hasPassword(tx, prepared.passwordHash)))
    throw errors['session.wrong_credentials']();
  await insertSession(tx, {
    user_id: prepared.userId,
    id: prepared.sessionId,
    org_id: prepared.orgId,
    token_hash: prepared.tokenHash,
    created_at: now,
    last_seen_at: now,
    proven_at: now,
    idle_minutes: prepared.idleMinutes,
    expires_at: expiresAt,
    address: caller.address,
    device: caller.device,
  });
  const ended = await deleteOldestSessions(tx);
  if (ended > 0) ctx.note({ oldestSessionsEnded: ended });
  return { expiresAt: expiresAt.toISOString() };
}

/** The same person in another organization: a new session id, proven and ending when the one they leave was. */
export async function enterOrganization(
  ctx: Opening,
  prepared: PreparedSession,
  left: { readonly id: string; readonly proven_at: Date; readonly expires_at: Date },
): Promise<z.input<typeof NewSession>> {
  const { tx, now, caller } = ctx;
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
    idle_minutes: prepared.idleMinutes,
    expires_at: left.expires_at,
    address: caller.address,
    device: caller.device,
  });
  return { expiresAt: left.expires_at.toISOString() };
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
  if (person === undefined || organization === undefined || !('role' in principal))
    throw kernelErrors['auth.invalid']();
  return {
    user: { id: encodeId('usr', person.user_id), name: person.name, email: person.email },
    organization: { id: encodeId('org', organization.org_id), name: organization.name, slug: organization.slug },
    role: principal.role,
    permissions: [...ctx.prepared],
    provenAt: principal.kind === 'user' ? principal.provenAt.toISOString() : null,
  };
}

/** Names of everything the principal could ever do, for greying out what it can't. */
export function permissionNames(tools: Tools, principal: Principal): readonly string[] {
  return tools.roles.permissions
    .filter((permission) => hasBit(principal.reach.all, permission) || hasBit(principal.reach.own, permission))
    .map((permission) => permission.name)
    .toSorted();
}

/** A session token to its principal; undefined for anything that is not alive now. */
export async function identifyBySession(tools: Tools, secret: string): Promise<Principal | undefined> {
  const found = await identifySession(tools.lookup, hashToken(tools.keyring.lookupKey('session'), toSecret(secret)));
  if (found === undefined) return undefined;
  return {
    kind: 'user',
    userId: found.user_id,
    sessionId: found.session_id,
    orgId: found.org_id,
    memberId: found.member_id,
    role: found.role,
    epoch: found.epoch,
    reach: tools.roles.reachOf(found.role),
    provenAt: found.proven_at,
  };
}
