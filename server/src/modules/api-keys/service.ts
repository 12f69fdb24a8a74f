// The rules of API keys: a key never exceeds the person who makes it, and its secret is shown once.
import type { z } from 'zod';
import type { OrgTx } from '#db/scope.ts';
import { holdsByRole } from '#kernel/authorize.ts';
import type { Context, Facts } from '#kernel/context.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { encodeId } from '#kernel/fields.ts';
import type { Permission, Roles } from '#kernel/permissions.ts';
import {
  getOrg,
  type EmergencyPrincipal,
  type KeyKind,
  personOf,
  type Principal,
  type UserPrincipal,
} from '#kernel/principal.ts';
import type { Tools } from '#kernel/tools.ts';
import { demandActingNow, demandCover, findStandings } from '#modules/members.ts';
import { lockMemberships, securityPermissions } from '#modules/organizations.ts';
import { demandHoldingAll, demandLimit, demandPeople, demandScopes, managesKeys } from './demands.ts';
import { mintKey, type MintedKey } from './mint.ts';
import {
  type ApiKey,
  type ApiKeyChange,
  errors,
  type NewApiKey,
  permissions,
  type Rotation,
  type ShownApiKey,
} from './model.ts';
import {
  type ApiKeyRow,
  findActiveRoles,
  insertApiKey,
  lockApiKey,
  markRevoked,
  putPeople,
  replaceSecret,
  updateApiKey,
} from './queries.ts';
import { hasEnded, kindOf, toApiKey } from './show.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export type PreparedKey = MintedKey & { readonly id: string; readonly roles: Roles };

/** What does not need the database; then mints the key. */
export function prepareKey(tools: Tools, principal: Principal, wanted: NewApiKey): PreparedKey {
  const { kind, actsFor, origins, perMinute } = wanted;
  const mayMake = kind === 'personal' ? holdsByRole(principal, permissions.create) : managesKeys(principal);
  if (!mayMake) throw kernelErrors['auth.forbidden']();
  demandFitting(kind, { actsFor, origins });
  demandLimit(perMinute, tools.keyLimits.perMinuteMax);
  demandMaking(tools.roles, principal, wanted);
  const id = tools.newId();
  return { id, ...mintKey(tools, id, kind), roles: tools.roles };
}

/** What the key is to do, and for how long, is its maker's to give. */
function demandMaking(roles: Roles, maker: Principal, { kind, scopes, actsFor, expiresInDays }: NewApiKey): void {
  if (expiresInDays === null && !managesKeys(maker)) throw errors['api_key.expiry_needed']();
  demandScopes(roles, maker.reach, { kind, scopes, actsForPeople: actsFor !== undefined });
}

/** Who makes, changes or rotates a key, as they stand under the lock: the organization's are for who decides how programs get in. */
function demandKeeping(
  ctx: Context<OrgTx, { readonly roles: Roles }>,
  key: Pick<ApiKeyRow, 'owner_user_id'>,
  ofOneself: Permission,
): Promise<UserPrincipal | EmergencyPrincipal> {
  return demandActingNow(ctx, key.owner_user_id === null ? securityPermissions.manage : ofOneself, key);
}

/** People are a matter of service keys, pages of publishable ones, which have at least one. */
function demandFitting(
  kind: KeyKind,
  given: { readonly actsFor?: readonly string[] | undefined; readonly origins?: readonly string[] | undefined },
): void {
  const hasPeople = given.actsFor !== undefined;
  const hasOrigins = given.origins !== undefined;
  if ((hasPeople && kind !== 'service') || hasOrigins !== (kind === 'publishable'))
    throw errors['api_key.kind_mismatch']();
}

