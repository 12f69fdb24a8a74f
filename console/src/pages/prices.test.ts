// Prices as they are written, and back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { badPriceLine, readPrices, writePrices } from './prices.ts';

const prices = [
  { model: 'gpt-4o', inputPerMillion: 2.5, outputPerMillion: 10 },
  { model: 'org/small:free', inputPerMillion: 0, outputPerMillion: 0.000_001 },
];

test('prices are written a line each, and read as they were', () => {
  assert.deepEqual(readPrices('\n gpt-4o  2.5 10 \norg/small:free 0 0.000001\n'), prices);
  assert.deepEqual(readPrices(writePrices(prices.slice(0, 1))), prices.slice(0, 1));
  assert.deepEqual(readPrices('  \n'), []);
});

test('the first line that is no price is named', () => {
  assert.equal(badPriceLine('gpt-4o 2.5 10'), undefined);
  for (const line of ['gpt-4o 2.5', 'gpt-4o 2,5 10', 'gpt-4o -1 2', 'gpt-4o 1 2 3', 'gpt-4o 1 1e3'])
    assert.equal(badPriceLine(`good 1 2\n${line}`), line);
});
