// The Merkle tree of RFC 6962 and RFC 9162 over SHA-256: roots, proofs of inclusion and consistency, and their checks.
import { equalBytes } from './bytes.ts';
import { hashBytes, sha256 } from './sha256.ts';

/** Leaves from `start` up to but excluding `end`. */
export type LeafRange = { readonly start: number; readonly end: number };

/** Root of the tree without leaves: the hash of nothing. */
export const emptyRoot: Uint8Array = sha256(new Uint8Array(0));

// One buffer for every node: hashing is synchronous, and allocating here would cost as much as the hash.
const nodeInput = new Uint8Array(1 + 2 * hashBytes).fill(1, 0, 1);

/** Hash of a leaf's bytes: SHA-256(0x00 || leaf). */
export function leafHash(leaf: Uint8Array): Uint8Array {
  const input = Buffer.allocUnsafe(1 + leaf.length);
  input[0] = 0;
  input.set(leaf, 1);
  return sha256(input);
}

/** Hash of an inner node: SHA-256(0x01 || left || right). Throws RangeError unless both sides have 32 bytes. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (!isHash(left) || !isHash(right)) throw new RangeError('a node hash has 32 bytes');
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + hashBytes);
  return sha256(nodeInput);
}

/** Root over leaf hashes in order (RFC 9162 section 2.1.1); `emptyRoot` for none. */
export function rootFromLeaves(leafHashes: readonly Uint8Array[]): Uint8Array {
  return rootOfRange(leafHashes, { start: 0, end: leafHashes.length });
}

/**
 * The subtrees whose roots, in this order, prove leaf `index` in the tree of `size` leaves (RFC 9162 section 2.1.3.1).
 * Throws RangeError unless 0 <= index < size.
 */
export function inclusionPath(index: number, size: number): readonly LeafRange[] {
  if (!isCount(index) || !isCount(size) || index >= size) throw new RangeError('the leaf is not in the tree');
  const path: LeafRange[] = [];
  let range: LeafRange = { start: 0, end: size };
  while (range.end - range.start > 1) {
    const [left, right] = splitRange(range);
    const inLeft = index < left.end;
    path.push(inLeft ? right : left);
    range = inLeft ? left : right;
  }
  return path.toReversed();
}

/**
 * The subtrees whose roots, in this order, prove that the tree of `newSize` leaves extends the tree of `oldSize`
 * (RFC 9162 section 2.1.4.1). Empty for equal sizes. Throws RangeError unless 1 <= oldSize <= newSize.
 */
export function consistencyPath(oldSize: number, newSize: number): readonly LeafRange[] {
  if (!isGrowth(oldSize, newSize)) throw new RangeError('the old tree is empty or larger');
  if (oldSize === newSize) return [];
  const path: LeafRange[] = [];
  let range: LeafRange = { start: 0, end: newSize };
  while (range.end !== oldSize) {
    const [left, right] = splitRange(range);
    const inLeft = oldSize <= left.end;
    path.push(inLeft ? right : left);
    range = inLeft ? left : right;
  }
  // A subtree that starts at leaf 0 is the whole old tree, whose root the verifier already has.
  return range.start === 0 ? path.toReversed() : [range, ...path.toReversed()];
}

/** Inclusion proof of leaf `index` in the tree of all given leaf hashes. Throws as `inclusionPath`. */
export function inclusionProof(leafHashes: readonly Uint8Array[], index: number): readonly Uint8Array[] {
  return inclusionPath(index, leafHashes.length).map((range) => rootOfRange(leafHashes, range));
}

/** Consistency proof from the first `oldSize` leaves to all given leaf hashes. Throws as `consistencyPath`. */
export function consistencyProof(leafHashes: readonly Uint8Array[], oldSize: number): readonly Uint8Array[] {
  return consistencyPath(oldSize, leafHashes.length).map((range) => rootOfRange(leafHashes, range));
}

/** Whether `proof` shows that the tree of `size` leaves with this root holds `leafHash` at `index`; false if malformed. */
export function verifyInclusion(claim: {
  readonly leafHash: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
}): boolean {
  const { index, size } = claim;
  if (!isCount(index) || !isCount(size) || index >= size) return false;
  if (![claim.leafHash, claim.root, ...claim.proof].every(isHash)) return false;
  // RFC 9162 section 2.1.3.2, with division in place of shifts so that sizes above 2^31 stay exact.
  let position = index;
  let last = size - 1;
  let hash = claim.leafHash;
  for (const sibling of claim.proof) {
    if (last === 0) return false;
    if (position % 2 === 1 || position === last) {
      hash = nodeHash(sibling, hash);
      [position, last] = climbToRightChild(position, last);
    } else {
      hash = nodeHash(hash, sibling);
    }
    position = half(position);
    last = half(last);
  }
  return last === 0 && equalBytes(hash, claim.root);
}

