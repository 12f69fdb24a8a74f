// The scan for secrets in files finds each notation of one, and leaves alone what only looks like one.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { scanText } from './scan-secrets.ts';

const random = 'kX0v3Zq9sT7yBn4mLp2RwE8uHc6JdFgA1iKoVtYxQzS';

describe('in a source', () => {
  const secrets: readonly (readonly [string, string])[] = [
    [`const apiKey = '${random}';`, 'a literal in the place of a secret'],
    [`const DB_PASSWORD: string = "${random}";`, 'a literal in the place of a secret'],
    [`{"clientSecret":"${random}"}`, 'a literal in the place of a secret'],
    ["login({ password: 'Postgres123!' })", 'a literal in the place of a secret'],
    ["const secret = 'super-secret-jwt-token-with-at-least-32-characters-long';", 'a literal in the place of a secret'],
    [`fetch('https://user:${random}@models.example')`, 'a password in an address'],
    ['postgresql://postgres:postgres@db/app', 'a password in an address'],
    [`ghp_${random.slice(0, 36)}`, 'an API key'],
    [`hf_live_01k7ht2q00fay8vvr14d2pf2dc_${random}`, 'an API key'],
    [`sk-ant-${random}`, 'an API key'],
    ['AKIAQ3EGRIT7KXW2M5PN', 'an access key'],
    [`-----BEGIN EC PRIVATE KEY-----\n${random}${random}\n`, 'a private key'],
    [`'-----BEGIN PRIVATE KEY-----\\n' + '${random}${random}'`, 'a private key'],
  ];
  for (const [text, what] of secrets) {
    test(`${what} is found where it stands: ${text.slice(0, 30).replaceAll('\n', ' ')}`, () => {
      assert.deepEqual(scanText(`one\n${text}\nthree`, 'source'), [{ line: 2, what }]);
    });
  }

  for (const text of [
    'const token = readToken();',
    "const secretName = 'HOLDFAST_METRICS_CREDENTIAL';",
    "columns: { password: 'sealed-with-the-data-key' }",
    'const password = `${prefix}${random}`;',
    "const form = 'postgresql://user:password@host:5432/name';",
    "example: 'postgresql://holdfast:PASSWORD@db.example.org:5432/holdfast'",
    'hf_live_01k7ht2q00fay8vvr14d2pf2db_0Eoh211G4c8wtVWM00my5rsNSFlKgaWqQ4mb8gdEqno0QaZzb',
    "PASSWORD='Choose-your-own-7!'",
    '/-----BEGIN [A-Z ]*PRIVATE KEY-----/',
  ]) {
    test(`no secret is seen in ${text.slice(0, 50)}`, () => {
      assert.deepEqual(scanText(text, 'source'), []);
    });
  }
});

describe('in a template', () => {
  for (const text of [
    'SESSION_SECRET=changeme',
    '# SESSION_SECRET=whatever',
    'export SESSION_SECRET="x"',
    "  POSTGRES_PASSWORD: 'postgres'",
    '      - REDIS_PASSWORD=redis',
    'ENV API_KEY 12345',
    'ARG NPM_TOKEN=abc',
    'ADMIN_PASSWORD=${ADMIN_PASSWORD:-admin}',
    'DATABASE_URL=postgresql://holdfast:holdfast@db/holdfast',
    'command: ["serve", "--token", "abcdef"]',
    'ExecStart=/usr/bin/serve --api-key=abcdef',
  ]) {
    test(`any literal is a secret that everybody has: ${text}`, () => {
      assert.deepEqual(new Set(scanText(text, 'template').map(({ line }) => line)), new Set([1]));
    });
  }

  for (const text of [
    'SESSION_SECRET=',
    'SESSION_SECRET=${SESSION_SECRET}',
    'SESSION_SECRET=${SESSION_SECRET:?set it}',
    'SESSION_SECRET_FILE=/run/secrets/session',
    'password: /run/secrets/password',
    'DATABASE_URL=postgresql://holdfast@db/holdfast',
    'DATABASE_URL=postgresql://holdfast:${DATABASE_PASSWORD}@db/holdfast',
    'command: ["serve", "--token-file", "/run/secrets/token"]',
    'ExecStart=/usr/bin/serve --api-key=/run/secrets/key',
    'image: example/token-service:1.2.3',
  ]) {
    test(`what others fill in is none: ${text}`, () => {
      assert.deepEqual(scanText(text, 'template'), []);
    });
  }
});
