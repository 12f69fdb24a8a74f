// A key as it is shown: its age, and what about it deserves a look.
import { z } from 'zod';
import { encodeId } from '#kernel/fields.ts';
import { KEY_KINDS, type KeyKind } from '#kernel/principal.ts';
import { type ApiKey, ENDS_SOON_DAYS, IDLE_DAYS, type KeyFlag } from './model.ts';
import type { ApiKeyRow } from './queries.ts';

const DAY_MS = 86_400_000;
const KeyKindText = z.enum(KEY_KINDS);

export function toApiKey(row: ApiKeyRow, now: Date): z.input<typeof ApiKey> {
  const since = row.rotated_at ?? row.created_at;
  return {
    id: encodeId('key', row.id),
    kind: kindOf(row.kind),
    name: row.name,
    scopes: row.scopes,
    ownerUserId: idOrNull(row.owner_user_id),
    responsibleUserId: idOrNull(row.responsible_user_id),
    actsFor: row.acts_for_people ? row.people.map((person) => encodeId('usr', person)) : null,
    origins: row.origins,
    perMinute: row.per_minute,
    createdAt: row.created_at.toISOString(),
    rotatedAt: timeOrNull(row.rotated_at),
    ageDays: Math.max(0, Math.floor((now.getTime() - since.getTime()) / DAY_MS)),
    previousUntil: previousUntil(row, now),
    expiresAt: timeOrNull(row.expires_at),
    revokedAt: timeOrNull(row.revoked_at),
    exposedAt: timeOrNull(row.exposed_at),
    lastUsedAt: timeOrNull(row.last_used_at),
    flags: [...flagsOf(row, now)],
    version: row.version,
  };
}

export type Watched = Pick<ApiKeyRow, 'created_at' | 'expires_at' | 'revoked_at' | 'last_used_at' | 'clients'>;

/** Of keys that work; what has ended needs no look. */
export function flagsOf(row: Watched, now: Date): readonly KeyFlag[] {
  if (hasEnded(row, now)) return [];
  const { created_at: made, expires_at: ends, last_used_at: used, clients } = row;
  const before = (days: number): Date => new Date(now.getTime() - days * DAY_MS);
  const flags: readonly (readonly [KeyFlag, boolean])[] = [
    ['idle', (used ?? made) <= before(IDLE_DAYS)],
    ['never_used', used === null],
    ['several_clients', clients > 1],
    ['no_expiry', ends === null],
    ['expires_soon', ends !== null && ends <= before(-ENDS_SOON_DAYS)],
  ];
  return flags.filter(([, holds]) => holds).map(([flag]) => flag);
}

export function hasEnded({ revoked_at, expires_at }: Pick<Watched, 'revoked_at' | 'expires_at'>, now: Date): boolean {
  return revoked_at !== null || (expires_at !== null && expires_at <= now);
}

export function kindOf(text: string): KeyKind {
  return KeyKindText.parse(text);
}

function idOrNull(userId: string | null): string | null {
  return userId === null ? null : encodeId('usr', userId);
}

function timeOrNull(time: Date | null): string | null {
  return time?.toISOString() ?? null;
}

function previousUntil({ previous_until: until }: ApiKeyRow, now: Date): string | null {
  return until !== null && until > now ? until.toISOString() : null;
}
