// The arithmetic of comparing samples, on samples whose answer is known.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareSamples } from './two-samples.ts';

const range = (from: number, count: number): readonly number[] => Array.from({ length: count }, (_, n) => from + n);

test('samples without anything between them are told apart, and the same ones are not', () => {
  const apart = compareSamples(range(0, 40), range(100, 40));
  assert.deepEqual([apart.medians, apart.difference], [[19.5, 119.5], 100]);
  assert.ok(apart.rankP < 1e-12 && apart.welchP < 1e-12);
  const same = compareSamples(range(0, 40), range(0, 40));
  assert.ok(Math.abs(same.rankP - 1) < 1e-6 && Math.abs(same.welchP - 1) < 1e-6 && same.welchT === 0);
});

test('one of few values is what the books say', () => {
  // U = 7 of 5 and 5: z = -1.1489, p = 0.2506 without correction for continuity. Welch: means 4.4 and 6.6, variances 10.3 and 7.3.
  const { rankP, welchT } = compareSamples([1, 2, 4, 6, 9], [3, 5, 7, 8, 10]);
  assert.ok(Math.abs(rankP - 0.2506) < 0.0005, String(rankP));
  assert.ok(Math.abs(welchT - 2.2 / Math.sqrt((10.3 + 7.3) / 5)) < 0.0005, String(welchT));
});

test('ties share their ranks', () => {
  const { rankP } = compareSamples([1, 1, 1, 2, 2], [1, 1, 1, 2, 2]);
  assert.ok(Math.abs(rankP - 1) < 1e-6);
});
