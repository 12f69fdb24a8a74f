// One-time passwords come out as the RFC's vectors have them, each once, and only around now.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { reveal, toSecret } from './secret.ts';
import { findTotpStep, newTotpSecret, showTotpSecret, totpCode, totpStep, totpUri } from './totp.ts';

// RFC 6238 appendix B, SHA-1, cut to the last six of its eight digits.
const vectors = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
] as const;
const secret = toSecret(Buffer.from('12345678901234567890', 'ascii'));
const never = -1;

describe('time-based one-time passwords', () => {
  it('are those of RFC 6238', () => {
    for (const [seconds, expected] of vectors) assert.equal(totpCode(secret, totpStep(seconds * 1_000)), expected);
  });

  it('count one step before and after now, and no other', () => {
    const unixMs = 1_234_567_890_000;
    const now = totpStep(unixMs);
    const found = [-2, -1, 0, 1, 2].map((off) =>
      findTotpStep(secret, totpCode(secret, now + off), { unixMs, afterStep: never }),
    );
    assert.deepEqual(found, [undefined, now - 1, now, now + 1, undefined]);
  });

  it('do not count again, nor one that is older than the last taken', () => {
    const unixMs = 1_234_567_890_000;
    const now = totpStep(unixMs);
    const entered = totpCode(secret, now);
    assert.equal(findTotpStep(secret, entered, { unixMs, afterStep: now }), undefined);
    assert.equal(findTotpStep(secret, totpCode(secret, now - 1), { unixMs, afterStep: now }), undefined);
    assert.equal(findTotpStep(secret, entered, { unixMs, afterStep: now - 1 }), now);
  });

  it('are six digits and nothing else', () => {
    const unixMs = 59_000;
    for (const entered of ['', '28708', '2870820', ' 287082', '287082\n', '２８７０８２', '28708a', 'constructor'])
      assert.equal(findTotpStep(secret, entered, { unixMs, afterStep: never }), undefined);
  });

  it('show their secret in base32, as every other decoder reads it', () => {
    assert.equal(reveal(showTotpSecret(secret), 'test.show'), 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const text = reveal(showTotpSecret(toSecret(bytes)), 'test.show');
        const bits = Array.from(text, (letter) =>
          'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
        );
        const read =
          bits
            .join('')
            .match(/.{8}/g)
            ?.map((byte) => Number.parseInt(byte, 2)) ?? [];
        assert.deepEqual(read, [...bytes]);
      }),
    );
  });

  it('are set up by an address that keeps issuer and account apart', () => {
    const uri = new URL(reveal(totpUri(secret, { issuer: 'Acme & Co', account: 'olga:x@acme.example' }), 'test.uri'));
    assert.equal(uri.protocol, 'otpauth:');
    assert.equal(uri.pathname, '/Acme%20%26%20Co:olga%3Ax%40acme.example');
    assert.deepEqual(Object.fromEntries(uri.searchParams), {
      secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
      issuer: 'Acme & Co',
      algorithm: 'SHA1',
      digits: '6',
      period: '30',
    });
  });

  it('have secrets of 160 bits, none like another', () => {
    const made = Array.from({ length: 50 }, () => reveal(newTotpSecret(), 'test.show').toString('hex'));
    assert.equal(new Set(made).size, 50);
    assert.ok(made.every((hex) => hex.length === 40));
  });
});
