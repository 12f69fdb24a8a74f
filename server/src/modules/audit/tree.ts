// The tree over all leaves, rebuilt from the record hashes: what its root is at any size that somebody signed.
import { appendLeafHashes, emptyFrontier, frontierRoot } from '@holdfast/protocol/merkle-frontier.ts';
import type { Lookup } from '#db/lookup.ts';
import { readRecordHashes } from './queries.ts';

const STRETCH = 5_000;

/**
 * The roots of the tree at these sizes, by size; a size beyond the first missing leaf has none. Reads hashes only, a stretch
 * at a time, and keeps the frontier only. `pause` is waited for after each stretch.
 */
export async function rootsAt(
  lookup: Lookup,
  sizes: readonly number[],
  pause: () => Promise<void> = async () => undefined,
): Promise<ReadonlyMap<number, Buffer>> {
  const roots = new Map<number, Buffer>();
  let frontier = emptyFrontier;
  for (const size of [...new Set(sizes)].toSorted((one, other) => one - other)) {
    while (frontier.size < size) {
      const first = frontier.size;
      const rows = await readRecordHashes(lookup, first, Math.min(STRETCH, size - first));
      const gap = rows.findIndex((row, at) => Number(row.leaf_index) !== first + at);
      const sound = gap === -1 ? rows : rows.slice(0, gap);
      if (sound.length === 0) return roots;
      frontier = appendLeafHashes(
        frontier,
        sound.map((row) => row.record_hash),
      );
      await pause();
    }
    roots.set(size, Buffer.from(frontierRoot(frontier)));
  }
  return roots;
}
