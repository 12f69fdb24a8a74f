// Tests that every rate an operator can set limits something: none is read and then forgotten.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitTableOf, signInFailuresOf } from './limits.ts';

const ratesPerMinute = {
  read: 1,
  write: 2,
  model: 3,
  expensive: 4,
  sign_in: 5,
  apiKey: 6,
  address: 7,
  organization: 8,
  global: 9,
  failuresPerAccount: 10,
  failuresPerAddress: 11,
};

test('every configured rate is a limit somewhere, with a minute of it as its burst', () => {
  const limits = { ratesPerMinute } as Parameters<typeof limitTableOf>[0];
  const made = [limitTableOf(limits), signInFailuresOf(limits)].flatMap((table) => Object.values(table));
  assert.deepEqual(
    [...new Set(made.map(({ perMinute }) => perMinute))].toSorted((a, b) => a - b),
    Object.values(ratesPerMinute).toSorted((a, b) => a - b),
  );
  for (const { perMinute, burst } of made) assert.equal(burst, perMinute);
  const { api_key: key, global } = limitTableOf(limits);
  assert.deepEqual([key.perMinute, global.perMinute], [6, 9]);
});
