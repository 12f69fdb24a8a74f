// Tests that a period has every day of it once, with the server's numbers or nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beginOf, fillDays, totalOf } from './usage-period.ts';

const sum = (group: string, calls: number) => ({
  group,
  name: null,
  calls,
  failures: 1,
  inputTokens: 10,
  outputTokens: 3,
  estimatedCalls: 0,
});

test('a period of so many days begins at midnight of UTC and has today in it', () => {
  const now = Date.parse('2026-03-04T23:59:59.999Z');
  assert.equal(beginOf(1, now), '2026-03-04T00:00:00.000Z');
  assert.equal(beginOf(7, now), '2026-02-26T00:00:00.000Z');
});

test('days without a call are there, with nothing', () => {
  const days = fillDays({
    from: '2026-02-27T00:00:00.000Z',
    to: '2026-03-02T08:00:00.000Z',
    items: [sum('2026-02-28', 4), sum('2026-03-02', 2)],
  });
  assert.deepEqual(
    days.map(({ day, calls }) => [day, calls]),
    [
      ['2026-02-27', 0],
      ['2026-02-28', 4],
      ['2026-03-01', 0],
      ['2026-03-02', 2],
    ],
  );
  assert.deepEqual(totalOf(days), { calls: 6, failures: 2, inputTokens: 20, outputTokens: 6, estimatedCalls: 0 });
});

test('a period that ends at midnight has no day after it', () => {
  const days = fillDays({ from: '2026-03-01T00:00:00.000Z', to: '2026-03-03T00:00:00.000Z', items: [] });
  assert.deepEqual(
    days.map(({ day }) => day),
    ['2026-03-01', '2026-03-02'],
  );
});
