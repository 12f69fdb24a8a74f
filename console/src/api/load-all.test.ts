// A list is read page by page to its end, or until what was looked for is there.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FILE_ROWS_MAX, loadAll, type PageQuery } from './load-all.ts';

/** A list of so many rows, which are their numbers. */
function listOf(count: number) {
  const asked: PageQuery[] = [];
  const load = async (query: PageQuery) => {
    asked.push(query);
    const from = Number(query.cursor ?? 0);
    const to = Math.min(from + query.limit, count);
    const items = Array.from({ length: to - from }, (_, at) => from + at);
    return { items, nextCursor: to < count ? String(to) : null };
  };
  return { asked, load };
}

test('every page is read, in order, and each once', async () => {
  const { asked, load } = listOf(450);
  const progress: number[] = [];
  const { rows, isWhole } = await loadAll(load, { onProgress: (count) => progress.push(count) });
  assert.deepEqual([rows.length, rows.at(-1), isWhole], [450, 449, true]);
  assert.deepEqual(
    asked.map(({ cursor }) => cursor),
    [undefined, '200', '400'],
  );
  assert.deepEqual(progress, [200, 400, 450]);
});

test('no page is asked for beyond what was looked for, and then the list is not whole', async () => {
  const { asked, load } = listOf(1_000);
  const { rows, isWhole } = await loadAll(load, { isEnough: (some) => some.includes(250) });
  assert.deepEqual([rows.length, isWhole, asked.length], [400, false, 2]);
});

test('a list that is longer than a file ends there, and says so', async () => {
  const { rows, isWhole } = await loadAll(listOf(FILE_ROWS_MAX + 1).load);
  assert.deepEqual([rows.length, isWhole], [FILE_ROWS_MAX, false]);
});
