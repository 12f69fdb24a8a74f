// Verifying the log: each entry of a chain is hashed again and compared, and the tree over all leaves with its signed head.
import { appendLeafHashes, emptyFrontier, type Frontier, frontierRoot } from '@holdfast/protocol/merkle-frontier.ts';
import type { z } from 'zod';
import type { Lookup } from '#db/lookup.ts';
import type { OrgTx } from '#db/scope.ts';
import type { AuditKeys, Tools } from '#kernel/tools.ts';
import { openOwnCheckpoint } from './checkpoints.ts';
import { hashRecord, streamPseudonym } from './leaf.ts';
import type { Verification } from './model.ts';
import { type Event, findHead, findLatestCheckpoint, readRecordHashes, readStretch } from './queries.ts';

const STRETCH = 5_000;

export type TreeFinding = { readonly size: number; readonly note: string | null; readonly fault: string | undefined };

const underWay = new WeakMap<AuditKeys, Promise<TreeFinding>>();

/**
 * Rebuilds the tree up to the newest checkpoint and compares the root with what was signed. Reads hashes only, a stretch at
 * a time, and keeps the frontier only. Callers at the same time share one pass: it reads the whole log.
 */
export function verifyTree(tools: Pick<Tools, 'lookup' | 'keyring'>): Promise<TreeFinding> {
  const { audit } = tools.keyring;
  let pass = underWay.get(audit);
  if (pass === undefined) {
    pass = passOverTree(tools).finally(() => underWay.delete(audit));
    underWay.set(audit, pass);
  }
  return pass;
}

async function passOverTree({ lookup, keyring }: Pick<Tools, 'lookup' | 'keyring'>): Promise<TreeFinding> {
  const stored = await findLatestCheckpoint(lookup);
  if (stored === undefined) return { size: 0, note: null, fault: undefined };
  const opened = openOwnCheckpoint(keyring.audit, stored.note);
  if (!opened.ok) return { size: stored.size, note: stored.note, fault: `checkpoint ${opened.reason}` };
  const { size, root } = opened.checkpoint;
  const rebuilt = await rebuild(lookup, size);
  const isWhole = rebuilt.size === size && Buffer.from(frontierRoot(rebuilt)).equals(Buffer.from(root));
  return { size, note: stored.note, fault: isWhole ? undefined : 'the tree does not have the signed root' };
}

/** The frontier over leaves 0 … size-1; stops at the first gap, so a missing leaf gives a smaller one. */
async function rebuild(lookup: Lookup, size: number): Promise<Frontier> {
  let frontier = emptyFrontier;
  while (frontier.size < size) {
    const rows = await readRecordHashes(lookup, frontier.size, Math.min(STRETCH, size - frontier.size));
    const first = frontier.size;
    const gap = rows.findIndex((row, at) => Number(row.leaf_index) !== first + at);
    const sound = gap === -1 ? rows : rows.slice(0, gap);
    if (sound.length === 0) return frontier;
    frontier = appendLeafHashes(
      frontier,
      sound.map((row) => row.record_hash),
    );
  }
  return frontier;
}

/** Verifies the chain of the organization in scope against itself, its head and the verified tree. */
export async function verifyChainOf(
  tx: OrgTx,
  keys: AuditKeys,
  tree: TreeFinding,
): Promise<z.input<typeof Verification>> {
  const chain = await walk(tx, keys);
  const fault = chain.fault ?? (tree.fault === undefined ? null : { at: chain.through, reason: tree.fault });
  return {
    chain_valid: fault === null,
    verified_through: chain.through,
    tree_size: tree.size,
    checkpoint: tree.note,
    fault,
  };
}

type Fault = { readonly at: number; readonly reason: string };
type Walked = { readonly through: number; readonly fault: Fault | undefined };

/** Up to the head as it was when the walk began: what the sequencer adds meanwhile is the next walk's. */
async function walk(tx: OrgTx, keys: AuditKeys): Promise<Walked> {
  const head = await findHead(tx);
  const last = Number(head?.seq ?? 0);
  let through = 0;
  let previous: Buffer = Buffer.alloc(32);
  while (through < last) {
    const stretch = await readStretch(tx, through, Math.min(STRETCH, last - through));
    if (stretch.length === 0) return { through, fault: { at: through + 1, reason: 'an entry is missing' } };
    for (const entry of stretch) {
      const reason = faultOf(keys, entry as Entry, through + 1, previous);
      if (reason !== undefined) return { through, fault: { at: through + 1, reason } };
      through += 1;
      previous = entry.record_hash;
    }
  }
  const isWhole = head === undefined || head.record_hash.equals(previous);
  return { through, fault: isWhole ? undefined : { at: last, reason: 'the chain does not end at its head' } };
}

type Entry = Event & {
  readonly seq: string;
  readonly leaf_index: string;
  readonly salt: Buffer;
  readonly previous_hash: Buffer;
  readonly record_hash: Buffer;
};

function faultOf(keys: AuditKeys, entry: Entry, expectedSeq: number, previous: Buffer): string | undefined {
  if (Number(entry.seq) !== expectedSeq) return 'an entry is missing';
  if (!entry.previous_hash.equals(previous)) return 'it does not follow from the entry before';
  const pseudonym = streamPseudonym(keys.pseudonymKey, entry);
  const hash = hashRecord(pseudonym, entry, { seq: expectedSeq, previousHash: previous, salt: entry.salt });
  // The tree is rebuilt from these very record hashes, so an entry that has its hash has its leaf.
  return hash.equals(entry.record_hash) ? undefined : 'the entry was changed';
}
