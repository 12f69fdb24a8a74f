// Checks Ed25519 against RFC 8032 and against keys under which anyone can forge.
import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { hex } from '../test/read-vectors.ts';
import { ed25519PublicKey, isEd25519PublicKey, signEd25519, verifyEd25519 } from './ed25519.ts';

const rfc8032 = [
  {
    seed: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    publicKey: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    message: '',
    signature:
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  },
  {
    seed: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    publicKey: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    message: '72',
    signature:
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  },
];

test('keys and signatures agree with RFC 8032 section 7.1', () => {
  for (const { seed, publicKey, message, signature } of rfc8032) {
    assert.equal(ed25519PublicKey(hex(seed)).toHex(), publicKey);
    assert.equal(signEd25519(hex(seed), hex(message)).toHex(), signature);
    assert.ok(verifyEd25519(hex(publicKey), hex(message), hex(signature)));
  }
});

test('a signature holds for its key and message only, to the bit', () => {
  const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(seeds, fc.uint8Array({ minLength: 1 }), fc.nat(511), (seed, message, bit) => {
      const [publicKey, signature] = [ed25519PublicKey(seed), signEd25519(seed, message)];
      const flip = (bytes: Uint8Array): Uint8Array =>
        bytes.map((byte, index) => (index === (bit >> 3) % bytes.length ? byte ^ (1 << (bit & 7)) : byte));
      assert.ok(verifyEd25519(publicKey, message, signature));
      assert.ok(!verifyEd25519(publicKey, message, flip(signature)));
      assert.ok(!verifyEd25519(publicKey, flip(message), signature));
      assert.ok(!verifyEd25519(flip(publicKey), message, signature));
    }),
    { numRuns: 50 },
  );
});

test('a signature with its scalar raised by the group order is refused', () => {
  const [first] = rfc8032;
  assert.ok(first);
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const bytes = hex(first.signature);
  const raised = BigInt(`0x${bytes.slice(32).toReversed().toHex()}`) + order;
  bytes.set(hex(raised.toString(16).padStart(64, '0')).toReversed(), 32);
  assert.ok(!verifyEd25519(hex(first.publicKey), hex(first.message), bytes));
});

// The curve of RFC 8032 section 5.1 in plain numbers, to find the points of small order without the list under test.
const prime = 2n ** 255n - 19n;
type Point = readonly [x: bigint, y: bigint];

function modulo(value: bigint): bigint {
  return ((value % prime) + prime) % prime;
}

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, modulo(base)];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = modulo(result * square);
    square = modulo(square * square);
  }
  return result;
}

function addPoints([x1, y1]: Point, [x2, y2]: Point): Point {
  const product = modulo(-121665n * power(121666n, prime - 2n) * x1 * x2 * y1 * y2);
  const x = (x1 * y2 + x2 * y1) * power(1n + product, prime - 2n);
  return [modulo(x), modulo((y1 * y2 + x1 * x2) * power(1n - product, prime - 2n))];
}

function encodeY(y: bigint): Uint8Array {
  return hex(y.toString(16).padStart(64, '0')).toReversed();
}

test('no point of small order passes for a key, in any of its encodings, whatever the library below thinks of it', () => {
  const y = BigInt(`0x${hex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05').toReversed().toHex()}`);
  const d = modulo(-121665n * power(121666n, prime - 2n));
  const xSquared = modulo((y * y - 1n) * power(d * y * y + 1n, prime - 2n));
  const root = power(xSquared, (prime + 3n) / 8n);
  const x = modulo(root * root) === xSquared ? root : modulo(root * power(2n, (prime - 1n) / 4n));
  assert.equal(modulo(x * x), xSquared);
  const points: Point[] = [[x, y]];
  while (points.length < 8) points.push(addPoints(points.at(-1) ?? [0n, 1n], [x, y]));
  assert.deepEqual(points.at(-1), [0n, 1n]);
  assert.equal(new Set(points.map(String)).size, 8);
  for (const [, y] of points) {
    for (const encoded of y < 19n ? [y, y + prime] : [y]) {
      const key = encodeY(encoded);
      for (const sign of [0, 0x80]) {
        const signed = key.with(31, (key[31] ?? 0) | sign);
        assert.ok(!isEd25519PublicKey(signed), signed.toHex());
        assert.ok(!verifyEd25519(signed, new Uint8Array(1), Uint8Array.of(...signed, ...new Uint8Array(32))));
      }
    }
  }
  assert.ok(rfc8032.every(({ publicKey }) => isEd25519PublicKey(hex(publicKey))));
});

test('keys, signatures and seeds of another length are refused', () => {
  const [first] = rfc8032;
  assert.ok(first);
  const [publicKey, signature] = [hex(first.publicKey), hex(first.signature)];
  assert.ok(!verifyEd25519(publicKey.subarray(1), hex(first.message), signature));
  assert.ok(!verifyEd25519(publicKey, hex(first.message), signature.subarray(0, 63)));
  assert.ok(!verifyEd25519(publicKey, hex(first.message), Uint8Array.of(...signature, 0)));
  for (const length of [0, 31, 33, 64]) {
    assert.ok(!isEd25519PublicKey(new Uint8Array(length).fill(9)));
    assert.throws(() => signEd25519(new Uint8Array(length), new Uint8Array(1)), RangeError);
    assert.throws(() => ed25519PublicKey(new Uint8Array(length)), RangeError);
  }
});
