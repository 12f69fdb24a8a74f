// Tests that a wrapped data key opens under its master key and additional data alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { sha256 } from './hash.ts';
import { checkByCanary, createFileKekProvider, type KekProvider } from './kek.ts';
import { computeKekId, type MasterKey } from './key-file-format.ts';
import { newSecretBytes, randomBytes } from './random.ts';
import { reveal, type Secret, toSecret } from './secret.ts';

const additionalData = Buffer.from('row 7');
const [oldKey, newKey] = [newMasterKey(), newMasterKey()];
const before = createFileKekProvider({ environment: 'test', current: oldKey, previous: [] });
const after = createFileKekProvider({ environment: 'test', current: newKey, previous: [oldKey] });

test('a wrapped key comes back, names its master key and hides its bytes', async () => {
  const { dataKey, blob } = await wrapNew(before);
  assert.equal(blob.length, 70);
  assert.equal(blob.subarray(2, 10).toString('hex'), oldKey.id);
  assert.ok(!blob.includes(reveal(dataKey, 'test.compare')));
  assert.deepEqual(await unwrapBytes(before, blob), reveal(dataKey, 'test.compare'));
});

test('wrapping twice gives two nonces and two ciphertexts', async () => {
  const dataKey = newSecretBytes(32);
  const blobs = [await before.wrap(dataKey, additionalData), await before.wrap(dataKey, additionalData)];
  const [first, second] = blobs.map((result) => (result.ok ? result.blob : assert.fail(result.reason)));
  assert.notDeepEqual(first?.subarray(10, 22), second?.subarray(10, 22));
  assert.notDeepEqual(first?.subarray(22, 54), second?.subarray(22, 54));
});

test('a blob wrapped by an independent implementation of the format opens', async () => {
  const key = toSecret(sha256('a master key for vectors'));
  const id = computeKekId(key);
  // Id and blob made with Python's hmac and cryptography from the format's description.
  assert.equal(id, 'cbea1d08a321c4a7');
  const provider = createFileKekProvider({ environment: 'test', current: { ...newKey, id, key }, previous: [] });
  const blob = Buffer.from(
    '0101cbea1d08a321c4a7000102030405060708090a0b39e81c4ee5085567f4a8d92eddb1263d4d83bb1958b7f7c78739821c0cda332afbda17b42675b34d845620ae9988b71b',
    'hex',
  );
  assert.deepEqual(await unwrapBytes(provider, blob), sha256('a data key for vectors'));
});

test('after a rotation the previous key still unwraps and only the new one wraps', async () => {
  const { dataKey, blob } = await wrapNew(before);
  assert.deepEqual(await unwrapBytes(after, blob), reveal(dataKey, 'test.compare'));
  const rewrapped = await after.wrap(dataKey, additionalData);
  assert.equal(rewrapped.ok && rewrapped.kekId, newKey.id);
  assert.ok(rewrapped.ok);
  assert.deepEqual(await before.unwrap(rewrapped.blob, additionalData), {
    ok: false,
    reason: 'unknown_key',
    kekId: newKey.id,
  });
});

test('other additional data never unwraps', async () => {
  const { blob } = await wrapNew(before);
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 12 }), async (other) => {
      fc.pre(!additionalData.equals(other));
      assert.deepEqual(await before.unwrap(blob, other), { ok: false, reason: 'tag', kekId: oldKey.id });
    }),
  );
});

test('every single flipped bit and every truncation fails to unwrap, with the reason its part gives', async () => {
  const { blob } = await wrapNew(after);
  for (let bit = 0; bit < blob.length * 8; bit += 1) {
    const at = bit >> 3;
    const changed = Buffer.from(blob);
    changed.writeUInt8(changed.readUInt8(at) ^ (1 << (bit & 7)), at);
    const result = await after.unwrap(changed, additionalData);
    const expected = at < 2 ? 'format' : at < 10 ? 'unknown_key' : 'tag';
    assert.equal(result.ok ? 'opened' : result.reason, expected, `bit ${bit}`);
  }
  for (let length = 0; length < blob.length; length += 1) {
    assert.deepEqual(await after.unwrap(blob.subarray(0, length), additionalData), { ok: false, reason: 'format' });
  }
  assert.deepEqual(await after.unwrap(Buffer.concat([blob, Buffer.alloc(1)]), additionalData), {
    ok: false,
    reason: 'format',
  });
});

test('a blob relabeled to the other master key does not unwrap', async () => {
  const { blob } = await wrapNew(after);
  Buffer.from(oldKey.id, 'hex').copy(blob, 2);
  assert.deepEqual(await after.unwrap(blob, additionalData), { ok: false, reason: 'tag', kekId: oldKey.id });
});

test('only keys of 32 bytes are wrapped', async () => {
  for (const length of [0, 16, 31, 33])
    await assert.rejects(before.wrap(newSecretBytes(length), additionalData), RangeError);
});

test('the description names the keys and shows none', () => {
  assert.deepEqual(after.describe(), {
    kind: 'file',
    environment: 'test',
    currentKekId: newKey.id,
    previousKekIds: [oldKey.id],
  });
});

test('health follows what the provider really does', async () => {
  assert.deepEqual(await after.health(), { ok: true });
  const unavailable: KekProvider = { ...after, unwrap: () => Promise.resolve({ ok: false, reason: 'unavailable' }) };
  assert.deepEqual(await checkByCanary(unavailable), { ok: false, reason: 'unavailable' });
  const refusing: KekProvider = { ...after, wrap: () => Promise.resolve({ ok: false, reason: 'unavailable' }) };
  assert.deepEqual(await checkByCanary(refusing), { ok: false, reason: 'unavailable' });
  const otherKey: KekProvider = { ...after, unwrap: (blob, data) => before.unwrap(blob, data) };
  assert.deepEqual(await checkByCanary(otherKey), { ok: false, reason: 'canary' });
  const forgetful: KekProvider = { ...after, unwrap: () => Promise.resolve({ ok: true, dataKey: newSecretBytes(32) }) };
  assert.deepEqual(await checkByCanary(forgetful), { ok: false, reason: 'canary' });
});

function newMasterKey(): MasterKey {
  const key = toSecret(randomBytes(32));
  return { id: computeKekId(key), key, createdAt: '2026-01-01T00:00:00.000Z' };
}

async function wrapNew(provider: KekProvider): Promise<{ readonly dataKey: Secret<Buffer>; readonly blob: Buffer }> {
  const dataKey = newSecretBytes(32);
  const wrapped = await provider.wrap(dataKey, additionalData);
  return wrapped.ok ? { dataKey, blob: wrapped.blob } : assert.fail(wrapped.reason);
}

async function unwrapBytes(provider: KekProvider, blob: Uint8Array): Promise<Buffer> {
  const unwrapped = await provider.unwrap(blob, additionalData);
  return unwrapped.ok ? reveal(unwrapped.dataKey, 'test.compare') : assert.fail(unwrapped.reason);
}
