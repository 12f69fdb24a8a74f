// Bodies share one bound, and give back what they held.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '#kernel/errors.ts';
import { createBodyMemory } from './body-memory.ts';

const isBusy = (error: unknown): boolean => error instanceof AppError && error.code === 'server.busy';

test('bodies together take no more than the bound, whatever each of them holds', () => {
  const memory = createBodyMemory(100);
  const one = memory.open();
  const two = memory.open();
  one.grow(60);
  two.grow(40);
  assert.throws(() => two.grow(1), isBusy);
  assert.throws(() => one.grow(1), isBusy);
});

test('what a body held is free again when it is disposed of, once', () => {
  const memory = createBodyMemory(100);
  const one = memory.open();
  one.grow(50);
  one.grow(50);
  one[Symbol.dispose]();
  one[Symbol.dispose]();
  const two = memory.open();
  two.grow(100);
  assert.throws(() => memory.open().grow(1), isBusy);
});
