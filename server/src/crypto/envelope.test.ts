// Tests that a sealed value opens with its key at its place, and nowhere else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import {
  type DataKey,
  open,
  plaintextBytesMax,
  readSealedKeyId,
  seal,
  type SealContext,
  sealedOverheadBytes,
} from './envelope.ts';
import { sha256 } from './hash.ts';
import { newSecretBytes, newUuid } from './random.ts';
import { eraseSecret, reveal, toSecret } from './secret.ts';

const place: SealContext = {
  purpose: 'provider-credential',
  orgId: 'org-1',
  table: 'provider',
  column: 'secret',
  rowId: 'row-7',
};
const placeFields = ['purpose', 'orgId', 'table', 'column', 'rowId'] as const;
const dataKey = newDataKey();

test('any plaintext, the empty one too, comes back as it was', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const sealed = seal(dataKey, place, toSecret(Uint8Array.from(bytes)));
      assert.equal(sealed.length, bytes.length + sealedOverheadBytes);
      assert.deepEqual(openText(sealed), Buffer.from(bytes));
    }),
  );
  assert.deepEqual(openText(seal(dataKey, place, toSecret(Buffer.alloc(0)))), Buffer.alloc(0));
});

test('a plaintext of one megabyte comes back, and one beyond the limit is refused', () => {
  const megabyte = Buffer.alloc(1_048_576, 'holdfast');
  assert.ok(openText(seal(dataKey, place, toSecret(Buffer.from(megabyte)))).equals(megabyte));
  assert.throws(() => seal(dataKey, place, toSecret(Buffer.alloc(plaintextBytesMax + 1))), RangeError);
});

test('a value sealed by an independent implementation of the format opens', () => {
  const key = toSecret(sha256('a data key for vectors'));
  // Made with Python's cryptography from the format's description.
  const sealed = Buffer.from(
    '01010190b5f28c007abc8def0123456789ab000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f' +
      '245c20d2cf46aa38d97a24082721d04e3f2bcab26070bc04fe27d189b7429dd1435cf520fd66114cdaae6a23fe468e5c1817246c34f76c50e136',
    'hex',
  );
  const opened = open((id) => (id === '0190b5f2-8c00-7abc-8def-0123456789ab' ? key : undefined), place, sealed);
  assert.ok(opened.ok);
  assert.equal(reveal(opened.plaintext, 'test.compare').toString(), 'the secret');
});

test('sealing the same value twice shares nothing but the header', () => {
  const [first, second] = [sealSample(), sealSample()];
  assert.deepEqual(first.subarray(0, 18), second.subarray(0, 18));
  for (const [from, to] of [
    [18, 50],
    [50, 82],
    [82, first.length - 16],
    [first.length - 16, first.length],
  ] as const) {
    assert.notDeepEqual(first.subarray(from, to), second.subarray(from, to));
  }
});

test('the plaintext is hidden when printed', () => {
  assert.ok(!JSON.stringify(open(findOwn, place, sealSample())).includes('sample'));
});

test('changing any field of the place fails to open', () => {
  const sealed = sealSample();
  fc.assert(
    fc.property(fc.constantFrom(...placeFields), fc.string({ unit: 'grapheme', minLength: 1 }), (field, value) => {
      fc.pre(value !== place[field]);
      assert.deepEqual(open(findOwn, { ...place, [field]: value }, sealed), refusal('commitment'));
    }),
  );
});

test('exchanging two fields of the place fails to open', () => {
  const sealed = sealSample();
  for (const left of placeFields) {
    for (const right of placeFields) {
      if (left === right) continue;
      const swapped = { ...place, [left]: place[right], [right]: place[left] };
      assert.deepEqual(open(findOwn, swapped, sealed), refusal('commitment'), `${left} and ${right}`);
    }
  }
});

test('moving a character from one field of the place to the next fails to open', () => {
  const sealed = sealSample();
  const shifted = { ...place, table: 'provide', column: 'rsecret' };
  assert.deepEqual(open(findOwn, shifted, sealed), refusal('commitment'));
});

