// Tests that keys for different purposes never meet and that derivation stays what it was.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { sha256 } from './hash.ts';
import { newSecretBytes } from './random.ts';
import { deriveRoot, type RootKey, rootPurposes } from './roots.ts';
import { reveal, toSecret } from './secret.ts';
import { createSigner, verifySignature } from './signing.ts';

const master = toSecret(sha256('a master key for vectors'));
const hex = (root: RootKey) => reveal(root, 'test.compare').toString('hex');

test('a root matches an independent computation', () => {
  // Computed with Python's cryptography.
  assert.equal(hex(deriveRoot(master, 'lookup')), 'e366353789501c25e507ff2073643e4be599812dfe7bef424a7052a2246344ff');
  assert.equal(
    hex(deriveRoot(master, 'lookup', ['session'])),
    '24beff82a7a26aa0003ca35f26e535b1fc77458f42252f80c6764f7b60a0e810',
  );
});

test('the roots of two purposes are never equal, whatever the scope', () => {
  const scope = fc.array(fc.string({ unit: 'grapheme', maxLength: 6 }), { maxLength: 3 });
  const purpose = fc.constantFrom(...rootPurposes);
  fc.assert(
    fc.property(purpose, scope, purpose, scope, (left, leftScope, right, rightScope) => {
      const isSame = JSON.stringify([left, leftScope]) === JSON.stringify([right, rightScope]);
      assert.equal(hex(deriveRoot(master, left, leftScope)) === hex(deriveRoot(master, right, rightScope)), isSame);
    }),
    { numRuns: 500 },
  );
  assert.equal(new Set(rootPurposes.map((each) => hex(deriveRoot(master, each)))).size, rootPurposes.length);
});

test('a scope never reads as part of a purpose', () => {
  assert.notEqual(hex(deriveRoot(master, 'audit-signing')), hex(deriveRoot(master, 'lookup', ['audit-signing'])));
  assert.notEqual(hex(deriveRoot(master, 'lookup', ['a', 'b'])), hex(deriveRoot(master, 'lookup', ['ab'])));
});

test('every root differs from the key it derives from and between keys', () => {
  const other = newSecretBytes(32);
  for (const purpose of rootPurposes) {
    assert.notEqual(hex(deriveRoot(master, purpose)), reveal(master, 'test.compare').toString('hex'));
    assert.notEqual(hex(deriveRoot(master, purpose)), hex(deriveRoot(other, purpose)));
  }
});

test('a key of another length derives nothing', () => {
  for (const length of [0, 16, 31, 33]) assert.throws(() => deriveRoot(newSecretBytes(length), 'cookie'), RangeError);
});

test('the signer gives the key and signature of RFC 8032 test 1', () => {
  const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex');
  // A published seed in place of a derived one.
  const signer = createSigner(toSecret(seed) as RootKey<'audit-signing'>);
  assert.equal(signer.publicKey.toString('hex'), 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
  assert.equal(
    signer.sign(Buffer.alloc(0)).toString('hex'),
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  );
});

test('the derived signer matches an independent computation', () => {
  const signer = createSigner(deriveRoot(master, 'audit-signing'));
  assert.equal(signer.publicKey.toString('hex'), '5e0b672da355b74bb561886208c3f06d1cee0584a775fce7f55159e9d87cc0df');
  assert.equal(
    signer.sign(Buffer.from('checkpoint')).toString('hex'),
    '0578703c82b51c3b1a4ff4e1381b0e048fba07898e1e87a9e6b92584d337aff22b4d8c6b64433fee80174e37b384cdcc74b3c9fd51720af7a59da42ed9eb8e08',
  );
  // @ts-expect-error only the audit-signing root signs
  createSigner(deriveRoot(master, 'cookie'));
});

test('a signature holds for its message, key and exact bytes alone', () => {
  const signer = createSigner(deriveRoot(master, 'audit-signing'));
  const message = Buffer.from('checkpoint');
  const signature = signer.sign(message);
  assert.equal(verifySignature(signer.publicKey, message, signature), true);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 64 * 8 - 1 }), (bit) => {
      assert.equal(verifySignature(signer.publicKey, message, flipBit(signature, bit)), false);
    }),
  );
  const other = createSigner(deriveRoot(newSecretBytes(32), 'audit-signing'));
  assert.equal(verifySignature(other.publicKey, message, signature), false);
  assert.equal(verifySignature(signer.publicKey, Buffer.from('checkpoint '), signature), false);
  assert.equal(verifySignature(signer.publicKey, message, signature.subarray(1)), false);
  assert.equal(verifySignature(signer.publicKey.subarray(1), message, signature), false);
  assert.equal(verifySignature(Buffer.alloc(32, 0xff), message, signature), false);
});

function flipBit(bytes: Uint8Array, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return copy;
}
