// What was granted several times counts once, by the highest level.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { highestLevels } from './granted.ts';

const granted = (id: string, level: 'viewer' | 'editor' | 'manager') => ({
  object: { id, kind: 'provider', name: 'One' },
  level,
});

test('of several grants on one object the highest counts, in whatever order they come', () => {
  const all = [granted('prv_1', 'editor'), granted('prv_1', 'viewer'), granted('prv_2', 'manager')];
  for (const some of [all, all.toReversed()])
    assert.deepEqual(
      highestLevels(some),
      new Map([
        ['prv_1', 'editor'],
        ['prv_2', 'manager'],
      ]),
    );
  assert.equal(highestLevels([]).size, 0);
});
