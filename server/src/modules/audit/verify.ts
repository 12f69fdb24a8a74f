// Verifying the log on demand: the chain of an organization, and the tree over all leaves with its signed head.
import type { z } from 'zod';
import type { OrgTx } from '#db/scope.ts';
import type { AuditKeys, Tools } from '#kernel/tools.ts';
import { walkChain } from './chain.ts';
import { openOwnCheckpoint } from './checkpoints.ts';
import type { Verification } from './model.ts';
import { findHead, findLatestCheckpoint, readStretch } from './queries.ts';
import { rootsAt } from './tree.ts';

export type TreeFinding = { readonly size: number; readonly note: string | null; readonly fault: string | undefined };

const underWay = new WeakMap<AuditKeys, Promise<TreeFinding>>();

/**
 * Rebuilds the tree up to the newest checkpoint and compares the root with what was signed. Callers at the same time share
 * one pass: it reads the whole log.
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
  const isWhole = (await rootsAt(lookup, [size])).get(size)?.equals(root) === true;
  return { size, note: stored.note, fault: isWhole ? undefined : 'the tree does not have the signed root' };
}

/** Verifies the chain of the organization in scope against itself, its head and the verified tree. */
export async function verifyChainOf(
  tx: OrgTx,
  keys: AuditKeys,
  tree: TreeFinding,
): Promise<Omit<z.input<typeof Verification>, 'stream_pseudonym'>> {
  const chain = await walkChain(
    { head: () => findHead(tx), stretch: (afterSeq, limit) => readStretch(tx, afterSeq, limit) },
    keys,
  );
  const fault = chain.fault ?? (tree.fault === undefined ? null : { at: chain.through, reason: tree.fault });
  return {
    chain_valid: fault === null,
    verified_through: chain.through,
    tree_size: tree.size,
    checkpoint: tree.note,
    fault,
  };
}
