// Checks roots and proofs against the reference tree, every small tree, and trees too large to build.
import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { hex, readVectors } from '../test/read-vectors.ts';
import {
  consistencyPath,
  consistencyProof,
  emptyRoot,
  inclusionPath,
  inclusionProof,
  leafHash,
  nodeHash,
  rootFromLeaves,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts';
import type { LeafRange } from './merkle.ts';

type Inclusion = { index: number; size: number; leafHash: string; root: string; proof: string[]; why?: string };
type Consistency = {
  oldSize: number;
  oldRoot: string;
  newSize: number;
  newRoot: string;
  proof: string[];
  why?: string;
};
type Vectors = {
  leafInputs: string[];
  leafHashes: string[];
  roots: string[];
  inclusion: Inclusion[];
  consistency: Consistency[];
  refusedInclusion: Inclusion[];
  refusedConsistency: Consistency[];
  countedRoots: { size: number; root: string }[];
};
const vectors: Vectors = JSON.parse(readVectors('merkle'));
const leaves = Array.from({ length: 1000 }, (_, place) => leafHash(new TextEncoder().encode(String(place))));

// Subtrees repeat between proofs; without this the exhaustive tests would hash the same leaves again and again.
const roots = new Map<string, Uint8Array>();
function rootOf({ start, end }: LeafRange): Uint8Array {
  const known = roots.get(`${start}-${end}`);
  const root = known ?? rootFromLeaves(leaves.slice(start, end));
  roots.set(`${start}-${end}`, root);
  return root;
}

function inclusionClaim(index: number, size: number): Parameters<typeof verifyInclusion>[0] {
  const root = rootOf({ start: 0, end: size });
  return {
    leafHash: rootOf({ start: index, end: index + 1 }),
    index,
    size,
    root,
    proof: inclusionPath(index, size).map(rootOf),
  };
}

function consistencyClaim(oldSize: number, newSize: number): Parameters<typeof verifyConsistency>[0] {
  const [oldRoot, newRoot] = [rootOf({ start: 0, end: oldSize }), rootOf({ start: 0, end: newSize })];
  return { oldSize, oldRoot, newSize, newRoot, proof: consistencyPath(oldSize, newSize).map(rootOf) };
}

function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  return bytes.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
}

/** Every claim that differs from the given one in one chosen bit of one of its hashes. */
function* mutationsOf<Claim extends { proof: readonly Uint8Array[] }>(
  claim: Claim,
  bits: readonly number[],
): Generator<Claim> {
  for (const bit of bits) {
    for (let place = 0; place < claim.proof.length; place += 1) {
      yield { ...claim, proof: claim.proof.map((node, at) => (at === place ? flipBit(node, bit) : node)) };
    }
    for (const [member, value] of Object.entries(claim)) {
      if (value instanceof Uint8Array) yield { ...claim, [member]: flipBit(value, bit) };
    }
  }
}

/** The proof with a node added at the end, and without its first and without its last. */
function resizedProofs({ proof }: { readonly proof: readonly Uint8Array[] }): readonly (readonly Uint8Array[])[] {
  const longer = [...proof, emptyRoot];
  return proof.length === 0 ? [longer] : [longer, proof.slice(1), proof.slice(0, -1)];
}

test('leaf hashes, roots and proofs agree with the reference tree of RFC 6962 implementations', () => {
  const hashes = vectors.leafInputs.map((input) => leafHash(hex(input)));
  assert.deepEqual(
    hashes.map((hash) => hash.toHex()),
    vectors.leafHashes,
  );
  vectors.roots.forEach((root, size) => assert.equal(rootFromLeaves(hashes.slice(0, size)).toHex(), root));
  for (const { size, root } of vectors.countedRoots) assert.equal(rootFromLeaves(leaves.slice(0, size)).toHex(), root);
  for (const { index, size, proof } of vectors.inclusion) {
    assert.deepEqual(
      inclusionProof(hashes.slice(0, size), index).map((node) => node.toHex()),
      proof,
    );
  }
  for (const { oldSize, newSize, proof } of vectors.consistency) {
    assert.deepEqual(
      consistencyProof(hashes.slice(0, newSize), oldSize).map((node) => node.toHex()),
      proof,
    );
  }
});

