// What calls cost: exact, in each currency, and nothing is made up for what has no price.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { array, assert as assertProperty, nat, property } from 'fast-check';
import { costOf } from './key-cost.ts';

const prices = [{ model: 'm', inputPerMillion: 2.5, outputPerMillion: 0.000_001 }];
const providers = [
  { id: 'one', currency: 'USD', prices },
  { id: 'two', currency: 'EUR', prices: [{ model: 'm', inputPerMillion: 0.1, outputPerMillion: 0.2 }] },
];
const spent = (provider_id: string, model: string, input_tokens: string, output_tokens: string, calls = '1') => ({
  provider_id,
  model,
  calls,
  input_tokens,
  output_tokens,
});

test('amounts are exact to the millionth, by currency, and rounded once', () => {
  const calls = [spent('one', 'm', '1000000', '0'), spent('two', 'm', '1', '1'), spent('two', 'm', '3', '0')];
  assert.deepEqual(costOf(calls, providers), {
    amounts: [
      { currency: 'EUR', amount: '0.000001' },
      { currency: 'USD', amount: '2.5' },
    ],
    unpricedCalls: 0,
  });
  assert.deepEqual(costOf([spent('one', 'm', '0', '400000')], providers).amounts, [{ currency: 'USD', amount: '0' }]);
  const many = spent('one', 'm', '9007199254740993', '0');
  assert.deepEqual(costOf([many], providers).amounts, [{ currency: 'USD', amount: '22517998136.852483' }]);
});

test('what has no price, or no provider any more, is counted and costs nothing', () => {
  const calls = [spent('one', 'other', '5', '5', '3'), spent('gone', 'm', '5', '5', '4')];
  assert.deepEqual(costOf(calls, providers), { amounts: [], unpricedCalls: 7 });
});

test('many rows cost what their sum costs', () => {
  assertProperty(
    property(array(nat(10_000_000), { minLength: 1, maxLength: 20 }), (tokens) => {
      const each = tokens.map((count) => spent('one', 'm', String(count), '0'));
      const all = spent('one', 'm', String(tokens.reduce((sum, count) => sum + count, 0)), '0');
      assert.deepEqual(costOf(each, providers).amounts, costOf([all], providers).amounts);
    }),
  );
});
