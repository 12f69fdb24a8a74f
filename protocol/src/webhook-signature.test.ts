// Checks that signatures agree with the published vector and that every part of what is signed is bound.
import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { hex, readVectors } from '../test/read-vectors.ts';
import { decodeBase64 } from './bytes.ts';
import {
  formatWebhookSecret,
  parseWebhookSecret,
  signWebhook,
  signWebhookWithEach,
  webhookSecretBytes,
} from './webhook-signature.ts';

type Vectors = {
  signatures: {
    secretHex: string;
    prefix: string;
    base64: string;
    id: string;
    timestampSeconds: number;
    body: string;
    signature: string;
  }[];
  refused: { prefix: string; base64: string; why: string }[];
};
const vectors: Vectors = JSON.parse(readVectors('webhooks'));
const secrets = fc.uint8Array({ minLength: 24, maxLength: 64 });
const messages = fc.record({
  id: fc.stringMatching(/^[!-\-/-~]{1,40}$/),
  timestampSeconds: fc.nat(),
  body: fc.string({ unit: 'grapheme' }),
});

/** Keys are filled with zeros to the block of the hash (RFC 2104), so secrets that differ in zeros at their ends sign alike. */
function padded(secret: Uint8Array): readonly number[] {
  return [...secret, ...Array.from({ length: 64 - secret.length }, () => 0)];
}

test('signatures and secrets agree with the vectors, the published one among them', () => {
  for (const { secretHex, prefix, base64, signature, ...message } of vectors.signatures) {
    assert.equal(formatWebhookSecret(hex(secretHex)), prefix + base64);
    assert.deepEqual(parseWebhookSecret(prefix + base64), hex(secretHex));
    assert.equal(signWebhook(hex(secretHex), message), signature);
  }
  for (const { prefix, base64, why } of vectors.refused)
    assert.equal(parseWebhookSecret(prefix + base64), undefined, why);
});

test('every secret returns from its text, and one that is too short or too long has none', () => {
  fc.assert(
    fc.property(secrets, (secret) => assert.deepEqual(parseWebhookSecret(formatWebhookSecret(secret)), secret)),
  );
  assert.throws(() => formatWebhookSecret(new Uint8Array(23)), RangeError);
  assert.throws(() => formatWebhookSecret(new Uint8Array(65)), RangeError);
  assert.equal(formatWebhookSecret(new Uint8Array(webhookSecretBytes)).length, 'whsec_'.length + 44);
});

test('two messages or two secrets that differ anywhere have different signatures of 32 bytes', () => {
  fc.assert(
    fc.property(secrets, messages, secrets, messages, (secret, message, otherSecret, otherMessage) => {
      const signature = signWebhook(secret, message);
      assert.equal(decodeBase64(signature.slice('v1,'.length))?.length, 32);
      const changes = [
        { ...message, id: `${message.id}x` },
        { ...message, timestampSeconds: message.timestampSeconds + 1 },
        { ...message, body: `${message.body}.` },
      ];
      for (const changed of changes) assert.notEqual(signWebhook(secret, changed), signature);
      const isSame = JSON.stringify([padded(secret), message]) === JSON.stringify([padded(otherSecret), otherMessage]);
      if (!isSame) assert.notEqual(signWebhook(otherSecret, otherMessage), signature);
    }),
  );
});

test('parts of what is signed cannot change places, and a time that is none is refused', () => {
  const secret = new Uint8Array(32);
  for (const id of ['a.1', '', 'a b', 'é', 'a\n'])
    assert.throws(() => signWebhook(secret, { id, timestampSeconds: 1, body: '' }), RangeError, id);
  for (const timestampSeconds of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
    assert.throws(() => signWebhook(secret, { id: 'a', timestampSeconds, body: '' }), RangeError);
});

test('with two secrets there are two signatures, each the one of its secret, and never none', () => {
  const message = { id: 'a', timestampSeconds: 1, body: '{}' };
  const [one, other] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  assert.equal(
    signWebhookWithEach([one, other], message),
    `${signWebhook(one, message)} ${signWebhook(other, message)}`,
  );
  assert.throws(() => signWebhookWithEach([], message), RangeError);
});
