// Verifying the log: each entry of a chain is hashed again and compared, and the tree over all leaves with its signed head.
import { appendLeafHashes, emptyFrontier, frontierRoot } from '@holdfast/protocol/merkle-frontier.ts';
import type { z } from 'zod';
import type { Lookup } from '#db/lookup.ts';
import type { OrgTx } from '#db/scope.ts';
import type { AuditKeys, Tools } from '#kernel/tools.ts';
import { openOwnCheckpoint } from './checkpoints.ts';
import { hashRecord, streamPseudonym } from './leaf.ts';
import type { Verification } from './model.ts';
import { type Event, findHead, findLatestCheckpoint, readRecordHashes, readStretch } from './queries.ts';

const STRETCH = 5_000;

export type TreeFinding = {
  readonly size: number;
  readonly note: string | null;
  readonly fault: string | undefined;
  readonly hashAt: (index: number) => Buffer | undefined;
};

/** Rebuilds the tree up to the newest checkpoint and compares the root with what was signed. Reads hashes only. */
export async function verifyTree(tools: Pick<Tools, 'lookup' | 'keyring'>): Promise<TreeFinding> {
  const stored = await findLatestCheckpoint(tools.lookup);
  if (stored === undefined) return { size: 0, note: null, fault: undefined, hashAt: () => undefined };
  const opened = openOwnCheckpoint(tools.keyring.audit, stored.note);
  if (!opened.ok)
    return { size: stored.size, note: stored.note, fault: `checkpoint ${opened.reason}`, hashAt: () => undefined };
  const { size, root } = opened.checkpoint;
  const hashes = await readLeaves(tools.lookup, size);
  const frontier = appendLeafHashes(emptyFrontier, hashes);
  const isWhole = hashes.length === size && Buffer.from(frontierRoot(frontier)).equals(Buffer.from(root));
  return {
    size,
    note: stored.note,
    fault: isWhole ? undefined : 'the tree does not have the signed root',
    hashAt: (index) => hashes[index],
  };
}

/** Leaf hashes 0 … size-1 in order; stops at the first gap, so a missing leaf gives fewer. */
async function readLeaves(lookup: Lookup, size: number): Promise<readonly Buffer[]> {
  const hashes: Buffer[] = [];
  while (hashes.length < size) {
    const rows = await readRecordHashes(lookup, hashes.length, Math.min(STRETCH, size - hashes.length));
    for (const row of rows) {
      if (Number(row.leaf_index) !== hashes.length) return hashes;
      hashes.push(row.record_hash);
    }
    if (rows.length === 0) return hashes;
  }
  return hashes;
}

type Fault = { readonly at: number; readonly reason: string };

/** Verifies the chain of the organization in scope against itself, its head and the verified tree. */
export async function verifyChainOf(
  tx: OrgTx,
  keys: AuditKeys,
  tree: TreeFinding,
): Promise<z.input<typeof Verification>> {
  const chain = await walk(tx, keys, tree);
  const fault = chain.fault ?? (tree.fault === undefined ? null : { at: chain.through, reason: tree.fault });
  return {
    chain_valid: fault === null,
    verified_through: chain.through,
    tree_size: tree.size,
    checkpoint: tree.note,
    fault,
  };
}

async function walk(
  tx: OrgTx,
  keys: AuditKeys,
  tree: TreeFinding,
): Promise<{ readonly through: number; readonly fault: Fault | undefined }> {
  const head = await findHead(tx);
  let through = 0;
  let previous: Buffer = Buffer.alloc(32);
  for (;;) {
    const stretch = await readStretch(tx, through, STRETCH);
    for (const entry of stretch) {
      const reason = faultOf(keys, tree, entry as Entry, through + 1, previous);
      if (reason !== undefined) return { through, fault: { at: through + 1, reason } };
      through += 1;
      previous = entry.record_hash;
    }
    if (stretch.length < STRETCH) break;
  }
  const isWhole =
    head === undefined ? through === 0 : Number(head.seq) === through && head.record_hash.equals(previous);
  return { through, fault: isWhole ? undefined : { at: through + 1, reason: 'the chain does not end at its head' } };
}

type Entry = Event & {
  readonly seq: string;
  readonly leaf_index: string;
  readonly salt: Buffer;
  readonly previous_hash: Buffer;
  readonly record_hash: Buffer;
};

function faultOf(
  keys: AuditKeys,
  tree: TreeFinding,
  entry: Entry,
  expectedSeq: number,
  previous: Buffer,
): string | undefined {
  if (Number(entry.seq) !== expectedSeq) return 'an entry is missing';
  if (!entry.previous_hash.equals(previous)) return 'it does not follow from the entry before';
  const pseudonym = streamPseudonym(keys.pseudonymKey, entry);
  const hash = hashRecord(pseudonym, entry, { seq: expectedSeq, previousHash: previous, salt: entry.salt });
  if (!hash.equals(entry.record_hash)) return 'the entry was changed';
  const leaf = tree.hashAt(Number(entry.leaf_index));
  // Entries younger than the checkpoint that was read are not under it yet.
  if (leaf === undefined && Number(entry.leaf_index) >= tree.size) return undefined;
  return leaf?.equals(hash) === true ? undefined : 'the tree holds another leaf at its place';
}
