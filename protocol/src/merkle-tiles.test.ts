// Checks tile paths, and that the tiles a log writes while it grows suffice for every root and proof.
import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { hex, readVectors } from '../test/read-vectors.ts';
import { consistencyPath, inclusionPath, leafHash, nodeHash, rootFromLeaves } from './merkle.ts';
import type { LeafRange } from './merkle.ts';
import {
  decodeEntryBundle,
  decodeTilePath,
  encodeEntryBundle,
  encodeTilePath,
  tileSpans,
  tilesTouched,
  tileWidth,
} from './merkle-tiles.ts';
import type { Tile } from './merkle-tiles.ts';

type Vectors = {
  tiles: (Tile & { path: string })[];
  refusedPaths: string[];
  touched: { oldSize: number; newSize: number; paths?: string[]; countByLevel?: number[]; partial?: string[] }[];
  bundles: { entries: string[]; encoded: string }[];
  refusedBundles: string[];
};
const vectors: Vectors = JSON.parse(readVectors('tiles'));

test('paths, touched tiles and bundles agree with the vectors', () => {
  for (const { path, ...tile } of vectors.tiles) {
    assert.equal(encodeTilePath(tile), path);
    assert.deepEqual(decodeTilePath(path), tile);
  }
  for (const path of vectors.refusedPaths) assert.equal(decodeTilePath(path), undefined, path);
  for (const { oldSize, newSize, paths, countByLevel, partial } of vectors.touched) {
    const tiles = tilesTouched(oldSize, newSize);
    if (paths) assert.deepEqual(tiles.map(encodeTilePath), paths);
    countByLevel?.forEach((count, level) => assert.equal(tiles.filter((tile) => tile.level === level).length, count));
    if (partial) assert.deepEqual(tiles.filter(({ width }) => width < tileWidth).map(encodeTilePath), partial);
  }
  for (const { entries, encoded } of vectors.bundles) {
    assert.equal(encodeEntryBundle(entries.map(hex)).toHex(), encoded);
    assert.deepEqual(decodeEntryBundle(hex(encoded)), entries.map(hex));
  }
  for (const encoded of vectors.refusedBundles) assert.equal(decodeEntryBundle(hex(encoded)), undefined, encoded);
});

test('every tile returns from its path, and no other text is a path', () => {
  const level = fc.oneof(fc.nat(63), fc.constant('entries' as const));
  const index = fc.oneof(fc.nat(2_000_000), fc.maxSafeNat());
  const width = fc.integer({ min: 1, max: 256 });
  const tiles = fc.tuple(level, index, width).map(([level, index, width]) => ({ level, index, width }));
  fc.assert(fc.property(tiles, (tile) => assert.deepEqual(decodeTilePath(encodeTilePath(tile)), tile)));
  const change = fc.tuple(fc.nat(40), fc.constantFrom(...Array.from('0129x/.p\n')));
  fc.assert(
    fc.property(tiles, change, (tile, [at, character]) => {
      const path = encodeTilePath(tile);
      const changed = path.slice(0, at) + character + path.slice(at + 1);
      const read = decodeTilePath(changed);
      assert.ok(read === undefined || encodeTilePath(read) === changed);
    }),
    { numRuns: 2000 },
  );
});

test('tiles that cannot exist have no path', () => {
  for (const tile of [
    { level: 64, index: 0, width: 1 },
    { level: -1, index: 0, width: 1 },
    { level: 0.5, index: 0, width: 1 },
    { level: 0, index: -1, width: 1 },
    { level: 0, index: 2 ** 53, width: 1 },
    { level: 0, index: 0, width: 0 },
    { level: 0, index: 0, width: 257 },
  ]) {
    assert.throws(() => encodeTilePath(tile), RangeError);
  }
});

const store = new Map<string, readonly Uint8Array[]>();
const leaves = Array.from({ length: 66_000 }, (_, place) => leafHash(new TextEncoder().encode(String(place))));

