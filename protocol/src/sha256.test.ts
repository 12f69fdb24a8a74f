// The hashes are the platform's own, byte for byte, for keys and data of every length.
import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { decodeHex, encodeHex, encodeUtf8 } from './bytes.ts';
import { hashBytes, hmacSha256, sha256 } from './sha256.ts';

test('SHA-256 is the platform’s, of any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
      const digest = sha256(data);
      assert.equal(digest.constructor, Uint8Array);
      assert.equal(digest.length, hashBytes);
      assert.equal(encodeHex(digest), createHash('sha256').update(data).digest('hex'));
    }),
  );
});

test('HMAC-SHA-256 is the platform’s, for keys shorter than, as long as and longer than a block', () => {
  const key = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ minLength: 63, maxLength: 65 }));
  fc.assert(
    fc.property(key, fc.uint8Array({ maxLength: 300 }), (secret, data) => {
      assert.equal(encodeHex(hmacSha256(secret, data)), createHmac('sha256', secret).update(data).digest('hex'));
    }),
  );
});

test('HMAC-SHA-256 agrees with RFC 4231, test cases 2 and 6', () => {
  const short = hmacSha256(encodeUtf8('Jefe'), encodeUtf8('what do ya want for nothing?'));
  assert.equal(encodeHex(short), '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
  const long = hmacSha256(
    decodeHex('aa'.repeat(131)) ?? assert.fail(),
    encodeUtf8('Test Using Larger Than Block-Size Key - Hash Key First'),
  );
  assert.equal(encodeHex(long), '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54');
});

test('a digest stays what it was when others are made after it', () => {
  const first = sha256(encodeUtf8('a'));
  const before = encodeHex(first);
  for (let round = 0; round < 5_000; round += 1) hmacSha256(first, encodeUtf8(String(round)));
  assert.equal(encodeHex(first), before);
});
