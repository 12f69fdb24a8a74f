// Tests that no spelling makes an exposed deployment look like loopback, and that exposure demands everything at once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Environment } from './environment.ts';
import { judgeExposure } from './exposure.ts';
import type { StartFacts } from './facts.ts';
import { loadConfig } from './load.ts';
import { type Config, isExposed } from './shape.ts';

const noFiles: StartFacts = { tls: undefined, masterKey: undefined, databaseCa: undefined };
const strong = 'kX0v3Zq9sT7yBn4mLp2RwE8uHc6JdFgA1iKoVtYxQzS';
const complete = {
  HOLDFAST_LISTEN: '0.0.0.0,::',
  HOLDFAST_PUBLIC_URL: 'https://holdfast.example.org',
  HOLDFAST_TRUSTED_PROXIES: '10.0.0.5/32',
  HOLDFAST_MASTER_KEY_FILE: '/etc/holdfast/master.key',
  HOLDFAST_SECURITY_CONTACT: 'mailto:security@example.org',
  HOLDFAST_SMTP_URL: 'smtps://mail.example.org',
  HOLDFAST_MAIL_FROM: 'holdfast@example.org',
};

test('loopback with the embedded database needs nothing', () => {
  assert.deepEqual(judge({}), { faults: [], warnings: [] });
});

test('a complete exposed configuration has no fault and no warning', () => {
  assert.deepEqual(judge(complete), { faults: [], warnings: [] });
});

const demands: readonly (readonly [string, Environment, readonly string[]])[] = [
  ['no TLS and no proxy', without('HOLDFAST_TRUSTED_PROXIES'), ['HOLDFAST_TLS_CERT_FILE / HOLDFAST_TRUSTED_PROXIES']],
  ['no public URL', without('HOLDFAST_PUBLIC_URL'), ['HOLDFAST_PUBLIC_URL']],
  [
    'a public URL that is not https',
    { ...complete, HOLDFAST_PUBLIC_URL: 'http://localhost:7420' },
    ['HOLDFAST_PUBLIC_URL'],
  ],
  ['no master key file', without('HOLDFAST_MASTER_KEY_FILE'), ['HOLDFAST_MASTER_KEY_FILE']],
  [
    'an origin that is not https',
    { ...complete, HOLDFAST_CORS_ORIGINS: 'http://localhost:3000' },
    ['HOLDFAST_CORS_ORIGINS'],
  ],
  [
    'a weak metrics credential',
    { ...complete, HOLDFAST_METRICS_CREDENTIAL: 'a'.repeat(64) },
    ['HOLDFAST_METRICS_CREDENTIAL'],
  ],
  [
    'a short database password on the same machine',
    { ...complete, DATABASE_URL: 'postgresql://app:Zk8qW2vN5xT7@localhost/d' },
    ['DATABASE_URL'],
  ],
];

for (const [what, env, keys] of demands) {
  test(`an exposed deployment with ${what} is refused`, () => {
    assert.deepEqual(
      judge(env).faults.map(({ key }) => key),
      keys,
    );
  });
}

test('listening beyond loopback with nothing else set names every missing thing at once', () => {
  const keys = judge({ HOLDFAST_LISTEN: '192.0.2.7' }).faults.map(({ key }) => key);
  assert.deepEqual(keys, [
    'HOLDFAST_TLS_CERT_FILE / HOLDFAST_TRUSTED_PROXIES',
    'HOLDFAST_PUBLIC_URL',
    'HOLDFAST_MASTER_KEY_FILE',
  ]);
});

test('a public URL beyond loopback exposes a server that listens on loopback', () => {
  const config = load({ HOLDFAST_PUBLIC_URL: 'https://holdfast.example.org' });
  assert.equal(config.exposed, true);
  assert.deepEqual(
    judgeExposure(config, noFiles).faults.map(({ key }) => key),
    ['HOLDFAST_TLS_CERT_FILE / HOLDFAST_TRUSTED_PROXIES', 'HOLDFAST_MASTER_KEY_FILE'],
  );
});

test('a private port that would leave loopback is refused', () => {
  const config = load(complete);
  for (const address of ['0.0.0.0', '::', '10.0.0.1', 'metrics.internal', '::127.0.0.1']) {
    const open: Config = { ...config, privateListen: { addresses: ['127.0.0.1', address], port: 7421 } };
    assert.deepEqual(
      judgeExposure(open, noFiles).faults.map(({ key }) => key),
      ['HOLDFAST_PRIVATE_PORT'],
      address,
    );
  }
});

test('a database on another machine needs verified TLS and a real password, on loopback too', () => {
  const remote = (rest: string) =>
    judge({ DATABASE_URL: `postgresql://app:${rest}` }).faults.map(({ problem }) => problem);
  assert.deepEqual(remote(`${strong}@db.example.org/d?sslmode=verify-full`), []);
  assert.deepEqual(remote(`${strong}@db.example.org/d`), ['leads to another machine without verified TLS']);
  assert.deepEqual(remote(`${strong}@10.0.0.9/d?sslmode=disable`), ['leads to another machine without verified TLS']);
  assert.deepEqual(remote('Zk8qW2vN5xT7@db/d?sslmode=verify-full'), [
    'has a password that is shorter than 24 characters',
  ]);
  assert.equal(remote('short@db/d').length, 2);
});

