// Tests that axes have round numbers that reach the highest bar, and labels that do not run into each other.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assert as assertProperty, integer, property } from 'fast-check';
import { labelledPlaces, ticksUpTo } from './chart-scale.ts';

test('an axis has round numbers that reach the most', () => {
  assert.deepEqual(ticksUpTo(0), [0, 1]);
  assert.deepEqual(ticksUpTo(1), [0, 1]);
  assert.deepEqual(ticksUpTo(3), [0, 1, 2, 3]);
  assert.deepEqual(ticksUpTo(7), [0, 2, 4, 6, 8]);
  assert.deepEqual(ticksUpTo(100), [0, 50, 100]);
  assert.deepEqual(ticksUpTo(12_480), [0, 5_000, 10_000, 15_000]);
});

test('whatever the most is, an axis begins at nothing, ends at or above it, and has few whole steps', () => {
  assertProperty(
    property(integer({ min: 0, max: 2 ** 52 }), (most) => {
      const ticks = ticksUpTo(most);
      assert.equal(ticks[0], 0);
      assert.ok((ticks.at(-1) ?? 0) >= most);
      assert.ok(ticks.length >= 2 && ticks.length <= 6, String(ticks));
      assert.ok(ticks.every((tick) => Number.isInteger(tick)));
    }),
  );
});

test('labels stand at the last place and as far apart as they are wide', () => {
  assert.deepEqual([...labelledPlaces(7, 700, 60)], [6, 5, 4, 3, 2, 1, 0]);
  assert.deepEqual([...labelledPlaces(30, 600, 60)], [29, 26, 23, 20, 17, 14, 11, 8, 5, 2]);
  assert.deepEqual([...labelledPlaces(90, 250, 60)], [89, 67, 45, 23, 1]);
  assert.deepEqual([...labelledPlaces(0, 250, 60)], []);
});
