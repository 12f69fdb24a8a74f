// Tests that the scanner leaves ids, hashes, times and technical names alone: a log that masks those is of no use.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeId, uuidV7 } from '@holdfast/protocol/ids.ts';
import { isCardNumber } from './checksums.ts';
import { maskText, scanText } from './scan.ts';

/** A generator with a fixed start, so that a failure can be repeated. */
function* randomBytes(): Generator<number, never> {
  let state = 0x2545f491;
  for (;;) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    yield state & 0xff;
  }
}

const bytes = randomBytes();
const take = (count: number): Uint8Array => Uint8Array.from({ length: count }, () => bytes.next().value);

test('ids, hashes, timestamps and names of ours are never touched', () => {
  const time = (index: number): Date => new Date(1_700_000_000_000 + index * 86_399_977);
  for (let index = 0; index < 5000; index += 1) {
    const random = take(16);
    const hex = random.toHex();
    const uuid = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
    const uuid7 = uuidV7(time(index).getTime(), take(10));
    const corpus = [
      uuid,
      uuid.toUpperCase(),
      uuid7,
      encodeId('key', uuid7),
      encodeId('tool_server', uuid),
      take(20).toHex(),
      take(32).toHex(),
      take(64).toHex().toUpperCase(),
      `sha256:${take(32).toHex()}`,
      `sha512-${take(64).toBase64()}`,
      take(32).toBase64({ alphabet: 'base64url', omitPadding: true }),
      time(index).toISOString(),
      time(index).toUTCString(),
      String(time(index).getTime()),
      `${time(index).getTime()}000`,
      `${time(index).getTime()}000000`,
      `203.0.113.${index % 256}`,
      `2001:db8:${hex.slice(0, 4)}::${hex.slice(4, 8)}`,
    ];
    for (const text of corpus) assert.equal(maskText(text), text);
    const line = JSON.stringify({ corpus, total: index * 1e9 });
    assert.equal(maskText(line), line);
  }
});

test('a UUID of digits whose groups pass for a card number is left alone', () => {
  const last = Array.from('0123456789').find((digit) => isCardNumber(`812360000000000${digit}`)) ?? '';
  assert.equal(maskText(`8123-60000000000${last}`), '[masked:card]', 'the example must be a hard one');
  const uuid = `12345678-1234-4123-8123-60000000000${last}`;
  assert.equal(maskText(uuid), uuid);
});

test('harmless technical text is left alone', () => {
  const lines = [
    'at revealSecret (server/src/modules/secrets/service.ts:10:5)',
    'node_modules/@opentelemetry/sdk-trace/dist/Span.mjs:10:5',
    'pg@8.23.1',
    'fastify@5.12.8-beta.1',
    '@scope/package',
    'api_key.revoke',
    'secret:reveal',
    'token:create',
    '{"permission":"api_key:create","ok":true}',
    'token_expired',
    '{"token":5,"password":true,"secret":null}',
    'POST /api/v1/api-keys/:apiKeyId',
    '/o/{orgId}/mcp',
    'meta-llama/Llama-3.3-70B-Instruct',
    'gpt-4.1-mini',
    'task-runner-with-a-long-name-of-its-own',
    'disk-usage-of-the-data-directory',
    '1e+21',
    '+02:00',
    'UTC+0200',
    '10+12345678',
    'basic authentication required',
    '2026-11-22 09:31:00.123+00',
    '1.5.0+20260101120000',
    '192.168.100.200:5432',
    'v26.10.0',
  ];
  for (const line of lines) assert.equal(maskText(line), line);
});

test('the scan keeps up with a busy log', (t) => {
  const line = JSON.stringify({
    level: 'info',
    time: new Date(0).toISOString(),
    event: 'http.request_finished',
    requestId: '019ab1c2-3d4e-7f00-8abc-0123456789ab',
    traceId: take(16).toHex(),
    status: 200,
    route: 'api_key.revoke',
    durationMs: 12.345,
    message: 'A request was answered',
  });
  const before = process.cpuUsage();
  let masked = 0;
  for (let round = 0; round < 20_000; round += 1) masked += scanText(line).masked.length;
  const { user } = process.cpuUsage(before);
  t.diagnostic(`${((line.length * 20_000) / user).toFixed(0)} MB/s`);
  assert.equal(masked, 0);
});