test('the same is demanded of the migrator', () => {
  const { faults } = judge({
    DATABASE_URL: `postgresql://app:${strong}@db/d?sslmode=verify-full`,
    HOLDFAST_MIGRATOR_DATABASE_URL: 'postgresql://migrator:postgres@db/d',
  });
  assert.deepEqual(
    faults.map(({ key }) => key),
    ['HOLDFAST_MIGRATOR_DATABASE_URL', 'HOLDFAST_MIGRATOR_DATABASE_URL'],
  );
});

test('on loopback a short password warns, and a published one is refused', () => {
  const near = (password: string) => judge({ DATABASE_URL: `postgresql://app:${password}@localhost/d` });
  assert.deepEqual(near(strong), { faults: [], warnings: [] });
  assert.deepEqual([near('Zk8qW2vN5xT7').faults.length, near('Zk8qW2vN5xT7').warnings.length], [0, 1]);
  for (const password of ['postgres', 'changeme', 'Password1', 'PASSWORD', 'cG9zdGdyZXM=', 'your-password']) {
    assert.deepEqual(
      near(encodeURIComponent(password)).faults.map(({ key }) => key),
      ['DATABASE_URL'],
      password,
    );
  }
});

test('faults of the named files are faults of the start, and their warnings warnings', () => {
  const fault = { key: 'HOLDFAST_TLS_KEY_FILE', problem: 'p', fix: 'f' };
  const config = load({});
  const tlsFault: StartFacts = { ...noFiles, tls: { ok: false, faults: [fault] } };
  assert.deepEqual(judgeExposure(config, tlsFault).faults, [fault]);
  const keyFault: StartFacts = {
    ...noFiles,
    masterKey: { ok: false, reason: 'open_mode', path: '/k', fix: 'chmod 600.' },
  };
  assert.deepEqual(judgeExposure(config, keyFault).faults, [
    { key: 'HOLDFAST_MASTER_KEY_FILE', problem: 'refuses /k (open mode)', fix: 'chmod 600.' },
  ]);
  assert.deepEqual(judgeExposure(config, { ...noFiles, databaseCa: { ok: false, fault } }).faults, [fault]);
});

test('what is unwise but not unsafe is a warning', () => {
  const keys = (env: Environment) => judge(env).warnings.map(({ key }) => key);
  assert.deepEqual(keys(without('HOLDFAST_SECURITY_CONTACT')), ['HOLDFAST_SECURITY_CONTACT']);
  const { HOLDFAST_SMTP_URL: _url, HOLDFAST_MAIL_FROM: _from, ...mailless } = complete;
  assert.deepEqual(keys(mailless), ['HOLDFAST_SMTP_URL']);
  const inside = {
    ...complete,
    HOLDFAST_DATA_DIR: '/var/lib/holdfast',
    HOLDFAST_MASTER_KEY_FILE: '/var/lib/holdfast/master.key',
  };
  assert.deepEqual(keys(inside), ['HOLDFAST_MASTER_KEY_FILE']);
  assert.deepEqual(keys({ ...inside, HOLDFAST_MASTER_KEY_FILE: '/var/lib/holdfast-keys/master.key' }), []);
  assert.deepEqual(keys({ ...complete, HOLDFAST_PUBLIC_URL: 'https://localhost:7420' }), ['HOLDFAST_PUBLIC_URL']);
});

test('a credential for a proxy on another machine travels encrypted, or there is a warning, exposed or not', () => {
  const credential = { HOLDFAST_OUTBOUND_PROXY_CREDENTIAL: 'user:password' };
  const keys = (url: string, env: Environment = credential) =>
    judge({ ...env, HOLDFAST_OUTBOUND_PROXY: url }).warnings.map(({ key }) => key);
  assert.deepEqual(keys('http://proxy.internal:3128'), ['HOLDFAST_OUTBOUND_PROXY']);
  assert.deepEqual(keys('HTTP://10.0.0.5:3128'), ['HOLDFAST_OUTBOUND_PROXY']);
  assert.deepEqual(keys('http://proxy.internal:3128', { ...complete, ...credential }), ['HOLDFAST_OUTBOUND_PROXY']);
  for (const url of ['https://proxy.internal:3128', 'http://127.0.0.1:3128', 'http://localhost:3128'])
    assert.deepEqual(keys(url), []);
  assert.deepEqual(keys('http://proxy.internal:3128', {}), []);
});

