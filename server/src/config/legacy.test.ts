// Tests that settings of other products are met with their replacement, and switches that weaken the process are refused.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { findForeignName, findForeignSettings, renderComingFrom } from './legacy.ts';
import { foreignNames } from './legacy-names.ts';
import { listKeys } from './schema.ts';

const known = new Set<string>(listKeys().map(({ key }) => key));

test('the names that matter are known', () => {
  const cases: Readonly<Record<string, RegExp>> = {
    JWT_SECRET: /signing keys/,
    CORS_ORIGINS: /HOLDFAST_CORS_ORIGINS/,
    COOKIE_SECURE: /__Host-/,
    COOKIE_DOMAIN: /__Host-/,
    COOKIE_SECRET: /HOLDFAST_MASTER_KEY_FILE/,
    ENCRYPTION_KEY_FILE: /HOLDFAST_MASTER_KEY_FILE/,
    SESSION_MAX_AGE_HOURS: /HOLDFAST_SESSION_ABSOLUTE_MINUTES/,
    PGVECTOR_URL: /DATABASE_URL/,
    CLERK_AUTHORIZED_PARTIES: /azp/,
    CLERK_SECRET_KEY: /connection/,
    PORT: /HOLDFAST_PORT/,
    HOST: /HOLDFAST_LISTEN/,
    SECRET_KEY: /HOLDFAST_MASTER_KEY_FILE/,
    DATABASE_PASSWORD: /DATABASE_URL/,
    POSTGRES_PASSWORD: /DATABASE_URL/,
    REDIS_URL: /PostgreSQL/,
    AUTH_PROVIDER: /no way to trust/,
    NODE_ENV: /no development mode/,
    OPENAI_API_KEY: /Providers/,
  };
  for (const [key, expected] of Object.entries(cases)) {
    const { notes, faults } = findForeignSettings({ [key]: 'x' });
    assert.deepEqual([notes.length, faults.length], [1, 0], key);
    assert.match(notes[0]?.fix ?? '', expected, key);
  }
});

test('a note never shows a value, and is silent once the replacement is there', () => {
  assert.ok(!JSON.stringify(findForeignSettings({ JWT_SECRET: 'c4n4ry' })).includes('c4n4ry'));
  assert.deepEqual(findForeignSettings({ PORT: '80', HOLDFAST_PORT: '7420' }).notes, []);
  assert.deepEqual(findForeignSettings({ PGVECTOR_URL: 'x', DATABASE_URL_FILE: '/x' }).notes, []);
  assert.equal(findForeignSettings({ JWT_SECRET: 'x', HOLDFAST_PORT: '7420' }).notes.length, 1);
});

test('names of nobody are left alone', () => {
  for (const key of ['PATH', 'HOME', 'LANG', 'HOSTNAME', 'HOLDFAST_PORT', 'DATABASE_URL', 'EDITOR', 'XCOOKIE_SECURE']) {
    assert.equal(findForeignName(key), undefined, key);
  }
});

test('every replacement is a setting that exists, and no name stands twice', () => {
  const names = foreignNames.flatMap((foreign) => foreign.names);
  assert.equal(new Set(names).size, names.length);
  for (const { instead, replacedBy } of foreignNames) {
    if (replacedBy !== undefined) assert.ok(known.has(replacedBy), replacedBy);
    for (const word of instead.match(/\bHOLDFAST_[A-Z_]+(?![A-Z_…])/g) ?? []) {
      const isKnown =
        known.has(word) ||
        known.has(word.replace(/_FILE$/, '')) ||
        [...known].some((key) => word.endsWith('_') && key.startsWith(word));
      assert.ok(isKnown, word);
    }
  }
});

const dangerous: readonly (readonly [string, string, boolean])[] = [
  ['NODE_TLS_REJECT_UNAUTHORIZED', '0', true],
  ['NODE_TLS_REJECT_UNAUTHORIZED', ' 0 ', true],
  ['NODE_TLS_REJECT_UNAUTHORIZED', '1', false],
  ['NODE_TLS_REJECT_UNAUTHORIZED', '', false],
  ['NODE_USE_ENV_PROXY', '1', true],
  ['NODE_USE_ENV_PROXY', '0', false],
  ['NODE_DEBUG', 'fs,HTTP', true],
  ['NODE_DEBUG', 'tls', true],
  ['NODE_DEBUG', '*', true],
  ['NODE_DEBUG', 'timers', false],
  ['NODE_OPTIONS', '--tls-min-v1.0', true],
  ['NODE_OPTIONS', '--enable-source-maps --tls_min_v1.1', true],
  ['NODE_OPTIONS', '--tls-min-v1.3', false],
  ['NODE_OPTIONS', '--insecure-http-parser', true],
  ['NODE_OPTIONS', '--inspect', true],
  ['NODE_OPTIONS', '--inspect-brk=0.0.0.0:9229', true],
  ['NODE_OPTIONS', '--inspect=127.0.0.1:9229', true],
  ['NODE_OPTIONS', '--tls-keylog=/tmp/keys', true],
  ['NODE_OPTIONS', '--openssl-legacy-provider', true],
  ['NODE_OPTIONS', '--security-revert=CVE-2023-46809', true],
  ['NODE_OPTIONS', '--heapsnapshot-signal=SIGUSR2', true],
  ['NODE_OPTIONS', '--max-http-header-size=1000000', true],
  ['NODE_OPTIONS', '--max-old-space-size=512 --enable-source-maps', false],
  ['PGSSLMODE', 'disable', true],
  ['PGOPTIONS', '-c row_security=off', true],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://127.0.0.1:4318', true],
  ['PGHOST', 'db', false],
];

for (const [key, value, isRefused] of dangerous) {
  test(`${key}=${value} is ${isRefused ? 'refused' : 'no fault'}`, () => {
    const { faults } = findForeignSettings({ [key]: value });
    assert.deepEqual(
      faults.map((fault) => fault.key),
      isRefused ? [key] : [],
    );
  });
}

test('each dangerous flag of NODE_OPTIONS is a fault of its own', () => {
  const { faults } = findForeignSettings({ NODE_OPTIONS: '--inspect --insecure-http-parser' });
  assert.deepEqual(
    faults.map(({ fix }) => fix),
    ['Remove --insecure-http-parser from NODE_OPTIONS.', 'Remove --inspect from NODE_OPTIONS.'],
  );
});

test('the guide for people who come from elsewhere is the table of this release', () => {
  const page = readFileSync(new URL('../../../docs/guides/coming-from.md', import.meta.url), 'utf8');
  assert.equal(page, renderComingFrom());
  for (const { names, instead } of foreignNames)
    for (const text of [...names, instead]) assert.ok(page.includes(text), text);
});