/** Writes the tiles a growth touches, reading only tiles written before, as a sequencer does. */
function grow(oldSize: number, newSize: number): void {
  for (const { level, index, width } of tilesTouched(oldSize, newSize)) {
    const first = index * tileWidth;
    const hashes = Array.from({ length: width }, (_, place) => {
      const below = store.get(`${Number(level) - 1}/${first + place}`) ?? [];
      return level === 0 ? (leaves[first + place] ?? below) : rootFromLeaves(below);
    });
    assert.ok(hashes.every((hash) => hash instanceof Uint8Array));
    store.set(`${level}/${index}`, hashes);
  }
}

function rootFromTiles(range: LeafRange): Uint8Array | undefined {
  return tileSpans(range)
    .map(({ level, index, from, to }) => rootFromLeaves((store.get(`${level}/${index}`) ?? []).slice(from, to)))
    .reduceRight((right, left) => nodeHash(left, right));
}

test('tiles written growth by growth give the root at every step and every proof of the last tree', () => {
  const sizes = [0, 1, 3, 255, 256, 257, 300, 511, 512, 1000, 65_535, 65_536, 66_000];
  sizes.slice(1).forEach((size, step) => {
    grow(sizes[step] ?? 0, size);
    assert.deepEqual(rootFromTiles({ start: 0, end: size }), rootFromLeaves(leaves.slice(0, size)), String(size));
  });
  const expected = ({ start, end }: LeafRange): Uint8Array => rootFromLeaves(leaves.slice(start, end));
  for (const index of [255, 65_535, 65_999]) {
    for (const range of inclusionPath(index, 66_000)) assert.deepEqual(rootFromTiles(range), expected(range));
    for (const range of consistencyPath(index + 1, 66_000)) assert.deepEqual(rootFromTiles(range), expected(range));
  }
});

test('touched tiles of two growths together are those of the whole growth', () => {
  const sizes = fc
    .array(fc.nat(70_000), { minLength: 3, maxLength: 3 })
    .map((three) => three.toSorted((a, b) => a - b));
  fc.assert(
    fc.property(sizes, ([start = 0, middle = 0, end = 0]) => {
      const widths = (from: number, to: number): [string, number][] =>
        tilesTouched(from, to).map(({ level, index, width }) => [`${level}/${index}`, width]);
      const stepwise = Object.fromEntries([...widths(start, middle), ...widths(middle, end)]);
      assert.deepEqual(stepwise, Object.fromEntries(widths(start, end)));
    }),
  );
});

test('sizes and ranges no tree has are refused by exception', () => {
  for (const [oldSize, newSize] of [
    [2, 1],
    [-1, 1],
    [0.5, 1],
    [0, 2 ** 53],
  ] as const) {
    assert.throws(() => tilesTouched(oldSize, newSize), RangeError);
  }
  for (const [start, end] of [
    [0, 0],
    [2, 1],
    [-1, 1],
    [1, 3],
    [3, 7],
    [0, 2 ** 53],
  ] as const) {
    assert.throws(() => tileSpans({ start, end }), RangeError);
  }
});

test('bundles return their entries, refuse what is too large, and refuse any cut', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 10 }), fc.nat(300), (entries, cut) => {
      const bytes = encodeEntryBundle(entries);
      assert.deepEqual(decodeEntryBundle(bytes), entries);
      const part = decodeEntryBundle(bytes.subarray(0, cut));
      assert.ok(part === undefined || part.length < entries.length || cut >= bytes.length);
    }),
  );
  const longest = new Uint8Array(65_535);
  assert.deepEqual(decodeEntryBundle(encodeEntryBundle([longest])), [longest]);
  assert.throws(() => encodeEntryBundle([new Uint8Array(65_536)]), RangeError);
  assert.throws(() => encodeEntryBundle(Array.from({ length: 257 }, () => new Uint8Array(0))), RangeError);
});
