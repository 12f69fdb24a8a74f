// The rules of break-glass beside its opening: sealing, what is seen of it, ending it early, and the review that must follow.
import type { z } from 'zod';
import { reveal, type Secret } from '#crypto/secret.ts';
import type { OrgTx } from '#db/scope.ts';
import type { Context } from '#kernel/context.ts';
import { encodeId } from '#kernel/fields.ts';
import { orgOf, personOf, type Principal } from '#kernel/principal.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Tools } from '#kernel/tools.ts';
import { findSlug } from '#modules/organizations.ts';
import { type PreparedAlarm, prepareAlarm } from './alarm.ts';
import {
  type Emergency,
  errors,
  type Reviewed,
  SEAL_DAYS,
  type SealedParts,
  type Use,
  USES_TOLD_MAX,
} from './model.ts';
import { hashTyped, newPart } from './parts.ts';
import {
  endUse,
  findLiveSeal,
  insertSeal,
  listUses,
  owesReview,
  spendSeal,
  type UseRow,
  wasUsed,
  writeReview,
} from './queries.ts';

export type PreparedSeal = {
  readonly orgId: string;
  readonly by: string;
  readonly id: string;
  readonly parts: readonly [Secret<string>, Secret<string>];
  readonly hashes: readonly [Buffer, Buffer];
  readonly alarm: PreparedAlarm;
};

type Named = { readonly orgId: string; readonly slug: string };

/** Nobody seals or reviews who is nobody in particular: throws `emergency.person_needed`. */
export function demandPerson(principal: Principal): string {
  const userId = personOf(principal);
  if (principal.kind !== 'user' || userId === undefined) throw errors['emergency.person_needed']();
  return userId;
}

/** The organization of the caller by its id and its name. */
export async function nameOrganization(tools: Tools, principal: Principal): Promise<Named> {
  const orgId = orgOf(principal);
  const slug = orgId === undefined ? undefined : await findSlug(tools.lookup, orgId);
  if (orgId === undefined || slug === undefined) throw kernelErrors['auth.forbidden']();
  return { orgId, slug };
}

export async function prepareSeal(tools: Tools, principal: Principal): Promise<PreparedSeal> {
  const by = demandPerson(principal);
  const { orgId, slug } = await nameOrganization(tools, principal);
  const parts = [newPart(), newPart()] as const;
  const hashes = [hashTyped(tools, 'emergency_part', parts[0]), hashTyped(tools, 'emergency_part', parts[1])] as const;
  const alarm = await prepareAlarm(tools, { kind: 'sealed', orgId, slug });
  return { orgId, by, id: tools.newId(), parts, hashes, alarm };
}

/** Seals anew; what was sealed before opens nothing any more. The organization is locked. */
export async function seal(ctx: Context<OrgTx, PreparedSeal>): Promise<z.input<typeof SealedParts>> {
  const { tx, now, prepared } = ctx;
  const replaced = await spendSeal(tx, now);
  await insertSeal(tx, {
    org_id: prepared.orgId,
    id: prepared.id,
    first_hash: prepared.hashes[0],
    second_hash: prepared.hashes[1],
    sealed_at: now,
    sealed_by: prepared.by,
  });
  await prepared.alarm.ring(ctx);
  ctx.subject('emergency', prepared.id);
  ctx.note({ replaced });
  return { parts: prepared.parts.map((part) => reveal(part, 'emergency.show')), sealedAt: now.toISOString() };
}

export async function describeEmergency(ctx: Context<OrgTx>): Promise<z.input<typeof Emergency>> {
  const { tx, now } = ctx;
  const live = await findLiveSeal(tx);
  const found = await listUses(tx, USES_TOLD_MAX + 1);
  const uses = found.slice(0, USES_TOLD_MAX).map((row) => toUse(row, now));
  const owed = [
    ...(live === undefined && (await wasUsed(tx)) ? (['seal'] as const) : []),
    ...((await owesReview(tx, now)) ? (['review'] as const) : []),
  ];
  return {
    sealedAt: live?.sealed_at.toISOString() ?? null,
    sealDueAt: live === undefined ? null : new Date(live.sealed_at.getTime() + SEAL_DAYS * 86_400_000).toISOString(),
    isOpen: uses.some(({ state }) => state !== 'over'),
    owed,
    uses,
    isWhole: found.length <= USES_TOLD_MAX,
  };
}

function stateOf(row: UseRow, now: Date): Use['state'] {
  if (row.ended_at !== null) return 'over';
  if (row.expires_at !== null) return row.expires_at > now ? 'open' : 'over';
  if (row.request_ends_at <= now) return 'over';
  return row.granted_at === null ? 'waiting' : 'granted';
}

function toUse(row: UseRow, now: Date): Use {
  const endsAt = row.ended_at ?? row.expires_at ?? row.request_ends_at;
  return {
    id: encodeId('emg', row.id),
    by: row.seal_id === null ? 'host' : 'parts',
    reason: row.reason,
    state: stateOf(row, now),
    requestedAt: row.requested_at.toISOString(),
    openedAt: row.opened_at?.toISOString() ?? null,
    endsAt: endsAt.toISOString(),
    review: row.review,
    reviewedAt: row.reviewed_at?.toISOString() ?? null,
  };
}

/** Ends a request or a session at once; what was over before stays as it was, and nobody is told twice. */
export async function endEarly(ctx: Context<OrgTx, PreparedAlarm>, row: UseRow): Promise<Record<string, never>> {
  const { tx, now, prepared } = ctx;
  ctx.note({ by: ctx.principal.kind });
  if (stateOf(row, now) === 'over' || !(await endUse(tx, row.id, now))) return {};
  await ctx.raiseEpoch('emergency');
  await prepared.ring(ctx);
  return {};
}

/** Throws `emergency.not_over` for what is open or never was, and `emergency.reviewed` for a second one. */
export async function review(
  ctx: Context<OrgTx, string>,
  row: UseRow,
  note: string,
): Promise<z.input<typeof Reviewed>> {
  const { tx, now, prepared: by } = ctx;
  if (row.reviewed_at !== null) throw errors['emergency.reviewed']();
  if (row.opened_at === null || stateOf(row, now) !== 'over') throw errors['emergency.not_over']();
  await writeReview(tx, { id: row.id, note, by, now });
  ctx.note({ note });
  return { reviewedAt: now.toISOString() };
}
