// Tests the small parts against published vectors and their own edges: random, hash, compare, fields, base64, UUID, HKDF.
import assert from 'node:assert/strict';
import { hkdfSync } from 'node:crypto';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { equalBytes, equalTexts } from './compare.ts';
import { encodeFields } from './fields.ts';
import { hashToken, hmacSha256, sha256, sha256Hex } from './hash.ts';
import { expandToBlocks } from './hkdf.ts';
import { newSecretBytes, newToken, newUuid, randomBytes } from './random.ts';
import { deriveRoot } from './roots.ts';
import { reveal, toSecret } from './secret.ts';
import { decodeUuid, encodeUuid } from './uuid.ts';

test('a UUIDv7 carries its time, version and variant, and two never meet', () => {
  // RFC 9562 appendix A.6: 2022-02-22T19:22:22Z.
  const uuid = newUuid(0x017f22e279b0);
  assert.match(uuid, /^017f22e2-79b0-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(new Set(Array.from({ length: 1_000 }, () => newUuid(0))).size, 1_000);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), (unixMs) => {
      assert.equal(Number.parseInt(newUuid(unixMs).replaceAll('-', '').slice(0, 12), 16), unixMs);
    }),
  );
  for (const wrong of [-1, 0.5, 2 ** 48, Number.NaN]) assert.throws(() => newUuid(wrong), RangeError);
});

test('UUIDs of different milliseconds sort by time', () => {
  assert.ok(newUuid(1) < newUuid(2));
  assert.ok(newUuid() > newUuid(0));
});

test('every bit of the random part of a UUIDv7 varies', () => {
  let seenOnes = 0n;
  let seenZeros = 0n;
  for (let index = 0; index < 200; index += 1) {
    const random = BigInt(`0x${newUuid(0).replaceAll('-', '').slice(12)}`);
    seenOnes |= random;
    seenZeros |= ~random;
  }
  const varying = seenOnes & seenZeros & ((1n << 80n) - 1n);
  const expected = (0xfffn << 64n) | ((1n << 62n) - 1n);
  assert.equal(varying, expected);
});

test('a token is 256 bits of base64url, hidden, and new each time', () => {
  const first = newToken();
  const text = reveal(first, 'test.compare');
  assert.match(text, /^[A-Za-z0-9_-]{43}$/);
  assert.equal(Buffer.from(text, 'base64url').length, 32);
  assert.equal(String(first), '[redacted]');
  assert.notEqual(reveal(newToken(), 'test.compare'), text);
});

test('random bytes have the length asked for and differ', () => {
  assert.equal(randomBytes(24).length, 24);
  assert.ok(!randomBytes(32).equals(randomBytes(32)));
  const secret = newSecretBytes(32);
  assert.equal(reveal(secret, 'test.compare').length, 32);
  assert.ok(!reveal(secret, 'test.compare').equals(reveal(newSecretBytes(32), 'test.compare')));
});

test('SHA-256 gives the vector of FIPS 180-2 for text and bytes', () => {
  const expected = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  assert.equal(sha256('abc').toString('hex'), expected);
  assert.equal(sha256Hex(Buffer.from('abc')), expected);
});

test('HMAC-SHA-256 gives the vector of RFC 4231 case 2', () => {
  const mac = hmacSha256(toSecret(Buffer.from('Jefe')), 'what do ya want for nothing?');
  assert.equal(mac.toString('hex'), '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
});

test('a token hash matches an independent computation and needs the key, the scope and the token', () => {
  const master = toSecret(sha256('a master key for vectors'));
  const session = deriveRoot(master, 'lookup', ['session']);
  const hash = hashToken(session, toSecret('token-text'));
  // Computed with Python's hmac and cryptography.
  assert.equal(hash.toString('hex'), 'ea31aac3cb312d326c5176896ea97fc7686cea43665948f1799c868dfb395e0d');
  const others = [
    hashToken(deriveRoot(master, 'lookup', ['api_key']), toSecret('token-text')),
    hashToken(deriveRoot(newSecretBytes(32), 'lookup', ['session']), toSecret('token-text')),
    hashToken(session, toSecret('token-texT')),
  ];
  for (const other of others) assert.ok(!other.equals(hash));
  // @ts-expect-error a key derived for another purpose is no lookup key
  hashToken(deriveRoot(master, 'cookie'), toSecret('token-text'));
});

test('comparisons agree with equality and never throw on other lengths', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4 }), fc.uint8Array({ maxLength: 4 }), (left, right) => {
      assert.equal(equalBytes(left, right), Buffer.compare(left, right) === 0);
      assert.equal(equalBytes(left, Uint8Array.from(left)), true);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 3 }), fc.string({ maxLength: 3 }), (left, right) => {
      assert.equal(equalTexts(left, right), left === right);
      assert.equal(equalTexts(left, left), true);
      assert.equal(equalTexts(left, `${left}x`), false);
    }),
  );
});

