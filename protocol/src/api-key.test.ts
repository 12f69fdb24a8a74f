// Checks that a key's text has one spelling and that no slip of the hand yields another key.
import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { hex, readVectors } from '../test/read-vectors.ts';
import { apiKeyPattern, formatApiKey, parseApiKey } from './api-key.ts';
import { encodeUtf8 } from './bytes.ts';
import { crc32 } from './crc32.ts';
import { uuidFromBytes } from './ids.ts';

type Vectors = {
  pattern: string;
  crc32: { text: string; crc32Hex: string }[];
  keys: { uuid: string; secretHex: string; text: string }[];
  publishable: { uuid: string; secretHex: string; text: string }[];
  refused: { text: string; why: string }[];
};
const vectors: Vectors = JSON.parse(readVectors('api-keys'));
const keys = fc.record({
  uuid: fc.uint8Array({ minLength: 16, maxLength: 16 }).map(uuidFromBytes),
  secretBytes: fc.uint8Array({ minLength: 32, maxLength: 32 }),
});

test('keys agree with the vectors in both directions', () => {
  for (const { text, crc32Hex } of vectors.crc32) assert.equal(crc32(encodeUtf8(text)).toHex(), crc32Hex);
  for (const { uuid, secretHex, text } of vectors.keys) {
    assert.equal(formatApiKey({ uuid, secretBytes: hex(secretHex) }), text);
    assert.deepEqual(parseApiKey(text), { uuid, secret: hex(secretHex), isPublishable: false });
  }
  for (const { uuid, secretHex, text } of vectors.publishable) {
    assert.equal(formatApiKey({ uuid, secretBytes: hex(secretHex), isPublishable: true }), text);
    assert.deepEqual(parseApiKey(text), { uuid, secret: hex(secretHex), isPublishable: true });
    assert.doesNotMatch(text, new RegExp(apiKeyPattern));
  }
  for (const { text, why } of vectors.refused) assert.equal(parseApiKey(text), undefined, why);
  assert.equal(apiKeyPattern, vectors.pattern);
});

test('every key returns from its text, which has 84 characters', () => {
  fc.assert(
    fc.property(keys, (key) => {
      const text = formatApiKey(key);
      assert.equal(text.length, 84);
      assert.deepEqual(parseApiKey(text), { uuid: key.uuid, secret: key.secretBytes, isPublishable: false });
    }),
  );
});

test('the checksum catches every change of a single character, at every place, to every printable character', () => {
  const printable = Array.from({ length: 95 }, (_, place) => String.fromCharCode(32 + place));
  for (const { text } of vectors.keys) {
    for (let at = 0; at < text.length; at += 1) {
      for (const character of printable) {
        if (character === text[at]) continue;
        assert.equal(
          parseApiKey(text.slice(0, at) + character + text.slice(at + 1)),
          undefined,
          `${character} at ${at}`,
        );
      }
    }
  }
});

test('the checksum catches neighbors swapped, a character dropped and a character doubled', () => {
  fc.assert(
    fc.property(keys, fc.nat(82), (key, at) => {
      const text = formatApiKey(key);
      const [before, one, two, after] = [text.slice(0, at), text.charAt(at), text.charAt(at + 1), text.slice(at + 2)];
      if (one !== two) assert.equal(parseApiKey(before + two + one + after), undefined);
      assert.equal(parseApiKey(before + two + after), undefined);
      assert.equal(parseApiKey(before + one + one + two + after), undefined);
    }),
  );
});

test('the pattern finds a key in any text around it, with nothing cut off or added', () => {
  const around = fc.string({ unit: fc.constantFrom(...Array.from('abz09_-"= \n{}:')) });
  fc.assert(
    fc.property(keys, around, around, (key, before, after) => {
      const text = formatApiKey(key);
      const found = [...`${before}${text}${after}`.matchAll(new RegExp(apiKeyPattern, 'g'))].map(([match]) => match);
      assert.deepEqual(found, [text]);
    }),
  );
});

test('a key with a malformed UUID or a secret of another length is never written', () => {
  const uuid = '017f22e2-79b0-7cc3-98c4-dc0c0c07398f';
  for (const length of [0, 16, 31, 33]) {
    assert.throws(() => formatApiKey({ uuid, secretBytes: new Uint8Array(length) }), RangeError);
  }
  assert.throws(() => formatApiKey({ uuid: 'x', secretBytes: new Uint8Array(32) }), RangeError);
});
