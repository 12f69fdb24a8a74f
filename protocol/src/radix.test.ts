// Checks the fixed-width positional texts behind ids and keys.
import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { base62, crockford32, decodeRadix, encodeRadix, radixLength } from './radix.ts';

const alphabets = fc.constantFrom(crockford32, base62);

test('the length is the shortest that holds every value', () => {
  for (const alphabet of [crockford32, base62]) {
    for (let byteCount = 1; byteCount <= 64; byteCount += 1) {
      const values = 256n ** BigInt(byteCount);
      const base = BigInt(alphabet.length);
      const length = BigInt(radixLength(alphabet, byteCount));
      assert.ok(base ** length >= values && base ** (length - 1n) < values, `${byteCount} bytes`);
    }
  }
  assert.deepEqual([radixLength(crockford32, 16), radixLength(base62, 32), radixLength(base62, 4)], [26, 43, 6]);
});

test('every value returns from its text', () => {
  fc.assert(
    fc.property(alphabets, fc.uint8Array({ minLength: 1, maxLength: 40 }), (alphabet, bytes) => {
      assert.deepEqual(decodeRadix(alphabet, encodeRadix(alphabet, bytes), bytes.length), bytes);
    }),
  );
});

test('texts of one width sort as their bytes do', () => {
  const sixteen = fc.uint8Array({ minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(alphabets, sixteen, sixteen, (alphabet, left, right) => {
      assert.equal(encodeRadix(alphabet, left) < encodeRadix(alphabet, right), left.toHex() < right.toHex());
    }),
  );
});

test('a text is accepted only as its value is written', () => {
  const texts = fc.string({ unit: fc.constantFrom(...Array.from('07zZaOoIlLUu_- ')), minLength: 5, maxLength: 7 });
  fc.assert(
    fc.property(alphabets, texts, (alphabet, text) => {
      const bytes = decodeRadix(alphabet, text, 4);
      assert.ok(bytes === undefined || encodeRadix(alphabet, bytes) === text);
    }),
    { numRuns: 2000 },
  );
  assert.deepEqual(decodeRadix(base62, '4gfFC3', 4), Uint8Array.of(255, 255, 255, 255));
  assert.equal(decodeRadix(base62, '4gfFC4', 4), undefined);
});
