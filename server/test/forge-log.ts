// Rewrites history as somebody could who holds the database and the keys of the streams, but not the signing key.
import { commitPayload, encodeAuditLeaf, recordHash, type AuditOutcome } from '@holdfast/protocol/audit-leaf.ts';
import { appendLeafHashes, emptyFrontier, encodeFrontier } from '@holdfast/protocol/merkle-frontier.ts';
import { hmacSha256 } from '#crypto/hash.ts';
import type { AuditKeys } from '#kernel/tools.ts';

type Row = {
  readonly stream_kind: string;
  readonly seq: string;
  readonly event_id: string;
  readonly at: Date;
  readonly action: string;
  readonly outcome: AuditOutcome;
  readonly actor: unknown;
  readonly target: unknown;
  readonly request_id: string;
  readonly facts: unknown;
  readonly salt: Buffer;
  readonly previous_hash: Buffer;
};
type Admin = (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/** Changes a fact of one entry, and hashes it and all that follow in its stream again, up to the head. */
export async function forgeEntry(
  admin: Admin,
  keys: Pick<AuditKeys, 'pseudonymKey'>,
  entry: { readonly streamId: string; readonly seq: number },
): Promise<void> {
  const { streamId, seq } = entry;
  const rows = (await admin(
    `select * from holdfast.audit_entry where stream_id = '${streamId}' and seq >= ${seq} order by seq`,
  )) as unknown as readonly Row[];
  const changes: string[] = [];
  let previousHash = rows[0]?.previous_hash ?? Buffer.alloc(32);
  for (const [at, row] of rows.entries()) {
    const event = at === 0 ? { ...row, facts: { forged: true } } : row;
    const pseudonym = hmacSha256(keys.pseudonymKey, `${row.stream_kind}:${streamId}`);
    const hash = hashOf(event, pseudonym, previousHash);
    changes.push(
      `update holdfast.audit_entry set facts = '${JSON.stringify(event.facts)}', previous_hash = '\\x${previousHash.toString('hex')}',
       record_hash = '\\x${hash.toString('hex')}' where stream_id = '${streamId}' and seq = ${row.seq}`,
    );
    previousHash = hash;
  }
  changes.push(
    `update holdfast.audit_head set record_hash = '\\x${previousHash.toString('hex')}' where stream_id = '${streamId}'`,
  );
  await admin(`set session_replication_role = 'replica'; ${changes.join('; ')}`);
}

/** Makes the sequencer build on the leaves as they are now, whatever was signed. */
export async function refitFrontier(admin: Admin): Promise<void> {
  const leaves = await admin('select record_hash from holdfast.audit_entry order by leaf_index');
  const frontier = appendLeafHashes(
    emptyFrontier,
    leaves.map(({ record_hash }) => record_hash as Buffer),
  );
  await admin(
    `update holdfast.audit_state set frontier = '\\x${Buffer.from(encodeFrontier(frontier)).toString('hex')}'`,
  );
}

function hashOf(row: Row, streamPseudonym: Buffer, previousHash: Buffer): Buffer {
  const { action, actor, at, facts, outcome, request_id: requestId, target } = row;
  const leaf = encodeAuditLeaf({
    eventId: row.event_id,
    timeUs: BigInt(at.getTime()) * 1_000n,
    streamPseudonym,
    streamSeq: BigInt(row.seq),
    previousHash,
    classUid: 6003,
    outcome,
    payloadCommit: commitPayload(row.salt, { action, actor, at: at.toISOString(), facts, outcome, requestId, target }),
  });
  return Buffer.from(recordHash(leaf));
}
