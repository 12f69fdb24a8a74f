// Checks that a frontier grows to the tree's root however the leaves arrive, and is restored exactly.
import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { hex, readVectors } from '../test/read-vectors.ts';
import { leafHash, nodeHash, rootFromLeaves } from './merkle.ts';
import { appendLeafHashes, decodeFrontier, emptyFrontier, encodeFrontier, frontierRoot } from './merkle-frontier.ts';

const leaves = Array.from({ length: 300 }, (_, place) => leafHash(new TextEncoder().encode(String(place))));

test('the frontier has the root of the tree at every size, appended singly and restored at every step', () => {
  let frontier = emptyFrontier;
  assert.deepEqual(frontierRoot(frontier), rootFromLeaves([]));
  leaves.forEach((leaf, place) => {
    const restored = decodeFrontier(encodeFrontier(frontier));
    assert.deepEqual(restored, frontier);
    frontier = appendLeafHashes(restored ?? emptyFrontier, [leaf]);
    assert.equal(frontier.size, place + 1);
    assert.deepEqual(frontierRoot(frontier), rootFromLeaves(leaves.slice(0, place + 1)));
  });
});

test('appending in batches of any sizes gives the same frontier as appending at once', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(60), { maxLength: 5 }), (batches) => {
      let [frontier, start] = [emptyFrontier, 0];
      for (const count of batches) {
        frontier = appendLeafHashes(frontier, leaves.slice(start, start + count));
        start += count;
      }
      assert.deepEqual(frontier, appendLeafHashes(emptyFrontier, leaves.slice(0, start)));
    }),
  );
});

test('appending leaves the frontier it was given as it was', () => {
  const before = appendLeafHashes(emptyFrontier, leaves.slice(0, 7));
  const bytes = encodeFrontier(before);
  appendLeafHashes(before, leaves.slice(7, 20));
  assert.deepEqual(encodeFrontier(before), bytes);
});

test('stored frontiers agree with the vectors', () => {
  const vectors: { frontiers: { size: number; encoded: string }[] } = JSON.parse(readVectors('merkle'));
  for (const { size, encoded } of vectors.frontiers) {
    assert.equal(encodeFrontier(appendLeafHashes(emptyFrontier, leaves.slice(0, size))).toHex(), encoded);
  }
});

test('a frontier of 2^40 + 1 leaves, restored from its bytes, appends as the tree would', () => {
  const big = hex('0000010000000001');
  const restored = decodeFrontier(Uint8Array.of(...big, ...(leaves[0] ?? []), ...(leaves[1] ?? [])));
  const [left = big, right = big, added = big] = leaves;
  assert.ok(restored);
  const grown = appendLeafHashes(restored, [added]);
  assert.equal(grown.size, 2 ** 40 + 2);
  assert.deepEqual(frontierRoot(grown), nodeHash(left, nodeHash(right, added)));
});

test('bytes that are no frontier are refused: a root too many or too few, part of a root, an unwritable size', () => {
  const bytes = encodeFrontier(appendLeafHashes(emptyFrontier, leaves.slice(0, 6)));
  for (let length = 0; length < bytes.length; length += 1)
    assert.equal(decodeFrontier(bytes.slice(0, length)), undefined);
  assert.equal(decodeFrontier(Uint8Array.of(...bytes, 0)), undefined);
  assert.equal(decodeFrontier(Uint8Array.of(...bytes, ...new Uint8Array(32))), undefined);
  assert.equal(decodeFrontier(Uint8Array.of(...hex('0020000000000000'), ...new Uint8Array(32))), undefined);
});

test('a leaf hash of another length and a frontier short of roots are refused by exception', () => {
  assert.throws(() => appendLeafHashes(emptyFrontier, [new Uint8Array(31)]), RangeError);
  assert.throws(() => appendLeafHashes({ size: 3, subtreeRoots: [] }, leaves.slice(0, 1)), RangeError);
  const full = { size: Number.MAX_SAFE_INTEGER, subtreeRoots: Array.from({ length: 53 }, () => new Uint8Array(32)) };
  assert.throws(() => appendLeafHashes(full, leaves.slice(0, 1)), RangeError);
});