test('every single flipped bit fails to open, with the reason its part gives', () => {
  const sealed = sealSample();
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const changed = Buffer.from(sealed);
    changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    const result = open(findOwn, place, changed);
    assert.equal(result.ok ? 'opened' : result.reason, expectedReason(bit >> 3), `bit ${bit}`);
  }
});

test('a changed key id fails to open even when that id leads to the same key', () => {
  const sealed = sealSample();
  sealed.writeUInt8(sealed.readUInt8(2) ^ 1, 2);
  const result = open(() => dataKey.key, place, sealed);
  assert.equal(result.ok ? 'opened' : result.reason, 'commitment');
});

test('every truncation and any extension fails to open', () => {
  const sealed = sealSample();
  for (let length = 0; length < sealed.length; length += 1) {
    assert.equal(open(findOwn, place, sealed.subarray(0, length)).ok, false, `length ${length}`);
  }
  for (const extra of [1, 16, 200]) {
    assert.deepEqual(open(findOwn, place, Buffer.concat([sealed, Buffer.alloc(extra)])), refusal('tag'));
  }
});

test('arbitrary bytes never open and never throw', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => !open(() => dataKey.key, place, bytes).ok));
});

test('another data key under the same id fails at the commitment, before decrypting', () => {
  const other = newSecretBytes(32);
  assert.deepEqual(
    open(() => other, place, sealSample()),
    refusal('commitment'),
  );
});

test('a missing data key is named', () => {
  assert.deepEqual(
    open(() => undefined, place, sealSample()),
    refusal('unknown_key'),
  );
  assert.equal(readSealedKeyId(sealSample()), dataKey.id);
  assert.equal(readSealedKeyId(Buffer.alloc(200)), undefined);
});

test('the parts of two sealed values never mix', () => {
  const [first, second] = [sealSample(), sealSample()];
  for (const [from, to] of [
    [18, 50],
    [50, 82],
    [82, first.length - 16],
    [first.length - 16, first.length],
  ] as const) {
    const mixed = Buffer.from(first);
    second.copy(mixed, from, from, to);
    assert.equal(open(findOwn, place, mixed).ok, false, `bytes ${from} to ${to}`);
  }
});

test('a place with an empty or impossible field seals nothing and opens nothing', () => {
  const sealed = sealSample();
  for (const field of placeFields) {
    for (const value of ['', 'lone \ud800']) {
      const broken = { ...place, [field]: value };
      assert.throws(() => seal(dataKey, broken, toSecret(Buffer.alloc(1))), TypeError);
      assert.throws(() => open(findOwn, broken, sealed), TypeError);
    }
  }
});

test('a key of another length, an erased key or a key without a UUID seals nothing', () => {
  for (const length of [0, 16, 31, 33, 64]) {
    assert.throws(
      () => seal({ ...dataKey, key: newSecretBytes(length) }, place, toSecret(Buffer.alloc(1))),
      RangeError,
    );
  }
  const erased = newDataKey();
  eraseSecret(erased.key);
  assert.throws(() => seal(erased, place, toSecret(Buffer.alloc(1))), /already erased/);
  assert.throws(() => seal({ ...dataKey, id: 'key-1' }, place, toSecret(Buffer.alloc(1))), TypeError);
});

function newDataKey(): DataKey {
  return { id: newUuid(), key: newSecretBytes(32) };
}

function sealSample(): Buffer {
  return seal(dataKey, place, toSecret(Buffer.from('a sample of some length')));
}

function findOwn(id: string) {
  return id === dataKey.id ? dataKey.key : undefined;
}

function openText(sealed: Uint8Array): Buffer {
  const opened = open(findOwn, place, sealed);
  assert.ok(opened.ok);
  return reveal(opened.plaintext, 'test.compare');
}

function refusal(reason: string) {
  return { ok: false, reason, keyId: dataKey.id };
}

function expectedReason(at: number): string {
  if (at < 2) return 'format';
  if (at < 18) return 'unknown_key';
  return at < 82 ? 'commitment' : 'tag';
}
