// Tests that a secret by reference is listed with the one origin it may go to, and not without.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secretReferences } from './secret-references.ts';

test('each entry names a secret and an origin, which is written as URLs write it', () => {
  const reading = secretReferences.schema.safeParse(
    'env:KEY@https://API.example.com:443, file:/run/a@b/key@https://[2001:DB8::1]:8443/, env:KEY@https://b.example',
  );
  assert.deepEqual(reading.data, [
    { reference: 'env:KEY', origin: 'https://api.example.com' },
    { reference: 'file:/run/a@b/key', origin: 'https://[2001:db8::1]:8443' },
    { reference: 'env:KEY', origin: 'https://b.example' },
  ]);
});

test('an entry without an origin, or with more than one, is a fault that names it', () => {
  for (const entry of [
    'env:KEY',
    'file:/run/key',
    'env:KEY@',
    'env:KEY@api.example.com',
    'env:KEY@http://api.example.com',
    'env:KEY@https://',
    'env:KEY@https://a.example/v1',
    'env:KEY@https://a.example?x',
    'env:KEY@https://a.example:99999',
    'env:KEY@https://*',
    'env:KEY@https://user:pass@a.example',
    'env:key@https://a.example',
    'file:run/key@https://a.example',
    '@https://a.example',
    '',
  ]) {
    const reading = secretReferences.schema.safeParse(`env:GOOD@https://a.example,${entry}`);
    assert.equal(reading.success, false, entry);
  }
});