export async function createApiKey(
  ctx: Context<OrgTx, PreparedKey>,
  wanted: NewApiKey,
): Promise<z.input<typeof ShownApiKey>> {
  const { tx, now, prepared } = ctx;
  const [orgId, userId] = [getOrg(ctx.principal), personOf(ctx.principal)];
  if (userId === undefined) throw kernelErrors['auth.forbidden']();
  const { kind, scopes, actsFor: people = [], expiresInDays } = wanted;
  const owner = kind === 'personal' ? userId : null;
  const principal = await demandKeeping(ctx, { owner_user_id: owner }, permissions.create);
  demandMaking(prepared.roles, principal, wanted);
  await demandPeople(tx, prepared.roles, principal.reach, { scopes, people, among: people });
  const row = await insertApiKey(tx, {
    org_id: orgId,
    id: prepared.id,
    kind,
    owner_user_id: owner,
    ...(owner === null ? { responsible_user_id: userId } : {}),
    name: wanted.name,
    scopes: [...new Set(scopes)],
    acts_for_people: wanted.actsFor !== undefined,
    origins: [...new Set(wanted.origins ?? [])],
    per_minute: wanted.perMinute,
    secret_hash: prepared.secretHash,
    expires_at: expiresInDays === null ? null : new Date(now.getTime() + expiresInDays * DAY_MS),
    created_at: now,
  });
  await putPeople(tx, orgId, row.id, people);
  ctx.subject('api_key', row.id);
  const made = { ...row, people };
  ctx.note({ ...factsOf(made), expiresInDays });
  return { ...toApiKey(made, now), key: prepared.text };
}

/**
 * A key of one's own, or one of the organization; who may touch those, the check of the route asks. Another's is nobody's. Under
 * the lock of memberships, which whoever ends the keys of a member takes before those keys, too.
 */
export async function lockChangeable(ctx: Context<OrgTx, unknown>, id: string): Promise<ApiKeyRow | undefined> {
  await lockMemberships(ctx.tx);
  const row = await lockApiKey(ctx.tx, id);
  return row?.owner_user_id === null || row?.owner_user_id === personOf(ctx.principal) ? row : undefined;
}

/** Of a key of the organization only who decides how programs get in says from where it may be used. */
export async function lockRestrictable(ctx: Context<OrgTx, unknown>, id: string): Promise<ApiKeyRow | undefined> {
  await lockMemberships(ctx.tx);
  const row = await lockApiKey(ctx.tx, id);
  return row?.owner_user_id === null && !managesKeys(ctx.principal) ? undefined : row;
}

/** Whose key is somebody else's acts upon them: they hold what that member holds, as for every other act upon a member. */
export async function demandRestricting(ctx: Context<OrgTx, { readonly roles: Roles }>, key: ApiKeyRow): Promise<void> {
  const actor = await demandKeeping(ctx, key, permissions.restrict);
  const { owner_user_id: owner } = key;
  if (owner === null || owner === personOf(actor)) return;
  const standing = (await findStandings(ctx.tx, ctx.prepared.roles, [owner])).get(owner);
  if (standing === undefined) throw kernelErrors['resource.not_found']();
  demandCover(actor, [standing]);
}

export type PreparedChange = { readonly roles: Roles };

export async function changeApiKey(
  ctx: Context<OrgTx, PreparedChange>,
  before: ApiKeyRow,
  change: ApiKeyChange,
): Promise<z.input<typeof ApiKey>> {
  const { tx, now } = ctx;
  if (hasEnded(before, now)) throw errors['api_key.ended']();
  const principal = await demandKeeping(ctx, before, permissions.update);
  demandChangeFits(before, change);
  await demandNewPeople({ ...ctx, principal }, before, change);
  const { name, scopes, perMinute, actsFor, origins, responsibleUserId } = change;
  if (actsFor !== undefined) await putPeople(tx, getOrg(principal), before.id, actsFor);
  const row = await updateApiKey(tx, before.id, {
    ...(name === undefined ? {} : { name }),
    ...(scopes === undefined ? {} : { scopes: [...new Set(scopes)] }),
    ...(perMinute === undefined ? {} : { per_minute: perMinute }),
    ...(origins === undefined ? {} : { origins: [...new Set(origins)] }),
    ...(responsibleUserId === undefined ? {} : { responsible_user_id: responsibleUserId }),
  });
  await ctx.raiseEpoch('api_key');
  ctx.note({ ...factsOf(row), nameBefore: before.name, scopesBefore: before.scopes });
  return toApiKey(row, now);
}

