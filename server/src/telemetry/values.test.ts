// Tests that each kind of value takes its own and nothing that could carry text, a secret or a person.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatApiKey } from '@holdfast/protocol/api-key.ts';
import { encodeId } from '@holdfast/protocol/ids.ts';
import * as fc from 'fast-check';
import { checkName, networkOf, renderValue, type ValueKind, valueKinds } from './values.ts';

const uuid = '019ab1c2-3d4e-7f00-8abc-0123456789ab';
const key = formatApiKey({ uuid, secretBytes: new Uint8Array(32).fill(0xa7) });

/** What each kind takes, and what becomes of it. */
const taken: { readonly [K in ValueKind]: readonly (readonly [given: unknown, shown: unknown])[] } = {
  number: [
    [0, 0],
    [-1.5, -1.5],
    [2 ** 40, 2 ** 40],
    [1_764_000_000_000, 1_764_000_000_000],
  ],
  boolean: [
    [true, true],
    [false, false],
  ],
  duration: [
    [0, 0],
    [12.34567, 12.346],
    [0.0004, 0],
  ],
  id: [
    [uuid, uuid],
    [encodeId('key', uuid), encodeId('key', uuid)],
    [encodeId('tool_server', uuid), encodeId('tool_server', uuid)],
  ],
  address: [
    ['203.0.113.7', '203.0.113.7'],
    ['2001:DB8:0::1', '2001:db8::1'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['fe80::1%eth0', 'fe80::1'],
  ],
  name: [
    'GET',
    '/api/v1/api-keys/:apiKeyId',
    '/o/{orgId}/mcp',
    'api_key.revoke',
    'gpt-4.1-mini',
    'meta-llama/Llama-3.3-70B-Instruct',
    'x509v3',
    'HTTP/1.1',
    '23505',
  ].map((name) => [name, name]),
  reason: ['expired', 'signature_mismatch', 'auth.required', 'too-many', 'sha256_mismatch'].map((reason) => [
    reason,
    reason,
  ]),
};

/** What no kind takes. */
const refusedByAll: readonly unknown[] = [
  undefined,
  null,
  Symbol('x'),
  {},
  [],
  () => 'x',
  new Date(0),
  NaN,
  Infinity,
  '',
  ' ',
  'two words',
  'line\nbreak',
  'tab\tbed',
  'esc\u001b[31m',
  'nul\u0000',
  'alice@example.com',
  '+491701234567',
  'a=b',
  'a?b',
  'a"b',
  "a'b",
  'a\\b',
  'straße',
  '\u202egnp.exe',
  'x'.repeat(65),
  'x'.repeat(33),
  key,
  key.slice(8),
  { toString: () => 'expired' },
  Object('expired'),
  ['expired'],
  'Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA',
  '9f86d081884c7d659a2feaa0c55ad015',
];

for (const kind of valueKinds)
  test(`the kind ${kind} takes what it names and nothing else`, () => {
    for (const [given, shown] of taken[kind]) assert.equal(renderValue(kind, given), shown, String(given));
    for (const given of refusedByAll)
      assert.equal(renderValue(kind, given), undefined, `${kind} took ${JSON.stringify(given)}`);
    for (const other of valueKinds.filter((other) => typeof taken[other][0]?.[0] !== typeof taken[kind][0]?.[0]))
      for (const [given] of taken[other])
        assert.equal(renderValue(kind, given), undefined, `${kind} took ${String(given)}`);
  });

test('a number of a card is refused though it is a number', () => {
  for (const number of [4_111_111_111_111_111, -378_282_246_310_005])
    assert.equal(renderValue('number', number), undefined);
  assert.equal(renderValue('number', 4_111_111_111_111_112), 4_111_111_111_111_112);
});

test('a duration is neither negative nor endless', () => {
  for (const duration of [-1, 1e12, NaN, Infinity]) assert.equal(renderValue('duration', duration), undefined);
});

test('an address is an address, not something that resolves to one', () => {
  for (const text of [
    '127.1',
    '0x7f000001',
    '2130706433',
    'localhost',
    '203.0.113.7:443',
    '256.1.1.1',
    '::g',
    `fe80::1%${'x'.repeat(80)}`,
  ])
    assert.equal(renderValue('address', text), undefined, text);
  assert.equal(networkOf('203.0.113.7'), '203.0.113.0/24');
  assert.equal(networkOf('2001:db8:1:2:3:4:5:6'), '2001:db8:1::/48');
});

test('random keys in base 62 and hex are neither ids nor names nor reasons', () => {
  const base62 = fc.string({
    unit: fc.constantFrom(...Array.from('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz')),
    minLength: 33,
    maxLength: 64,
  });
  const hex = fc
    .uint8Array({ minLength: 16, maxLength: 32 })
    .map((bytes) => bytes.toHex())
    .filter((text) => (text.match(/[a-f]\d|\d[a-f]/g)?.length ?? 0) > 3);
  fc.assert(
    fc.property(fc.oneof(base62, hex), fc.constantFrom<ValueKind>('id', 'name', 'reason'), (text, kind) => {
      assert.equal(renderValue(kind, text), undefined, text);
    }),
  );
});

test('whatever is given, what comes out is a number, a boolean or printable ASCII of at most 64 characters', () => {
  const anything = fc.oneof(
    fc.anything(),
    fc.string({ unit: 'binary' }),
    fc.stringMatching(/^[a-z0-9._:/{}*-]{1,80}$/),
  );
  fc.assert(
    fc.property(anything, fc.constantFrom(...valueKinds), (value, kind) => {
      const shown = renderValue(kind, value);
      assert.ok(typeof shown !== 'string' || /^[!-~]{1,64}$/.test(shown), String(shown));
      assert.ok(['string', 'number', 'boolean', 'undefined'].includes(typeof shown));
    }),
  );
});

test('checkName takes names and throws for other text without repeating it', () => {
  assert.equal(checkName('api_key.revoke'), 'api_key.revoke');
  assert.throws(
    () => checkName('alice@example.com'),
    (error) => error instanceof RangeError && !error.message.includes('alice'),
  );
});