test('the vectors of proofs verify and those of forgeries do not', () => {
  const includes = (vector: Inclusion): boolean =>
    verifyInclusion({
      ...vector,
      leafHash: hex(vector.leafHash),
      root: hex(vector.root),
      proof: vector.proof.map(hex),
    });
  const extend = (vector: Consistency): boolean =>
    verifyConsistency({
      ...vector,
      oldRoot: hex(vector.oldRoot),
      newRoot: hex(vector.newRoot),
      proof: vector.proof.map(hex),
    });
  for (const vector of vectors.inclusion) assert.ok(includes(vector));
  for (const vector of vectors.refusedInclusion) assert.ok(!includes(vector), String(vector.why));
  for (const vector of vectors.consistency) assert.ok(extend(vector));
  for (const vector of vectors.refusedConsistency) assert.ok(!extend(vector), String(vector.why));
});

test('in every tree of up to 130 leaves every leaf is proven, and no proof survives a changed bit, a lost or an added node', () => {
  for (let size = 1; size <= 130; size += 1) {
    for (let index = 0; index < size; index += 1) {
      const claim = inclusionClaim(index, size);
      assert.ok(verifyInclusion(claim), `${index} of ${size}`);
      for (const forged of mutationsOf(claim, [(index * 131 + size) % 256])) assert.ok(!verifyInclusion(forged));
      for (const proof of resizedProofs(claim)) assert.ok(!verifyInclusion({ ...claim, proof }));
    }
  }
});

test('every tree of up to 130 leaves is proven to extend every smaller one, and no proof survives a change', () => {
  for (let newSize = 1; newSize <= 130; newSize += 1) {
    for (let oldSize = 1; oldSize <= newSize; oldSize += 1) {
      const claim = consistencyClaim(oldSize, newSize);
      assert.ok(verifyConsistency(claim), `${oldSize} to ${newSize}`);
      for (const forged of mutationsOf(claim, [(oldSize * 131 + newSize) % 256])) assert.ok(!verifyConsistency(forged));
      for (const proof of resizedProofs(claim)) assert.ok(!verifyConsistency({ ...claim, proof }));
    }
  }
});

test('in small trees of every shape no single bit of any hash can change unnoticed', () => {
  const bits = Array.from({ length: 256 }, (_, bit) => bit);
  for (const size of [1, 2, 3, 5, 7, 8]) {
    for (let index = 0; index < size; index += 1) {
      for (const forged of mutationsOf(inclusionClaim(index, size), bits)) assert.ok(!verifyInclusion(forged));
      for (const forged of mutationsOf(consistencyClaim(index + 1, size), bits)) assert.ok(!verifyConsistency(forged));
    }
  }
});

test('a leaf is proven at its own index only', () => {
  for (let size = 2; size <= 40; size += 1) {
    for (let index = 0; index < size; index += 1) {
      const claim = inclusionClaim(index, size);
      for (let other = 0; other < size; other += 1) {
        assert.equal(verifyInclusion({ ...claim, index: other }), other === index, `${index} as ${other} of ${size}`);
      }
    }
  }
});

// A tree whose leaves are all alike: its perfect subtrees have one root a height, so any size is cheap.
const alike: Uint8Array[] = [leafHash(Uint8Array.of(1))];
for (let height = 1; height < 53; height += 1) {
  const below = alike[height - 1] ?? emptyRoot;
  alike.push(nodeHash(below, below));
}
function rootAlike({ start, end }: LeafRange): Uint8Array {
  let height = 0;
  while (2 ** (height + 1) <= end - start) height += 1;
  const left = alike[height] ?? emptyRoot;
  const rest = { start: start + 2 ** height, end };
  return rest.start === end ? left : nodeHash(left, rootAlike(rest));
}