test('a lone surrogate equals nothing, so that two of them are never one', () => {
  assert.equal(equalTexts('\ud800', '\ud801'), false);
  assert.equal(equalTexts('\ud800', '\ufffd'), false);
});

test('no two sequences of fields have one encoding', () => {
  const field = fc.string({ unit: 'grapheme', maxLength: 3 });
  const sequence = fc.array(field, { maxLength: 4 });
  fc.assert(
    fc.property(sequence, sequence, (left, right) => {
      const isSame = JSON.stringify(left) === JSON.stringify(right);
      assert.equal(encodeFields(left).equals(encodeFields(right)), isSame);
    }),
    { numRuns: 1_000 },
  );
  assert.notDeepEqual(encodeFields(['ab', 'c']), encodeFields(['a', 'bc']));
  assert.notDeepEqual(encodeFields(['a']), encodeFields(['a', '']));
  assert.throws(() => encodeFields(['\ud800']), TypeError);
});

test('fields take a view of bytes as exactly that view', () => {
  const view = Uint8Array.from([9, 1, 2, 9]).subarray(1, 3);
  assert.deepEqual(encodeFields([view]), Buffer.from([0, 0, 0, 2, 1, 2]));
});

test('base64 decodes only its canonical text', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.constantFrom('padded', 'unpadded'), (bytes, padding) => {
      assert.deepEqual(decodeBase64(encodeBase64(bytes, padding), padding), Buffer.from(bytes));
    }),
  );
  // Other alphabets, stray characters, missing or extra padding, and bits beyond the end.
  for (const text of ['-_-_', 'AA AA', 'AAAA\n', 'AA', 'AA=', 'AA===', 'AB==', 'AAAA====']) {
    assert.equal(decodeBase64(text, 'padded'), undefined, text);
  }
  for (const text of ['AA==', 'AB', 'A', 'AAAAA']) assert.equal(decodeBase64(text, 'unpadded'), undefined, text);
});

test('a UUID and its 16 bytes are one to one', () => {
  fc.assert(fc.property(fc.uuid(), (uuid) => assert.equal(decodeUuid(encodeUuid(uuid)), uuid)));
  for (const wrong of ['', '0190B5F2-8c00-7abc-8def-0123456789ab', '0190b5f28c007abc8def0123456789ab']) {
    assert.throws(() => encodeUuid(wrong), TypeError);
  }
  assert.throws(() => decodeUuid(Buffer.alloc(15)), RangeError);
});

test('HKDF-Expand gives the vector of RFC 5869 case 1', () => {
  const prk = toSecret(Buffer.from('077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5', 'hex'));
  const okm = Buffer.concat(expandToBlocks(prk, Buffer.from('f0f1f2f3f4f5f6f7f8f9', 'hex'), 2)).subarray(0, 42);
  assert.equal(
    okm.toString('hex'),
    '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
  );
});

test('HKDF-Expand after an extract step agrees with the platform at every length', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.integer({ min: 1, max: 255 }), (info, count) => {
      const material = Buffer.from('input key material');
      const prk = toSecret(hmacSha256(toSecret(Buffer.alloc(32)), material));
      const whole = Buffer.from(hkdfSync('sha256', material, Buffer.alloc(0), info, 32 * count));
      assert.deepEqual(Buffer.concat(expandToBlocks(prk, info, count)), whole);
    }),
    { numRuns: 30 },
  );
});

test('HKDF-Expand refuses keys of another length and impossible counts', () => {
  for (const length of [0, 31, 33, 64]) {
    assert.throws(() => expandToBlocks(newSecretBytes(length), Buffer.alloc(0), 1), RangeError);
  }
  for (const count of [0, 256, 1.5]) {
    assert.throws(() => expandToBlocks(newSecretBytes(32), Buffer.alloc(0), count), RangeError);
  }
});
