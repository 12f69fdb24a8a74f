// Tests that a secret shows nowhere by accident and is gone once erased.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { format, inspect } from 'node:util';
import { eraseSecret, reveal, type RevealPurpose, toSecret } from './secret.ts';

const canary = 'canary-4711';

test('a secret shows in no text, JSON, inspection, template or error', () => {
  const secret = toSecret(canary);
  const shown = [
    String(secret),
    secret.toString(),
    JSON.stringify({ secret, list: [secret] }),
    inspect(secret, { depth: 10, showHidden: true }),
    inspect({ nested: { secret } }, { depth: 10, showHidden: true, customInspect: false }),
    format('%s %o %j', secret, secret, secret),
    String(new Error('failed', { cause: secret }).cause),
    Object.entries(secret).join(),
    Reflect.ownKeys(secret).join(),
  ];
  for (const text of shown) assert.ok(!text.includes(canary), text);
  assert.equal(JSON.stringify({ secret }), '{"secret":"[redacted]"}');
  assert.equal(inspect(secret), '[redacted]');
});

test('a secret gives its value to whoever names a purpose, and refuses a purpose that is none', () => {
  const secret = toSecret(canary);
  assert.equal(reveal(secret, 'test.compare'), canary);
  for (const purpose of ['', 'test', 'test.', '.compare', 'Test.compare', 'test.compare.more', 'test. x']) {
    // The type refuses most of these already; callers without types meet the check.
    assert.throws(() => reveal(secret, purpose as RevealPurpose), TypeError, purpose);
  }
});

test('only the secret itself gives the value: copies, look-alikes and clones are refused', () => {
  const secret = toSecret(canary);
  for (const imitation of [{ ...secret }, Object.create(secret), { toString: () => canary }]) {
    // The cast stands for a caller without types.
    assert.throws(() => reveal(imitation as typeof secret, 'test.compare'), TypeError);
  }
});

test('a secret may hold undefined', () => {
  assert.equal(reveal(toSecret(undefined), 'test.compare'), undefined);
});

test('erasing zeroes the bytes and makes every later use throw', () => {
  const bytes = Buffer.from(canary);
  const secret = toSecret(bytes);
  eraseSecret(secret);
  assert.deepEqual(bytes, Buffer.alloc(canary.length));
  assert.throws(() => reveal(secret, 'test.compare'), /already erased/);
  eraseSecret(secret);
});
