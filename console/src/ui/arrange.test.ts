// Tests filter and order of lists.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrange } from './arrange.ts';

const columns = [
  { text: ([name]: readonly string[]) => name ?? '' },
  { text: (row: readonly string[]) => row[1] ?? '' },
];
const rows = [
  ['Beta', '10'],
  ['alpha', '9'],
  ['Gamma', '100'],
];
const names = (filter: string, order?: { readonly column: number; readonly isDown: boolean }): readonly unknown[] =>
  arrange(rows, columns, filter, order).map(([name]) => name);

test('without a wish a list is as it came', () => {
  assert.deepEqual(names(''), ['Beta', 'alpha', 'Gamma']);
  assert.deepEqual(names('  '), ['Beta', 'alpha', 'Gamma']);
});

test('a filter looks into every column, in any case', () => {
  assert.deepEqual(names('ALPH'), ['alpha']);
  assert.deepEqual(names('10'), ['Beta', 'Gamma']);
  assert.deepEqual(names('none of these'), []);
});

test('numbers stand in the order of numbers, both ways', () => {
  assert.deepEqual(names('', { column: 1, isDown: false }), ['alpha', 'Beta', 'Gamma']);
  assert.deepEqual(names('', { column: 1, isDown: true }), ['Gamma', 'Beta', 'alpha']);
  assert.deepEqual(names('', { column: 0, isDown: false }), ['alpha', 'Beta', 'Gamma']);
});
