// Tests how long people are told to wait.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationText } from './duration.ts';

test('a wait is told in the unit that people use, and never too short', () => {
  const told = [1, 2, 90, 99, 100, 300, 301, 5_940, 5_941].map(durationText);
  assert.deepEqual(told, [
    '1 second',
    '2 seconds',
    '90 seconds',
    '99 seconds',
    '2 minutes',
    '5 minutes',
    '6 minutes',
    '99 minutes',
    '2 hours',
  ]);
});
