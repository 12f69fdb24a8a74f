// The report of access: everything that lets anybody do something in the organization, in one reply.
import type { z } from 'zod';
import type { OrgTx } from '#db/scope.ts';
import { encodeId } from '#kernel/fields.ts';
import { type AccessKind, accessKinds, flagsOf, nameAccess } from './access.ts';
import type { AccessItem, AccessReport, ReportQuery } from './model.ts';
import type { FoundAccess } from './queries.ts';

/** A reply that a program and a browser still hold with ease. */
const TOLD_MAX = 20_000;

export async function makeReport(
  tx: OrgTx,
  now: Date,
  asked: z.output<typeof ReportQuery>,
): Promise<z.input<typeof AccessReport>> {
  const looked = accessKinds.filter(({ name }) => asked.kind === undefined || asked.kind === name);
  const found: { readonly kind: AccessKind; readonly rows: readonly FoundAccess[] }[] = [];
  for (const kind of looked) found.push({ kind, rows: await kind.list(tx) });
  const items = found
    .flatMap(({ kind, rows }) => rows.map((row) => toItem(kind, row, now)))
    .filter(({ flags }) => asked.flag === undefined || flags.includes(asked.flag));
  return {
    madeAt: now.toISOString(),
    kinds: found.map(({ kind, rows }) => ({ kind: kind.name, description: kind.describe, count: rows.length })),
    items: items.slice(0, TOLD_MAX),
    isWhole: items.length <= TOLD_MAX,
  };
}

function toItem(kind: AccessKind, found: FoundAccess, now: Date): z.input<typeof AccessItem> {
  return {
    kind: kind.name,
    id: nameAccess(kind, found),
    holder: found.name,
    email: found.email,
    userId: found.user_id === null ? null : encodeId('usr', found.user_id),
    title: found.title,
    gives: [...found.gives],
    grantedAt: found.granted_at.toISOString(),
    grantedBy: found.granted_by === null ? null : encodeId('usr', found.granted_by),
    lastUsedAt: found.last_used_at?.toISOString() ?? null,
    expiresAt: found.expires_at?.toISOString() ?? null,
    flags: flagsOf(kind, found, now),
  };
}
