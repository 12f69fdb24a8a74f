// Tests that secrets anybody could guess are found, and that random ones never are.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { databasePasswordRule, estimateBits, isKnownSecret, judgeSecret, machineSecretRule } from './weak-secrets.ts';

const anyRule = { charactersMin: 1, bitsMin: 0 };
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

const published = [
  'changeme',
  'secret',
  'postgres',
  'Postgres',
  ' postgres ',
  'postgres1',
  'Postgres123!',
  '!!admin99',
  'holdfast',
  'minioadmin',
  'your-256-bit-secret',
  'super-secret-jwt-token-with-at-least-32-characters-long',
  'my-super-secret-jwt-token-with-at-least-32-characters-long!',
  '6c1fe4e407b8911c104518103505b218',
  '6C1FE4E407B8911C104518103505B218',
  'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
];
const placeholders = [
  'CHANGE_ME',
  'please-change-this-now',
  'change-me-in-production-0123456789abcdef',
  'replace-me',
  'your-secret-here',
  'yourpassword',
  '<password>',
  '${DB_PASSWORD}',
  '{{ secret }}',
  'xxxxxxxx',
  '********',
  'example-token-Zk3',
  'not-a-secret',
  'insecure-dev-key',
];

test('published defaults are found in any case, with digits around them, and in base64 or hex', () => {
  for (const secret of published) {
    for (const form of [
      secret,
      base64(secret),
      base64(secret).replace(/=+$/, ''),
      hex(secret),
      hex(secret).toUpperCase(),
      base64(base64(secret)),
    ]) {
      assert.equal(isKnownSecret(form), true, form);
      assert.equal(reasonOf(form, anyRule), 'published', form);
    }
  }
});

test('placeholders of templates are found, in base64 too', () => {
  for (const secret of placeholders) {
    for (const form of [secret, base64(secret)]) {
      assert.equal(isKnownSecret(form), true, form);
      assert.notEqual(reasonOf(form, anyRule), 'strong', form);
    }
  }
});

const predictable = [
  'a'.repeat(64),
  'ab'.repeat(32),
  '0123456789'.repeat(7),
  'abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz',
  'qwertyuiopasdfghjklzxcvbnm'.repeat(2),
  '0'.repeat(64),
  'deadbeef'.repeat(8),
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
  '12345678'.repeat(8),
  'zyxwvutsrqponmlkjihgfedcba'.repeat(2),
  'this-is-a-very-long-token-that-must-never-be-only-words-here',
  'MyCompanyProductionDatabaseServerPasswordSummer2026!!!',
  'p4ssw0rds3cr3tt0k3n-p4ssw0rds3cr3tt0k3n-p4ssw0rd',
  base64('the quick and the dead and the lazy'),
  hex('admin admin admin admin admin admin admin'),
];

test('repetitions, sequences and rows of words are found however long they are', () => {
  for (const secret of predictable) {
    assert.notEqual(reasonOf(secret, machineSecretRule), 'strong', secret);
    assert.ok(secret.length >= machineSecretRule.charactersMin, `${secret} is long enough to be found for its pattern`);
  }
});

test('a short secret is short, however random', () => {
  assert.equal(reasonOf('kX0v3Zq9sT7yBn4mLp2Rw', databasePasswordRule), 'short');
  assert.equal(reasonOf('kX0v3Zq9sT7yBn4mLp2RwE8uHc6JdFgA1iKoVtYxQz', machineSecretRule), 'short');
});

test('32 random bytes are strong as hex, base64 and base64url', () => {
  fc.assert(
    // Bytes that fast-check makes simple on purpose are no random ones.
    fc.property(fc.noBias(bytes(32)), (random) => {
      fc.pre(new Set(random).size >= 24);
      const buffer = Buffer.from(random);
      for (const encoding of ['hex', 'base64', 'base64url'] as const) {
        assert.equal(reasonOf(buffer.toString(encoding), machineSecretRule), 'strong', buffer.toString(encoding));
      }
    }),
    { numRuns: 2000 },
  );
});

test('24 random letters and digits, and 24 random hex digits, do for a database', () => {
  fc.assert(
    fc.property(
      fc.noBias(fc.array(fc.nat(letters.length - 1), { minLength: 24, maxLength: 24 })),
      fc.noBias(bytes(12)),
      (indexes, random) => {
        fc.pre(new Set(indexes).size >= 16 && new Set(random).size >= 11);
        const password = indexes.map((index) => letters.charAt(index)).join('');
        assert.equal(reasonOf(password, databasePasswordRule), 'strong', password);
        assert.equal(reasonOf(Buffer.from(random).toString('hex'), databasePasswordRule), 'strong');
      },
    ),
    { numRuns: 2000 },
  );
});

test('repeating a secret adds almost nothing, and a longer secret is never worth less', () => {
  fc.assert(
    fc.property(bytes(24), bytes(4), (random, more) => {
      const secret = Buffer.from(random).toString('hex');
      assert.ok(estimateBits(secret + secret) <= estimateBits(secret) + secret.length + 16);
      assert.ok(estimateBits(secret + Buffer.from(more).toString('hex')) >= estimateBits(secret));
    }),
  );
});

test('no judgement quotes the secret', () => {
  for (const secret of [...published, ...placeholders, ...predictable]) {
    const judgement = judgeSecret(secret, machineSecretRule);
    if (secret.length > 16) assert.ok(!JSON.stringify(judgement).includes(secret), secret);
  }
});

function reasonOf(secret: string, rule: typeof machineSecretRule): string {
  const judgement = judgeSecret(secret, rule);
  return judgement.ok ? 'strong' : judgement.reason;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function hex(text: string): string {
  return Buffer.from(text).toString('hex');
}

test('words that ask to be filled in are placeholders where they stand alone, not where random letters spell them', () => {
  for (const text of [
    'fill_me_in_with_48_random_characters_or_even_more',
    'fillin 48 random characters, or even some more',
  ])
    assert.equal(reasonOf(text, machineSecretRule), 'placeholder', text);
  assert.equal(reasonOf('kX0v3Zq9sT7yBn4mLp2RwE8uHcfillinFgA1iKoVtYxQzT6', machineSecretRule), 'strong');
});