test('proofs stay exact in trees of up to 2^53 - 1 leaves', () => {
  const sizes = fc.oneof(
    fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    fc
      .integer({ min: 1, max: 52 })
      .chain((height) => fc.integer({ min: -1, max: 1 }).map((more) => 2 ** height + more)),
  );
  const pairs = fc.tuple(sizes, sizes).map(([left, right]) => [Math.min(left, right), Math.max(left, right)] as const);
  fc.assert(
    fc.property(pairs, ([small, large]) => {
      const root = rootAlike({ start: 0, end: large });
      const index = small - 1;
      const proof = inclusionPath(index, large).map(rootAlike);
      const claim = { leafHash: leafHash(Uint8Array.of(1)), index, size: large, root, proof };
      assert.ok(verifyInclusion(claim));
      for (const forged of mutationsOf(claim, [255])) assert.ok(!verifyInclusion(forged));
      const oldRoot = rootAlike({ start: 0, end: small });
      const path = consistencyPath(small, large).map(rootAlike);
      const growth = { oldSize: small, oldRoot, newSize: large, newRoot: root, proof: path };
      assert.ok(verifyConsistency(growth));
      for (const forged of mutationsOf(growth, [0])) assert.ok(!verifyConsistency(forged));
    }),
  );
});

test('positions and sizes no tree has prove nothing and have no proof', () => {
  const claim = inclusionClaim(2, 5);
  const growth = consistencyClaim(3, 5);
  for (const count of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 5]) {
    assert.ok(!verifyInclusion({ ...claim, index: count }), String(count));
    assert.throws(() => inclusionPath(count, 5), RangeError);
  }
  for (const count of [-1, 0, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 6]) {
    assert.ok(!verifyConsistency({ ...growth, oldSize: count }), String(count));
    assert.throws(() => consistencyPath(count, 5), RangeError);
  }
  assert.ok(!verifyInclusion({ ...claim, size: 0, index: 0 }));
  const only = inclusionClaim(0, 1);
  assert.ok(!verifyInclusion({ ...only, index: 1 }));
  assert.ok(
    !verifyConsistency({ ...growth, oldSize: 0, newSize: 0, oldRoot: emptyRoot, newRoot: emptyRoot, proof: [] }),
  );
});

test('a hash of another length is refused wherever it stands', () => {
  const [claim, growth] = [inclusionClaim(2, 5), consistencyClaim(3, 5)];
  for (const stretch of [(hash: Uint8Array) => hash.subarray(1), (hash: Uint8Array) => Uint8Array.of(...hash, 0)]) {
    const bent = (proof: readonly Uint8Array[]): Uint8Array[] =>
      proof.map((node, at) => (at === 0 ? stretch(node) : node));
    assert.ok(!verifyInclusion({ ...claim, leafHash: stretch(claim.leafHash) }));
    assert.ok(!verifyInclusion({ ...claim, proof: bent(claim.proof) }));
    assert.ok(!verifyConsistency({ ...growth, proof: bent(growth.proof) }));
    assert.throws(() => nodeHash(stretch(emptyRoot), emptyRoot), RangeError);
    assert.throws(() => nodeHash(emptyRoot, stretch(emptyRoot)), RangeError);
    const same = stretch(growth.oldRoot);
    assert.ok(!verifyConsistency({ oldSize: 3, oldRoot: same, newSize: 3, newRoot: same, proof: [] }));
  }
});

test('bytes cannot move between the two halves of a node', () => {
  const [left, right] = [leaves[0] ?? emptyRoot, leaves[1] ?? emptyRoot];
  const root = nodeHash(left, right);
  const joined = Uint8Array.of(...left, ...right);
  for (const cut of [31, 33]) {
    const claim = { leafHash: joined.subarray(0, cut), index: 0, size: 2, root, proof: [joined.subarray(cut)] };
    assert.ok(!verifyInclusion(claim));
  }
});

test('a proof longer than the sizes allow is refused even when it folds to the roots', () => {
  const [extra, leaf] = [leaves[0] ?? emptyRoot, leaves[1] ?? emptyRoot];
  const folded = { leafHash: leaf, index: 0, root: nodeHash(extra, leaf), proof: [extra] };
  assert.ok(!verifyInclusion({ ...folded, size: 1 }));
  assert.ok(verifyInclusion({ ...folded, index: 1, size: 2 }));
  const { oldRoot, newRoot, proof } = consistencyClaim(3, 4);
  const longer = { oldRoot: nodeHash(extra, oldRoot), newRoot: nodeHash(extra, newRoot), proof: [...proof, extra] };
  assert.ok(!verifyConsistency({ oldSize: 3, newSize: 4, ...longer }));
  assert.ok(verifyConsistency({ oldSize: 7, newSize: 8, ...longer }));
});
