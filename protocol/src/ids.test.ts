// Checks that a UUID has one id and an id one UUID.
import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { hex, readVectors } from '../test/read-vectors.ts';
import { decodeId, encodeId, uuidFromBytes, uuidToBytes, uuidV7 } from './ids.ts';

type Vectors = {
  ids: { prefix: string; uuid: string; text: string }[];
  refused: { prefix: string; text: string; why: string }[];
  uuidV7: { unixMs: number; randomHex: string; uuid: string }[];
};
const vectors: Vectors = JSON.parse(readVectors('ids'));
const uuids = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(uuidFromBytes);

test('ids agree with the vectors in both directions', () => {
  for (const { prefix, uuid, text } of vectors.ids) {
    assert.equal(encodeId(prefix, uuid), text);
    assert.equal(decodeId(prefix, text), uuid);
  }
  for (const { prefix, text, why } of vectors.refused) assert.equal(decodeId(prefix, text), undefined, why);
  for (const { unixMs, randomHex, uuid } of vectors.uuidV7) assert.equal(uuidV7(unixMs, hex(randomHex)), uuid);
});

test('every UUID returns from its id, and ids sort as UUIDs do', () => {
  fc.assert(
    fc.property(uuids, uuids, (one, other) => {
      assert.equal(decodeId('key', encodeId('key', one)), one);
      assert.equal(encodeId('key', one) < encodeId('key', other), one < other);
    }),
  );
});

test('changing any character of an id never yields the same UUID', () => {
  fc.assert(
    fc.property(
      uuids,
      fc.nat(29),
      fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 }),
      (uuid, at, character) => {
        const text = encodeId('key', uuid);
        const changed = text.slice(0, at) + character + text.slice(at + 1);
        assert.ok(changed === text || decodeId('key', changed) !== uuid);
      },
    ),
  );
});

test('an id is never read under another prefix, not even one it begins with', () => {
  const text = encodeId('api_key', '017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
  assert.equal(decodeId('api', text), undefined);
  assert.equal(decodeId('key', text), undefined);
});

test('malformed UUIDs and prefixes are refused by exception', () => {
  const uuid = '017f22e2-79b0-7cc3-98c4-dc0c0c07398f';
  for (const bad of [uuid.toUpperCase(), uuid.replaceAll('-', ''), `{${uuid}}`, uuid.slice(1), `${uuid}\n`, '']) {
    assert.throws(() => encodeId('key', bad), RangeError);
    assert.throws(() => uuidToBytes(bad), RangeError);
  }
  for (const bad of ['', 'Key', '_key', 'key_', 'a__b', '1key', 'key ', 'key\n']) {
    assert.throws(() => encodeId(bad, uuid), RangeError);
    assert.throws(() => decodeId(bad, `${bad}_`), RangeError);
  }
  assert.throws(() => uuidFromBytes(new Uint8Array(15)), RangeError);
});

test('a version 7 UUID keeps its time, version, variant and 74 random bits', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 31), fc.uint8Array({ minLength: 10, maxLength: 10 }), (seconds, random) => {
      const unixMs = seconds * 1000 + 7;
      const bytes = uuidToBytes(uuidV7(unixMs, random));
      assert.equal(Number.parseInt(bytes.subarray(0, 6).toHex(), 16), unixMs);
      const [version = 0, variant = 0] = [bytes[6], bytes[8]];
      assert.deepEqual([version >> 4, variant >> 6], [7, 2]);
      const randomBits = (byte: number, index: number): number => byte & ([0x0f, 0xff, 0x3f][index] ?? 0xff);
      assert.deepEqual(bytes.slice(6).map(randomBits), random.map(randomBits));
    }),
  );
});

test('a version 7 UUID refuses a time or randomness it cannot hold', () => {
  for (const unixMs of [-1, 0.5, 2 ** 48, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => uuidV7(unixMs, new Uint8Array(10)), RangeError);
  }
  for (const length of [0, 9, 11]) assert.throws(() => uuidV7(0, new Uint8Array(length)), RangeError);
});
