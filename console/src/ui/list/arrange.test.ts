// Tests search and order of lists that are here as a whole.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrange } from './arrange.ts';

const columns = [
  { sort: 'Name', text: ([name]: readonly string[]) => name ?? '' },
  { sort: 'Calls', text: (row: readonly string[]) => row[1] ?? '' },
];
const rows = [
  ['Beta', '10'],
  ['alpha', '9'],
  ['Gamma', '100'],
];
const names = (search: string, sort?: string): readonly unknown[] =>
  arrange(rows, columns, search, sort).map(([name]) => name);

test('without a wish a list is as it came', () => {
  assert.deepEqual(names(''), ['Beta', 'alpha', 'Gamma']);
  assert.deepEqual(names('  ', 'no column'), ['Beta', 'alpha', 'Gamma']);
});

test('each word is looked for in every column, in any case', () => {
  assert.deepEqual(names('ALPH'), ['alpha']);
  assert.deepEqual(names('10'), ['Beta', 'Gamma']);
  assert.deepEqual(names('10 bet'), ['Beta']);
  assert.deepEqual(names('none of these'), []);
});

test('numbers stand in the order of numbers, both ways', () => {
  assert.deepEqual(names('', 'Calls'), ['alpha', 'Beta', 'Gamma']);
  assert.deepEqual(names('', '-Calls'), ['Gamma', 'Beta', 'alpha']);
  assert.deepEqual(names('', 'Name'), ['alpha', 'Beta', 'Gamma']);
});