/** Scopes only become fewer: who wants more makes a new key, with the checks and the trace of one. */
function demandChangeFits(before: ApiKeyRow, { scopes, actsFor, origins, responsibleUserId }: ApiKeyChange): void {
  const isMismatch = [
    actsFor !== undefined && !before.acts_for_people,
    origins !== undefined && before.kind !== 'publishable',
    responsibleUserId !== undefined && before.kind === 'personal',
  ];
  if (isMismatch.includes(true)) throw errors['api_key.kind_mismatch']();
  const fields = (scopes ?? []).flatMap((scope, at) =>
    before.scopes.includes(scope) ? [] : [{ pointer: `/body/scopes/${at}`, message: 'is no scope of the key' }],
  );
  if (fields.length > 0) throw errors['api_key.scope_refused']({ fields });
}

/** Whoever puts a member into the list must hold what the key may do then; those who are in it already were put there by somebody who did. */
async function demandNewPeople(
  { tx, principal, prepared }: Context<OrgTx, PreparedChange>,
  before: ApiKeyRow,
  { scopes = before.scopes, actsFor = [], responsibleUserId }: ApiKeyChange,
): Promise<void> {
  const added = actsFor.filter((person) => !before.people.includes(person));
  await demandPeople(tx, prepared.roles, principal.reach, { scopes, people: added, among: actsFor });
  if (responsibleUserId === undefined) return;
  const role = (await findActiveRoles(tx, [responsibleUserId])).get(responsibleUserId)?.role;
  // As when somebody leaves: a guest does not answer for what is the organization's.
  if (role === undefined || role === 'guest')
    throw errors['api_key.person_refused']({
      fields: [{ pointer: '/body/responsibleUserId', message: 'is no active member' }],
    });
}

/** Which kind of text the key has is known once it is locked. */
export type PreparedRotation = { readonly roles: Roles; readonly mint: (kind: KeyKind) => MintedKey };

/** `row` is locked, and of the version the caller has read: of many rotations at once one takes effect. */
export async function rotateApiKey(
  ctx: Context<OrgTx, PreparedRotation>,
  before: ApiKeyRow,
  { overlapHours }: Rotation,
): Promise<z.input<typeof ShownApiKey>> {
  const { tx, now } = ctx;
  if (hasEnded(before, now)) throw errors['api_key.ended']();
  const { reach } = await demandKeeping(ctx, before, permissions.update);
  await demandHoldingAll(tx, ctx.prepared.roles, reach, before);
  const minted = ctx.prepared.mint(kindOf(before.kind));
  const row = await replaceSecret(tx, before.id, {
    secretHash: minted.secretHash,
    previousUntil: overlapHours === 0 ? null : endOfPrevious(before, new Date(now.getTime() + overlapHours * HOUR_MS)),
    expiresAt: endOfNew(before, now),
    now,
  });
  await ctx.raiseEpoch('api_key');
  ctx.note({ ...factsOf(row), overlapHours });
  return { ...toApiKey(row, now), key: minted.text };
}

/** The old text does not live longer for having been replaced. */
function endOfPrevious({ expires_at: ends }: ApiKeyRow, wanted: Date): Date {
  return ends !== null && ends < wanted ? ends : wanted;
}

/** The new secret lives as long as the one before was to. */
function endOfNew({ expires_at: ends, rotated_at: rotated, created_at: made }: ApiKeyRow, now: Date): Date | null {
  return ends === null ? null : new Date(now.getTime() + ends.getTime() - (rotated ?? made).getTime());
}

/** `row` is locked: of many revocations at once one takes effect, and the log tells which. */
export async function revokeApiKey(ctx: Context<OrgTx>, row: ApiKeyRow): Promise<Record<string, never>> {
  if (row.revoked_at !== null) {
    ctx.note({ name: row.name, before: row.revoked_at.toISOString() });
    return {};
  }
  await markRevoked(ctx.tx, [row.id], ctx.now);
  await ctx.raiseEpoch('api_key');
  ctx.note({ name: row.name });
  return {};
}

/** What every key has, and of the rest what this one has. */
function factsOf(row: ApiKeyRow): Facts {
  return {
    name: row.name,
    scopes: row.scopes,
    ...(row.kind === 'personal' ? {} : { kind: row.kind }),
    ...(row.acts_for_people ? { actsFor: row.people.map((person) => encodeId('usr', person)) } : {}),
    ...(row.origins.length === 0 ? {} : { origins: row.origins }),
    ...(row.per_minute === null ? {} : { perMinute: row.per_minute }),
  };
}
