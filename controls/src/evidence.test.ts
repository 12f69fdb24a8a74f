// Evidence is plain, sealed, bounded and free of secrets, or it is no evidence.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatApiKey } from '@holdfast/protocol/api-key.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { digestEvidence, EvidenceError, makeEvidence, parseEvidence, resealEvidence } from './evidence.ts';
import { fixtureEvidence } from './fixtures.ts';
import { fingerprint } from './secrets.ts';

const observation = {
  kind: 'http.exchange',
  subject: 'GET /',
  at: 'status',
  data: { status: 200, seenAt: 1 },
  vantage: 'outside',
  ttlSeconds: 60,
} as const;
const sealed = fixtureEvidence(observation);

test('sealed evidence is read back the same, and deeply frozen', () => {
  const parsed = parseEvidence(JSON.parse(JSON.stringify(sealed)));
  assert.ok(parsed.ok);
  assert.deepEqual(parsed.value, sealed);
  assert.throws(() => Object.assign(parsed.value.data ?? {}, { status: 500 }), TypeError);
});

test('the hash is over what was seen: any change of it is noticed; when, and how to see it, are no part of it', () => {
  const changes: Readonly<Record<string, JsonValue>> = {
    kind: 'http.other',
    subject: 'GET /x',
    at: 'body',
    data: { status: 500, seenAt: 1 },
    vantage: 'inside',
    ttlSeconds: 61,
    collector: 'another',
    truncated: true,
    volatile: ['seenAt'],
  };
  for (const [name, value] of Object.entries(changes)) {
    const parsed = parseEvidence({ ...sealed, [name]: value });
    assert.deepEqual(parsed, { ok: false, faults: ['evidence does not match its hash'] }, name);
  }
  for (const change of [{ collectedAt: '2026-01-02T00:00:00.000Z' }, { reproduce: 'curl another port' }]) {
    const parsed = parseEvidence({ ...sealed, ...change });
    assert.ok(parsed.ok);
    assert.notEqual(digestEvidence(parsed.value), digestEvidence(sealed));
  }
});

test('volatile facts are left out of the hash, but not of the digest; other facts are in both', () => {
  const one = fixtureEvidence({ ...observation, volatile: ['seenAt'] });
  const other = fixtureEvidence({ ...observation, data: { status: 200, seenAt: 2 }, volatile: ['seenAt'] });
  assert.equal(one.sha256, other.sha256);
  assert.notEqual(digestEvidence(one), digestEvidence(other));
  assert.notEqual(one.sha256, resealEvidence({ ...one, data: { status: 201, seenAt: 1 } }).sha256);
  assert.throws(() => fixtureEvidence({ ...observation, volatile: ['nothing'] }), /calls nothing volatile/);
});

test('unknown members, other types and what JSON cannot carry are refused', () => {
  for (const change of [
    { extra: 1 },
    { kind: 'HTTP' },
    { vantage: 'everywhere' },
    { ttlSeconds: 0 },
    { ttlSeconds: Infinity },
    { collectedAt: '2026-01-01' },
    { truncated: false },
    { subject: '' },
    { data: undefined },
    { data: { f: () => 1 } },
    { data: { n: NaN } },
  ]) {
    assert.equal(parseEvidence({ ...sealed, ...change }).ok, false, JSON.stringify(change));
  }
  for (const value of [null, undefined, 'x', [], {}]) assert.equal(parseEvidence(value).ok, false);
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  assert.equal(parseEvidence({ ...sealed, data: cyclic }).ok, false);
});

test('a piece of evidence has a size', () => {
  const make = (length: number) => () => fixtureEvidence({ ...observation, data: 'ü'.repeat(length) });
  assert.doesNotThrow(make(30_000));
  assert.throws(make(40_000), /larger than 65536 bytes/);
});

test('secrets are refused wherever they stand, and the message does not repeat them', () => {
  const key = formatApiKey({ uuid: '0190a0a0-0000-7000-8000-000000000000', secretBytes: new Uint8Array(32).fill(9) });
  const secrets = [
    key,
    '-----BEGIN EC PRIVATE KEY-----',
    'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.',
    'authorization: Bearer abcdefghijklmnop1234',
    'postgres://app:hunter2@db/holdfast',
    'redis://:hunter2@cache:6379',
  ];
  for (const secret of secrets) {
    for (const change of [
      { data: { deep: [secret] } },
      { data: { [secret]: 1 } },
      { reproduce: secret },
      { at: secret },
    ]) {
      assert.throws(
        () => makeEvidence({ ...observation, ...change, collectedAt: sealed.collectedAt, collector: 'x' }),
        (error) => error instanceof EvidenceError && !error.message.includes(secret) && /holds/.test(error.message),
        secret,
      );
    }
  }
});

test('masked secrets, placeholders, challenges and addresses are no secrets', () => {
  for (const text of [
    'postgres://app:***@db/holdfast',
    'postgres://app:$PASSWORD@db/holdfast',
    'curl -H "Authorization: Bearer $TOKEN" https://host:7420/a@b',
    'www-authenticate: Bearer realm="x", error="invalid_token"',
    '-----BEGIN CERTIFICATE-----',
  ]) {
    assert.doesNotThrow(() => fixtureEvidence({ ...observation, data: text }), text);
  }
});

test('a fingerprint shows reuse and hides the secret from whoever has not the key', () => {
  const key = new Uint8Array(32).fill(1);
  assert.equal(fingerprint('secret', key), fingerprint('secret', key));
  assert.notEqual(fingerprint('secret', key), fingerprint('secret2', key));
  assert.notEqual(fingerprint('secret', key), fingerprint('secret', new Uint8Array(32).fill(2)));
  assert.match(fingerprint('secret', key), /^fingerprint:[0-9a-f]{32}$/);
  assert.throws(() => fingerprint('secret', new Uint8Array(31)), RangeError);
});