/**
 * Whether `proof` shows that the tree behind `newRoot` only appended to the tree behind `oldRoot`; false if malformed.
 * False from `oldSize` 0 too: every tree extends the empty one, so nothing would have been shown.
 */
export function verifyConsistency(claim: {
  readonly oldSize: number;
  readonly oldRoot: Uint8Array;
  readonly newSize: number;
  readonly newRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}): boolean {
  const { oldSize, oldRoot, newSize, newRoot, proof } = claim;
  if (!isGrowth(oldSize, newSize) || ![oldRoot, newRoot, ...proof].every(isHash)) return false;
  if (oldSize === newSize) return proof.length === 0 && equalBytes(oldRoot, newRoot);
  // RFC 9162 section 2.1.4.2. The proof leaves out a complete old tree: its root is the first node.
  const [first, ...rest] = isPowerOfTwo(oldSize) ? [oldRoot, ...proof] : proof;
  return first !== undefined && foldConsistency(claim, first, rest);
}

function foldConsistency(
  claim: { oldSize: number; oldRoot: Uint8Array; newSize: number; newRoot: Uint8Array },
  first: Uint8Array,
  rest: readonly Uint8Array[],
): boolean {
  let [position, last] = climbWhileRightChild(claim.oldSize - 1, claim.newSize - 1);
  let oldHash = first;
  let newHash = first;
  for (const sibling of rest) {
    if (last === 0) return false;
    if (position % 2 === 1 || position === last) {
      oldHash = nodeHash(sibling, oldHash);
      newHash = nodeHash(sibling, newHash);
      [position, last] = climbToRightChild(position, last);
    } else {
      newHash = nodeHash(newHash, sibling);
    }
    position = half(position);
    last = half(last);
  }
  return last === 0 && equalBytes(oldHash, claim.oldRoot) && equalBytes(newHash, claim.newRoot);
}

// Positions of a node and of its level's last node, moved up together while the node is a right child.
function climbWhileRightChild(position: number, last: number): readonly [number, number] {
  let [nodeIndex, lastIndex] = [position, last];
  while (nodeIndex % 2 === 1) [nodeIndex, lastIndex] = [half(nodeIndex), half(lastIndex)];
  return [nodeIndex, lastIndex];
}

// The same until the node is a right child or the leftmost: the levels at which a last node has no sibling.
function climbToRightChild(position: number, last: number): readonly [number, number] {
  let [nodeIndex, lastIndex] = [position, last];
  while (nodeIndex % 2 === 0 && nodeIndex !== 0) [nodeIndex, lastIndex] = [half(nodeIndex), half(lastIndex)];
  return [nodeIndex, lastIndex];
}

function rootOfRange(leafHashes: readonly Uint8Array[], range: LeafRange): Uint8Array {
  const only = leafHashes[range.start];
  if (range.end === range.start || only === undefined) return emptyRoot;
  if (range.end - range.start === 1) return only;
  const [left, right] = splitRange(range);
  return nodeHash(rootOfRange(leafHashes, left), rootOfRange(leafHashes, right));
}

// RFC 9162 section 2.1.1: the left part is the largest power of two smaller than the whole.
function splitRange({ start, end }: LeafRange): readonly [LeafRange, LeafRange] {
  let width = 1;
  while (width * 2 < end - start) width *= 2;
  return [
    { start, end: start + width },
    { start: start + width, end },
  ];
}

function isPowerOfTwo(count: number): boolean {
  let rest = count;
  while (rest > 1 && rest % 2 === 0) rest /= 2;
  return rest === 1;
}

function isGrowth(oldSize: number, newSize: number): boolean {
  return isCount(oldSize) && isCount(newSize) && oldSize >= 1 && oldSize <= newSize;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

// Without this check a proof could move bytes between two hashes of wrong length and still fold to the root.
function isHash(bytes: Uint8Array): boolean {
  return bytes.length === hashBytes;
}

function half(count: number): number {
  return Math.floor(count / 2);
}
