// Where a tree's hashes and entries lie in files: C2SP tlog-tiles paths, the tiles a growth writes, entry bundles.
import { concatBytes } from './bytes.ts';
import type { LeafRange } from './merkle.ts';

/** Hashes in a full tile, and entries in a full bundle. */
export const tileWidth = 256;
/** Bytes of the longest entry a bundle can hold: its length is a uint16. */
export const entryBytesMax = 0xffff;

/** A tile of hashes (`level` 0 to 63) or a bundle of entries; `width` is 256 when full, else 1 to 255. */
export type Tile = { readonly level: number | 'entries'; readonly index: number; readonly width: number };

/** Where the root of a complete subtree is found: the hashes `from` to `to` (excluded) of a tile, hashed as a tree. */
export type TileSpan = { readonly level: number; readonly index: number; readonly from: number; readonly to: number };

const levelMax = 63;
const tilePathPattern =
  /^tile\/(?<level>0|[1-9][0-9]?|entries)\/(?<index>(?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/(?<width>[1-9][0-9]{0,2}))?$/;

/** Path of a tile under the log's prefix, such as `tile/0/x001/x234/067.p/8`. Throws RangeError on a tile that can't exist. */
export function encodeTilePath(tile: Tile): string {
  if (!isTile(tile)) throw new RangeError('no such tile');
  const digits = String(tile.index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/[0-9]{3}/g) ?? [];
  const index = groups.map((group, place) => (place === groups.length - 1 ? group : `x${group}`)).join('/');
  return `tile/${tile.level}/${index}${tile.width === tileWidth ? '' : `.p/${tile.width}`}`;
}

/** Reads a path; undefined for anything `encodeTilePath` would not write. */
export function decodeTilePath(path: string): Tile | undefined {
  const parts = tilePathPattern.exec(path)?.groups;
  if (!parts) return undefined;
  const tile: Tile = {
    level: parts['level'] === 'entries' ? 'entries' : Number(parts['level']),
    index: Number(parts['index']?.replaceAll(/[x/]/g, '')),
    width: parts['width'] === undefined ? tileWidth : Number(parts['width']),
  };
  return isTile(tile) && encodeTilePath(tile) === path ? tile : undefined;
}

/**
 * The hash tiles that differ between trees of two sizes, as they are in the new one, level by level. The bundles to
 * write are the level-0 tiles with level `entries`; a tree of one size has `tilesTouched(0, size)`. Throws RangeError
 * unless 0 <= oldSize <= newSize.
 */
export function tilesTouched(oldSize: number, newSize: number): readonly Tile[] {
  if (!Number.isSafeInteger(oldSize) || !Number.isSafeInteger(newSize) || oldSize < 0 || oldSize > newSize) {
    throw new RangeError('the old tree is larger');
  }
  const tiles: Tile[] = [];
  let [oldHashes, newHashes] = [oldSize, newSize];
  for (let level = 0; newHashes > oldHashes; level += 1) {
    for (let index = Math.floor(oldHashes / tileWidth); index * tileWidth < newHashes; index += 1) {
      tiles.push({ level, index, width: Math.min(tileWidth, newHashes - index * tileWidth) });
    }
    [oldHashes, newHashes] = [Math.floor(oldHashes / tileWidth), Math.floor(newHashes / tileWidth)];
  }
  return tiles;
}

/**
 * Where the hashes lie that give the root of a range of `inclusionPath`, `consistencyPath` or a whole tree: complete
 * subtrees from left to right. Their roots fold to the range's root from the right, as in a frontier. Throws RangeError
 * on a range no RFC 9162 tree has, or an empty one.
 */
export function tileSpans({ start, end }: LeafRange): readonly TileSpan[] {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || start >= end) {
    throw new RangeError('not a range of leaves');
  }
  const spans: TileSpan[] = [];
  for (let first = start; first < end;) {
    let height = 0;
    while (2 ** (height + 1) <= end - first) height += 1;
    if (first % 2 ** height !== 0) throw new RangeError('not a range of subtrees');
    const level = Math.floor(height / 8);
    const hashIndex = first / 256 ** level;
    const from = hashIndex % tileWidth;
    spans.push({ level, index: Math.floor(hashIndex / tileWidth), from, to: from + 2 ** (height % 8) });
    first += 2 ** height;
  }
  return spans;
}

/** Bundle of entries, each after its length as uint16 big-endian. Throws RangeError on more than 256 or a longer entry. */
export function encodeEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length > tileWidth) throw new RangeError('a bundle holds 256 entries');
  const parts = entries.flatMap((entry) => {
    if (entry.length > entryBytesMax) throw new RangeError('an entry has at most 65,535 bytes');
    return [Uint8Array.of(entry.length >> 8, entry.length & 0xff), entry];
  });
  return concatBytes(...parts);
}

/** Entries of a bundle; undefined unless the bytes are exactly whole entries, 256 at most. */
export function decodeEntryBundle(bytes: Uint8Array): readonly Uint8Array[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: Uint8Array[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    if (entries.length === tileWidth || offset + 2 > bytes.length) return undefined;
    const end = offset + 2 + view.getUint16(offset);
    if (end > bytes.length) return undefined;
    entries.push(bytes.slice(offset + 2, end));
    offset = end;
  }
  return entries;
}

function isTile({ level, index, width }: Tile): boolean {
  const levelExists = level === 'entries' || (Number.isInteger(level) && level >= 0 && level <= levelMax);
  const widthExists = Number.isInteger(width) && width >= 1 && width <= tileWidth;
  return levelExists && widthExists && Number.isSafeInteger(index) && index >= 0;
}
