// Tests that the scanner finds every kind of secret and personal data, wherever it stands.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatApiKey } from '@holdfast/protocol/api-key.ts';
import * as fc from 'fast-check';
import { isCardNumber } from './checksums.ts';
import { maskKinds } from './scan-patterns.ts';
import { maskSecrets, maskText, scanText, type MaskKind } from './scan.ts';

const apiKey = formatApiKey({
  uuid: '019ab1c2-3d4e-7f00-8abc-0123456789ab',
  secretBytes: new Uint8Array(32).fill(0xa7),
});
// Joined here so that no scanner of repositories takes this file for a leak.
const made = (...parts: readonly string[]): string => parts.join('');

/** Text, and what must be found in it. */
const finds: readonly (readonly [text: string, kind: MaskKind, hidden: string])[] = [
  ['write to alice@example.com.', 'email', 'alice@example.com'],
  ['josé.garcía+tag@mail.exämple.co.uk', 'email', 'josé.garcía+tag@mail.exämple.co.uk'],
  [`${'x'.repeat(100)}@example.com`, 'email', 'x'.repeat(100)],
  ['/users/alice%40example.com/keys', 'email', 'alice%40example.com'],
  ['call +491701234567 now', 'phone', '+491701234567'],
  ['call +1 (415) 555-2671', 'phone', '+1 (415) 555-2671'],
  ['card 4111111111111111', 'card', '4111111111111111'],
  ['order 1234 4111 1111 1111 1111 shipped', 'card', '4111 1111 1111 1111'],
  ['amex:3782-822463-10005,', 'card', '3782-822463-10005'],
  ['GB82 WEST 1234 5698 7654 32 and more', 'iban', 'GB82 WEST 1234 5698 7654 32'],
  ['to de89370400440532013000', 'iban', 'de89370400440532013000'],
  ['ssn 123-45-6789.', 'ssn', '123-45-6789'],
  [
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVP',
    'jwt',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVP',
  ],
  [`got ${apiKey}!`, 'holdfast_key', apiKey],
  [`glued${apiKey}`, 'holdfast_key', apiKey],
  [apiKey.slice(0, 40), 'holdfast_key', apiKey.slice(8, 40)],
  [made('hf', '_AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGh'), 'huggingface_key', 'AbCdEfGhIjKlMnOpQrStUvWxYz'],
  [made('sk-', 'ant-api03-abcDEF123456_ghiJKL789'), 'anthropic_key', 'abcDEF123456'],
  [made('sk-', 'proj-abcDEF123456_ghiJKL789'), 'openai_key', 'abcDEF123456'],
  [made('AKIA', 'IOSFODNN7EXAMPLE'), 'aws_key', 'IOSFODNN7EXAMPLE'],
  [made('ghp', '_16C7e42F292c6912E7710c838347Ae178B4a'), 'github_key', '16C7e42F292c'],
  [made('github', '_pat_11ABCDEFG0abcdefghij_klmnop'), 'github_key', '11ABCDEFG0abcdefghij'],
  [made('glpat', '-abcDEF123456ghiJKL78'), 'gitlab_key', 'abcDEF123456'],
  [made('xoxb', '-1234567890-abcdefghij'), 'slack_key', 'abcdefghij'],
  [made('https://hooks.slack.com/', 'services/T000/B000/XXXXXXXXXXXX'), 'slack_key', 'XXXXXXXXXXXX'],
  [made('AIza', 'SyA1234567890abcdefghijklmnopqrstuv'), 'google_key', '1234567890abcdefghij'],
  [made('sk_', 'live_abcDEF1234567890'), 'stripe_key', 'abcDEF1234567890'],
  ['-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE+/=\n-----END EC PRIVATE KEY-----', 'private_key', 'MHcCAQEE'],
  ['header Bearer mF_9.B5f-4.1JqM sent', 'bearer', 'mF_9.B5f-4.1JqM'],
  ['Basic dXNlcjpwYXNz', 'bearer', 'dXNlcjpwYXNz'],
  ['password=hunter2', 'secret', 'hunter2'],
  ['DB_PASSWORD: hunter2', 'secret', 'hunter2'],
  ['password:hunter', 'secret', 'hunter'],
  ['{"client_secret": "two words"}', 'secret', 'two words'],
  ["{ apiKey: 'two words' }", 'secret', 'two words'],
  ['Authorization: Bearer lowercaseonly', 'secret', 'lowercaseonly'],
  ['Set-Cookie: session', 'secret', 'session'],
  ['postgres://app:p/w@db:5432/x', 'url_credentials', 'p/w'],
  ['https://user:pw@host/', 'url_credentials', 'user:pw'],
  ['GET /callback?code=abc&state=def', 'url_query', 'def'],
];