// Every way to write an address that some program takes for that address.
const byte = fc.oneof(fc.constantFrom(0, 1, 10, 126, 127, 128, 169, 192, 255), fc.nat(255));
const address4 = fc.tuple(byte, byte, byte, byte);
const spellings4: readonly ((bytes: readonly number[]) => string)[] = [
  (bytes) => bytes.join('.'),
  (bytes) => `::ffff:${bytes.join('.')}`,
  (bytes) => `::FFFF:${hex2(bytes, 0)}:${hex2(bytes, 2)}`,
  (bytes) => `[::ffff:${bytes.join('.')}]`,
  (bytes) => `0:0:0:0:0:ffff:${hex2(bytes, 0)}:${hex2(bytes, 2)}`,
  (bytes) => `::${bytes.join('.')}`,
  (bytes) => `64:ff9b::${bytes.join('.')}`,
  (bytes) => bytes.map((value) => `0${value.toString(8)}`).join('.'),
  (bytes) => bytes.map((value) => `0x${value.toString(16)}`).join('.'),
  (bytes) => String(number(bytes)),
  (bytes) => `0x${number(bytes).toString(16)}`,
  (bytes) => `${bytes[0]}.${number([0, ...bytes.slice(1)])}`,
  (bytes) => bytes.map((value) => String(value).padStart(3, '0')).join('.'),
  (bytes) => `${bytes.join('.')}.`,
  (bytes) => `${bytes.join('.')}%lo`,
];
const paddings: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => ` ${text}`,
  (text) => `${text} `,
  (text) => text.toUpperCase(),
];

test('no mixture of addresses, however spelled, looks like loopback while one of them reaches further', () => {
  const entry = fc.tuple(address4, fc.constantFrom(...spellings4), fc.constantFrom(...paddings));
  let served = 0;
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1, maxLength: 4 }), (entries) => {
      const text = ['127.0.0.1', ...entries.map(([bytes, spell, pad]) => pad(spell(bytes))), '::1'].join(',');
      const loaded = loadConfig({ env: { HOME: '/h', HOLDFAST_LISTEN: text } });
      if (!loaded.ok) return;
      served += 1;
      assert.equal(
        loaded.config.exposed,
        entries.some(([bytes, spell]) => reachesFurther(bytes, spell(bytes))),
        text,
      );
      if (loaded.config.exposed) assert.notDeepEqual(judgeExposure(loaded.config, noFiles).faults, [], text);
    }),
    { numRuns: 3000 },
  );
  assert.ok(served > 100, 'the property saw accepted configurations too');
});

test('no public host, however spelled, looks like loopback unless a browser would go to loopback', () => {
  const host = fc.oneof(
    address4.chain((bytes) => fc.constantFrom(...spellings4.map((spell) => spell(bytes)))),
    fc.constantFrom(
      'localhost',
      'LOCALHOST',
      'localhost.',
      'a.localhost',
      'localhost.evil.example',
      '[::1]',
      '[::]',
      '127.0.0.1.nip.io',
      'loopback',
    ),
  );
  fc.assert(
    fc.property(host, (text) => {
      const url = `https://${/^[0-9a-f]*:/i.test(text) ? `[${text}]` : text}`;
      const parsed = URL.parse(url);
      fc.pre(parsed !== null);
      const browser = parsed?.hostname ?? '';
      const isHere =
        browser === 'localhost' || browser === '[::1]' || /^127(?:\.\d+){3}$|^\[::ffff:7f[0-9a-f]{2}:/.test(browser);
      assert.equal(isExposed(['127.0.0.1'], url), !isHere, `${url} is ${browser}`);
    }),
    { numRuns: 2000 },
  );
});

test('what cannot be read is exposed', () => {
  assert.equal(isExposed([], undefined), true);
  for (const text of ['', 'localhost', '127.1', '::1%lo', '*'])
    assert.equal(isExposed(['127.0.0.1', text], undefined), true, text);
  assert.equal(isExposed(['127.0.0.1'], 'nonsense'), true);
  assert.equal(isExposed(['127.0.0.1', '::1'], 'http://127.0.0.1:7420'), false);
});

function judge(env: Environment) {
  return judgeExposure(load(env), noFiles);
}

function load(env: Environment): Config {
  const result = loadConfig({ env: { HOME: '/home/somebody', ...env } });
  return result.ok ? result.config : assert.fail(JSON.stringify(result.faults));
}

function without(key: keyof typeof complete): Environment {
  return Object.fromEntries(Object.entries(complete).filter(([name]) => name !== key));
}

/** ::a.b.c.d and 64:ff9b::a.b.c.d are addresses of their own, whatever their last bytes look like; one of them is ::1. */
function reachesFurther(bytes: readonly number[], text: string): boolean {
  return /^(?:::\d|64:)/.test(text) ? text !== '::0.0.0.1' : bytes[0] !== 127;
}

function number(bytes: readonly number[]): number {
  return bytes.reduce((sum, value) => sum * 256 + value, 0);
}

function hex2(bytes: readonly number[], at: number): string {
  return (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16);
}
