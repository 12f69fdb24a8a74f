// The right edge of a growing Merkle tree: all that appending needs, a few hundred bytes for any number of leaves.
import { concatBytes } from './bytes.ts';
import { emptyRoot, nodeHash } from './merkle.ts';
import { hashBytes } from './sha256.ts';

/**
 * A compact range: the roots of the complete subtrees that cover leaves 0 to `size`, the largest (leftmost) first; one
 * for each set bit of `size`. A value, never changed in place, so a sequencer can drop it when its commit fails.
 */
export type Frontier = { readonly size: number; readonly subtreeRoots: readonly Uint8Array[] };

/** The frontier of the tree without leaves. */
export const emptyFrontier: Frontier = { size: 0, subtreeRoots: [] };

/** The frontier after appending leaf hashes in order. Throws RangeError on a hash that is not 32 bytes. */
export function appendLeafHashes(frontier: Frontier, leafHashes: readonly Uint8Array[]): Frontier {
  const subtreeRoots = [...frontier.subtreeRoots];
  let size = frontier.size;
  for (const leafHash of leafHashes) {
    if (leafHash.length !== hashBytes) throw new RangeError('a leaf hash has 32 bytes');
    let root = leafHash;
    for (let rest = size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
      const left = subtreeRoots.pop();
      if (left === undefined) throw new RangeError('the frontier has fewer roots than its size needs');
      root = nodeHash(left, root);
    }
    subtreeRoots.push(root);
    size += 1;
  }
  if (!Number.isSafeInteger(size)) throw new RangeError('the tree is larger than its size can be written');
  return { size, subtreeRoots };
}

/** Root of the tree (RFC 9162 section 2.1.1). */
export function frontierRoot(frontier: Frontier): Uint8Array {
  return (
    frontier.subtreeRoots.reduceRight<Uint8Array | undefined>(
      (right, left) => (right === undefined ? left : nodeHash(left, right)),
      undefined,
    ) ?? emptyRoot
  );
}

/** Bytes to store: the size as uint64 big-endian, then the subtree roots. */
export function encodeFrontier(frontier: Frontier): Uint8Array {
  const size = new Uint8Array(8);
  new DataView(size.buffer).setBigUint64(0, BigInt(frontier.size));
  return concatBytes(size, ...frontier.subtreeRoots);
}

/** Reads stored bytes; undefined unless they are exactly one size and as many roots as that size has set bits. */
export function decodeFrontier(bytes: Uint8Array): Frontier | undefined {
  if (bytes.length < 8) return undefined;
  const size = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0));
  if (!Number.isSafeInteger(size) || bytes.length !== 8 + hashBytes * countSetBits(size)) return undefined;
  const subtreeRoots: Uint8Array[] = [];
  for (let offset = 8; offset < bytes.length; offset += hashBytes) {
    subtreeRoots.push(bytes.slice(offset, offset + hashBytes));
  }
  return { size, subtreeRoots };
}

function countSetBits(count: number): number {
  let bits = 0;
  for (let rest = count; rest > 0; rest = Math.floor(rest / 2)) bits += rest % 2;
  return bits;
}