for (const [text, kind, hidden] of finds)
  test(`${kind} is masked in ${JSON.stringify(text.slice(0, 40))}, plain, after a line break and inside nested JSON`, () => {
    const nested = JSON.stringify({ a: [JSON.stringify({ b: `x\n${text}\ty` })] });
    const embedded = [
      JSON.stringify({
        note: `first
${text}`,
      }),
      nested,
    ];
    for (const form of [
      text,
      `x
${text}`,
      ...embedded,
    ]) {
      const scanned = scanText(form);
      assert.ok(!scanned.text.includes(hidden), scanned.text);
      assert.ok(scanned.masked.includes(kind), `${String(scanned.masked)}: ${scanned.text}`);
      if (embedded.includes(form)) assert.doesNotThrow(() => JSON.parse(scanned.text), scanned.text);
    }
  });

test('every kind the scanner knows has an example above', () => {
  const shown = new Set(finds.map(([, kind]) => kind));
  assert.deepEqual(
    maskKinds.filter((kind) => !shown.has(kind)),
    [],
  );
});

test('what surrounds a masked place stays as it was', () => {
  assert.equal(maskText('a alice@example.com b +491701234567 c'), 'a [masked:email] b [masked:phone] c');
  assert.equal(
    maskText('https://u:p@h/x?a=1&b=&c=2#d'),
    'https://[masked:url_credentials]@h/x?a=[masked:url_query]&b=&c=[masked:url_query]#d',
  );
  assert.equal(maskText('{"password":"hu\\"nter\\\\","n":1}'), '{"password":"[masked:secret]","n":1}');
});

const word = fc.string({
  unit: fc.constantFrom(...Array.from(' aZ09.-_/\\"\':=&?@+%<>(){}[],;\n\täß€😀')),
  maxLength: 30,
});
const secret = fc.constantFrom(...finds.map(([text]) => text));

test('masking twice changes nothing more', () => {
  fc.assert(
    fc.property(word, secret, word, (before, text, after) => {
      const once = maskText(`${before} ${text} ${after}`);
      assert.equal(maskText(once), once);
    }),
    { numRuns: 2000 },
  );
});

test('a generated address, phone or card number is masked wherever it stands between separators', () => {
  const local = fc.stringMatching(/^[a-z0-9._%+-]{1,30}$/);
  const email = fc.tuple(local, fc.domain()).map(([name, domain]) => `${name}@${domain}`);
  const phone = fc.stringMatching(/^\+[1-9][0-9]{7,13}$/);
  const card = fc
    .stringMatching(/^4[0-9]{15}$/)
    .filter((digits) => isCardNumber(digits))
    .map((digits) => digits.replace(/(.{4})(?=.)/g, '$1 '));
  fc.assert(
    fc.property(
      word,
      fc.oneof(email, phone, card),
      fc.constantFrom(' ', '\n', '"', ',', ')'),
      (before, value, separator) => {
        const scanned = scanText(
          JSON.stringify({ text: `${before}${separator === ')' ? '(' : separator}${value}${separator}` }),
        );
        assert.ok(!scanned.text.includes(value), scanned.text);
      },
    ),
    { numRuns: 2000 },
  );
});

test('masking secrets alone leaves what people write about each other', () => {
  const text = 'ask ann@example.com, +44 20 7946 0958, about hf_live_01kar0qpn3e4hsg2xm9zv0y3bk_secret';
  assert.equal(maskSecrets(text), 'ask ann@example.com, +44 20 7946 0958, about [masked:holdfast_key]');
  assert.equal(maskText(text), 'ask [masked:email], [masked:phone], about [masked:holdfast_key]');
  assert.equal(maskSecrets('api_key:create'), 'api_key:create');
});
