// Tests each setting against values that look right and are not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from './load.ts';
import { listKeys, Settings } from './schema.ts';

test('every setting accepts its documented example and its default, and says what it is for', () => {
  for (const described of listKeys()) {
    const { key, text, example, secret } = described;
    assert.match(text, /^[A-Z].*\.$/, key);
    assert.ok(described.default !== undefined || described.unset !== undefined, key);
    assert.equal(Settings.shape[key].safeParse(undefined).success, true, key);
    if (secret !== true) assert.equal(Settings.shape[key].safeParse(example).success, true, key);
  }
});

/** Long lists, which may be spread over lines. */
const mayHaveLines: ReadonlySet<string> = new Set(['HOLDFAST_OUTBOUND_ALLOW', 'HOLDFAST_OUTBOUND_DENY']);

test('every setting is refused when it is empty, padded, quoted or still a placeholder', () => {
  for (const { key, example } of listKeys()) {
    for (const value of [
      '',
      ' ',
      '\t',
      `"${example}"`,
      `'${example}'`,
      '${VALUE}',
      '<value>',
      '{{ value }}',
      '$VALUE',
    ]) {
      assert.equal(Settings.shape[key].safeParse(value).success, false, `${key}=${value}`);
    }
    if (!mayHaveLines.has(key)) {
      for (const value of [` ${example}`, `${example} `, `${example}\n`, `${example}\u0000`]) {
        assert.equal(Settings.shape[key].safeParse(value).success, false, `${key}=${JSON.stringify(value)}`);
      }
    }
  }
});

