// The evidence of a review: what was decided about what, by whom and why, in one form whose hash stands in the log.
import { canonicalJson } from '@holdfast/protocol/canonical-json.ts';
import type { z } from 'zod';
import { sha256Hex } from '#crypto/hash.ts';
import type { OrgTx } from '#db/scope.ts';
import { encodeId } from '#kernel/fields.ts';
import { accessKinds, nameAccess } from './access.ts';
import type { EvidenceDocument } from './campaign-model.ts';
import type { CampaignRow } from './campaign-queries.ts';
import { type ItemRow, listAllItems } from './item-queries.ts';

type Document = z.input<typeof EvidenceDocument>;

/** Everything but names, as it stands; `closedAt` is part of it, since it is made in the transaction that closes. */
export async function makeEvidence(
  tx: OrgTx,
  orgId: string,
  campaign: CampaignRow,
  closedAt: Date,
): Promise<{ readonly document: Document; readonly sha256: string; readonly items: readonly ItemRow[] }> {
  const items = await listAllItems(tx, campaign.id);
  const document: Document = {
    format: 'holdfast-access-review-1',
    organization: encodeId('org', orgId),
    review: {
      id: encodeId('rev', campaign.id),
      name: campaign.name,
      kinds: campaign.kinds,
      teams: campaign.teams.map((id) => encodeId('tem', id)),
      roles: campaign.roles,
      isFull: campaign.is_full,
      onUnreviewed: campaign.on_unreviewed,
      recurrence: campaign.recurrence,
      reviewers: campaign.reviewers.map(nameOfPerson),
      startedAt: campaign.started_at.toISOString(),
      startedBy: nameOfPerson(campaign.started_by),
      dueAt: campaign.due_at.toISOString(),
      closedAt: closedAt.toISOString(),
    },
    items: items.map(toEvidence),
  };
  return { document, sha256: sha256Hex(canonicalJson(document)), items };
}

function toEvidence(item: ItemRow): Document['items'][number] {
  return {
    kind: item.kind,
    id: nameItem(item),
    user: personOrNull(item.user_id),
    gives: item.gives,
    flags: item.flags,
    grantedAt: item.granted_at.toISOString(),
    lastUsedAt: timeOrNull(item.last_used_at),
    expiresAt: timeOrNull(item.expires_at),
    decision: item.decision,
    reason: item.reason,
    decidedBy: personOrNull(item.decided_by),
    decidedAt: timeOrNull(item.decided_at),
    isOwn: item.is_own,
    outcome: item.outcome ?? 'unreviewed',
    note: item.note,
  };
}

/** Public ids of the access; of a kind that this release does not know, the ids as they are stored. */
export function nameItem({ kind, first, second }: Pick<ItemRow, 'kind' | 'first' | 'second'>): string {
  const known = accessKinds.find(({ name }) => name === kind);
  return known === undefined
    ? [first, second].filter((id) => id !== null).join('/')
    : nameAccess(known, { first, second });
}

function nameOfPerson(userId: string): string {
  return encodeId('usr', userId);
}

export function personOrNull(userId: string | null): string | null {
  return userId === null ? null : nameOfPerson(userId);
}

export function timeOrNull(time: Date | null): string | null {
  return time?.toISOString() ?? null;
}