const wrong: readonly (readonly [string, string, RegExp])[] = [
  ['HOLDFAST_PORT', '', /empty/],
  ['HOLDFAST_PORT', '   ', /empty/],
  ['HOLDFAST_PORT', ' 7420', /spaces/],
  ['HOLDFAST_PORT', '7420\n', /line break/],
  ['HOLDFAST_PORT', '"7420"', /quotes/],
  ['HOLDFAST_PORT', '${PORT}', /placeholder/],
  ['HOLDFAST_PORT', '$PORT', /placeholder/],
  ['HOLDFAST_PORT', '<port>', /placeholder/],
  ['HOLDFAST_PORT', '65536', /outside/],
  ['HOLDFAST_PORT', '-1', /whole number/],
  ['HOLDFAST_PORT', '1e3', /whole number/],
  ['HOLDFAST_PORT', '0x10', /whole number/],
  ['HOLDFAST_PORT', '07420', /whole number/],
  ['HOLDFAST_PORT', '7420.0', /whole number/],
  ['HOLDFAST_PRIVATE_PORT', '7420', /the same/],
  ['HOLDFAST_LISTEN', '', /empty/],
  ['HOLDFAST_LISTEN', ',', /empty entry/],
  ['HOLDFAST_LISTEN', '127.0.0.1,', /empty entry/],
  ['HOLDFAST_LISTEN', '*', /not an address/],
  ['HOLDFAST_LISTEN', 'holdfast.internal', /not an address/],
  ['HOLDFAST_LISTEN', 'localhost.', /not an address/],
  ['HOLDFAST_LISTEN', '127.1', /not an address/],
  ['HOLDFAST_LISTEN', '0', /not an address/],
  ['HOLDFAST_LISTEN', '127.0.0.1:7420', /port/],
  ['HOLDFAST_LISTEN', '[::1]:7420', /port/],
  ['HOLDFAST_LISTEN', 'fe80::1%eth0', /zone/],
  ['HOLDFAST_PUBLIC_URL', 'example.org', /not an https origin/],
  ['HOLDFAST_PUBLIC_URL', 'ftp://example.org', /not an https origin/],
  ['HOLDFAST_PUBLIC_URL', 'http://example.org', /plain http/],
  ['HOLDFAST_PUBLIC_URL', 'http://localhost.:7420', /plain http/],
  ['HOLDFAST_PUBLIC_URL', 'http://x.localhost:7420', /plain http/],
  ['HOLDFAST_PUBLIC_URL', 'https://example.org/app', /exact/],
  ['HOLDFAST_PUBLIC_URL', 'https://Example.org', /exact/],
  ['HOLDFAST_PUBLIC_URL', 'https://example.org:443', /exact/],
  ['HOLDFAST_PUBLIC_URL', 'https://example.org/?a', /exact/],
  ['HOLDFAST_PUBLIC_URL', 'https://u:p@example.org', /user or password/],
  ['HOLDFAST_PUBLIC_URL', 'http://localhost:9999', /port 9999/],
  ['HOLDFAST_PUBLIC_URL', 'https://localhost:7420', /no TLS files/],
  ['HOLDFAST_ENVIRONMENT', 'Production', /name/],
  ['HOLDFAST_ENVIRONMENT', '1st', /name/],
  ['HOLDFAST_TRUSTED_PROXIES', '10.0.0.5', /no prefix/],
  ['HOLDFAST_TRUSTED_PROXIES', '10.0.0.5/8', /behind its prefix/],
  ['HOLDFAST_TRUSTED_PROXIES', '0.0.0.0/0', /far more/],
  ['HOLDFAST_TRUSTED_PROXIES', '::/0', /far more/],
  ['HOLDFAST_TRUSTED_PROXIES', '128.0.0.0/1', /far more/],
  ['HOLDFAST_TRUSTED_PROXIES', '2000::/3', /far more/],
  ['HOLDFAST_TRUSTED_PROXIES', '2000::/8', /far more/],
  ['HOLDFAST_TRUSTED_PROXIES', 'fc00::/6', /behind its prefix|far more/],
  ['HOLDFAST_TRUSTED_PROXIES', 'proxy', /not a CIDR/],
  ['HOLDFAST_TRUSTED_PROXIES', 'true', /not a CIDR/],
  ['HOLDFAST_PROXY_HEADER', 'X-Real-IP', /one of/],
  ['HOLDFAST_CORS_ORIGINS', '*', /wildcard/],
  ['HOLDFAST_CORS_ORIGINS', 'https://*.example.org', /wildcard/],
  ['HOLDFAST_CORS_ORIGINS', 'null', /not an https origin/],
  ['HOLDFAST_CORS_ORIGINS', 'https://a.example/', /exact/],
  ['HOLDFAST_CORS_ORIGINS', 'https://a.example,http://b.example', /plain http/],
  ['HOLDFAST_CORS_ORIGINS', 'chrome-extension://abc', /not an https origin/],
  ['HOLDFAST_DATA_DIR', '~/holdfast', /shell/],
  ['HOLDFAST_DATA_DIR', 'data', /absolute/],
  ['HOLDFAST_DATA_DIR', '/', /plain path/],
  ['HOLDFAST_DATA_DIR', '/var/../etc', /plain path/],
  ['HOLDFAST_DATA_DIR', '/var//lib', /plain path/],
  ['HOLDFAST_POSTGRES', 'docker', /absolute/],
  ['HOLDFAST_MIGRATOR_DATABASE_URL', 'postgresql://m:p@localhost/x', /embedded/],
  ['HOLDFAST_DATABASE_CA_FILE', '/etc/ca.pem', /embedded/],
  ['HOLDFAST_SESSION_IDLE_MINUTES', '61', /outside/],
  ['HOLDFAST_SESSION_ABSOLUTE_MINUTES', '10081', /outside/],
  ['HOLDFAST_FAILURES_PER_ACCOUNT_PER_MINUTE', '6', /outside/],
  ['HOLDFAST_FAILURES_PER_ADDRESS_PER_MINUTE', '21', /outside/],
  ['HOLDFAST_RATE_READ_PER_MINUTE', '0', /outside/],
  ['HOLDFAST_BODY_BYTES_MAX', '1MB', /whole number/],
  ['HOLDFAST_BODY_BYTES_MAX', '67108864', /above/],
  ['HOLDFAST_HEADER_TIMEOUT_SECONDS', '0', /outside/],
  ['HOLDFAST_RATE_API_KEY_PER_MINUTE', '0', /outside/],
  ['HOLDFAST_RATE_GLOBAL_PER_MINUTE', '100000001', /outside/],
  ['HOLDFAST_OUTBOUND_PROXY', 'proxy.internal:3128', /not the http or https address/],
  ['HOLDFAST_OUTBOUND_PROXY', 'socks5://proxy.internal:1080', /not the http or https address/],
  ['HOLDFAST_OUTBOUND_PROXY', 'http://user:pass@proxy.internal:3128', /user or password/],
  ['HOLDFAST_OUTBOUND_PROXY', 'http://@proxy.internal:3128', /user or password/],
  ['HOLDFAST_OUTBOUND_PROXY', 'http://proxy.internal', /host and port alone/],
  ['HOLDFAST_OUTBOUND_PROXY', 'http://proxy.internal:0', /host and port alone/],
  ['HOLDFAST_OUTBOUND_PROXY', 'http://proxy.internal:65536', /not the http or https address/],
  ['HOLDFAST_OUTBOUND_PROXY', 'http://proxy.internal:3128/path', /host and port alone/],
  ['HOLDFAST_OUTBOUND_PROXY', 'http://proxy.internal:3128?a', /host and port alone/],
  ['HOLDFAST_OUTBOUND_PROXY', 'http://a:1,http://b:1', /not the http or https address|host and port alone/],
  ['HOLDFAST_OUTBOUND_PROXY_CREDENTIAL', 'token', /a colon between/],
  ['HOLDFAST_OUTBOUND_PROXY_CREDENTIAL', ':password', /a colon between/],
  ['HOLDFAST_OUTBOUND_PROXY_CREDENTIAL', 'user:password', /missing beside/],
  ['HOLDFAST_OUTBOUND_CA_FILE', 'ca.pem', /absolute/],
  ['HOLDFAST_LOG_LEVEL', 'INFO', /one of/],
  ['HOLDFAST_OTLP_ENDPOINT', 'http://otel.example', /unencrypted/],
  ['HOLDFAST_OTLP_ENDPOINT', 'https://u:p@otel.example', /user or password/],
  ['HOLDFAST_SECURITY_CONTACT', 'security@example.org', /URI/],
  ['HOLDFAST_SECURITY_CONTACT', 'http://example.org', /not a mailto/],
  ['HOLDFAST_SECURITY_KEY_URL', 'https://example.org/key', /missing/],
  ['HOLDFAST_METRICS_CREDENTIAL', 'two words', /no bearer/],
  ['HOLDFAST_TLS_CERT_FILE', '/etc/cert.pem', /missing/],
  ['DATABASE_URL', 'mysql://u:p@h/d', /postgresql/],
];

for (const [key, value, expected] of wrong) {
  test(`${key}=${JSON.stringify(value)} is refused for what is wrong with it`, () => {
    const found = faultsOf({ [key]: value });
    assert.equal(found.length, 1, JSON.stringify(found));
    assert.match(`${found[0]?.problem}`, expected);
    assert.notEqual(found[0]?.fix, '');
  });
}

function faultsOf(env: Readonly<Record<string, string>>) {
  const result = loadConfig({ env: { HOME: '/home/somebody', ...env } });
  return result.ok ? [] : result.faults;
}
