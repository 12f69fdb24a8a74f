// Tests that only requests meant for this server are served, and that the refusal says what to do.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Environment } from './environment.ts';
import { forwardingHeaders } from './forwarding.ts';
import { type HostFacts, judgeHost, makeHostRule } from './host-rule.ts';
import { loadConfig } from './load.ts';

const loopback = makeHostRule(load({}), 7420);
const onPort80 = makeHostRule(load({ HOLDFAST_PORT: '80' }), 80);
const exposedEnv = {
  HOLDFAST_LISTEN: '0.0.0.0',
  HOLDFAST_PUBLIC_URL: 'https://holdfast.example.org',
  HOLDFAST_TRUSTED_PROXIES: '10.0.0.5/32',
};
const exposed = makeHostRule(load(exposedEnv), 7420);
const onOwnPort = makeHostRule(load({ ...exposedEnv, HOLDFAST_PUBLIC_URL: 'https://holdfast.example.org:8443' }), 8443);
const own = { headers: {}, peer: '127.0.0.1', encrypted: false };
const direct = { headers: {}, peer: '203.0.113.9', encrypted: true };
const proxied = { headers: { 'x-forwarded-for': '203.0.113.9' }, peer: '10.0.0.5', encrypted: false };

test('on loopback exactly three hosts with our port are served', () => {
  for (const host of ['localhost:7420', '127.0.0.1:7420', '[::1]:7420', 'LOCALHOST:7420']) {
    assert.equal(verdict({ ...own, hosts: [host] }), 'served', host);
  }
  const refused = [
    'localhost',
    '127.0.0.1',
    'localhost:7421',
    'localhost:07420',
    'localhost.:7420',
    'a.localhost:7420',
    '127.0.0.2:7420',
    '127.1:7420',
  ];
  const more = [
    '[::]:7420',
    '::1:7420',
    '0.0.0.0:7420',
    'evil.example:7420',
    'localhost:7420.evil.example',
    'u@localhost:7420',
    ' localhost:7420',
    'localhost:7420,',
    '',
  ];
  for (const host of [...refused, ...more, '[::ffff:127.0.0.1]:7420', '127.0.0.1.nip.io:7420']) {
    assert.equal(verdict({ ...own, hosts: [host] }), 'host_not_served', host);
  }
});

test('where the port is the one of the scheme it may be left out', () => {
  for (const host of ['localhost', 'localhost:80', '127.0.0.1', '[::1]:80']) {
    assert.equal(verdict({ ...own, hosts: [host] }, onPort80), 'served', host);
  }
  assert.equal(verdict({ ...own, hosts: ['localhost:443'] }, onPort80), 'host_not_served');
});

test('exposed, the host of the public URL is served and no other, not even localhost', () => {
  for (const host of ['holdfast.example.org', 'HOLDFAST.example.org', 'holdfast.example.org:443']) {
    assert.equal(verdict({ ...direct, hosts: [host] }, exposed), 'served', host);
  }
  for (const host of [
    'localhost:7420',
    '127.0.0.1:7420',
    'holdfast.example.org:7420',
    'holdfast.example.org:80',
    'example.org',
    'holdfast.example.org.',
  ]) {
    assert.equal(verdict({ ...direct, hosts: [host] }, exposed), 'host_not_served', host);
  }
  assert.equal(verdict({ ...direct, hosts: ['holdfast.example.org:8443'] }, onOwnPort), 'served');
  assert.equal(verdict({ ...direct, hosts: ['holdfast.example.org'] }, onOwnPort), 'host_not_served');
});

test('a request without a host, or with a second one that is not served, is refused', () => {
  assert.equal(verdict({ ...own, hosts: [] }), 'host_missing');
  assert.equal(verdict({ ...own, hosts: ['localhost:7420', 'evil.example'] }), 'host_not_served');
  assert.equal(verdict({ ...own, hosts: ['evil.example', 'localhost:7420'] }), 'host_not_served');
});

test('the headers that proxies and tunnels are known by are among those that are refused', () => {
  const common = [
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'forwarded',
    'x-real-ip',
    'true-client-ip',
  ];
  const platforms = ['cf-connecting-ip', 'cf-ray', 'fastly-client-ip', 'fly-client-ip', 'x-azure-clientip'];
  for (const name of [...common, ...platforms]) {
    assert.equal(verdict({ ...own, hosts: ['localhost:7420'], headers: { [name]: 'x' } }), 'undeclared_proxy', name);
  }
});

test('every forwarding header of an undeclared peer is refused, on loopback and exposed', () => {
  for (const name of forwardingHeaders) {
    for (const value of ['', 'anything', ['a', 'b']]) {
      assert.equal(
        verdict({ ...own, hosts: ['localhost:7420'], headers: { [name]: value } }),
        'undeclared_proxy',
        name,
      );
      assert.equal(
        verdict({ ...direct, hosts: ['holdfast.example.org'], headers: { [name]: value } }, exposed),
        'undeclared_proxy',
        name,
      );
    }
  }
});

test('a declared proxy may forward, in plain HTTP too', () => {
  const hosts = ['holdfast.example.org'];
  assert.equal(verdict({ ...proxied, hosts }, exposed), 'served');
  assert.equal(verdict({ ...proxied, peer: '::ffff:10.0.0.5', hosts }, exposed), 'served');
  const result = judgeHost({ ...proxied, hosts }, exposed);
  assert.deepEqual(result.ok ? [result.viaProxy, result.peer.text] : result.reason, [true, '10.0.0.5']);
  assert.equal(verdict({ ...proxied, peer: '10.0.0.6', hosts }, exposed), 'undeclared_proxy');
});

test('exposed, plain HTTP from anybody but a declared proxy is refused, this machine included', () => {
  for (const peer of ['203.0.113.9', '127.0.0.1', '::1', '10.0.0.6']) {
    assert.equal(
      verdict({ ...direct, encrypted: false, peer, hosts: ['holdfast.example.org'] }, exposed),
      'plaintext',
      peer,
    );
  }
});

test('a declared proxy that took the request over plain http is refused', () => {
  const hosts = ['holdfast.example.org'];
  for (const [proto, expected] of [
    ['https', 'served'],
    ['HTTPS', 'served'],
    ['http', 'plaintext_at_proxy'],
    ['https, http', 'plaintext_at_proxy'],
    ['', 'plaintext_at_proxy'],
  ] as const) {
    const headers = { ...proxied.headers, 'x-forwarded-proto': proto };
    assert.equal(verdict({ ...proxied, headers, hosts }, exposed), expected, proto);
  }
});

test('a socket without a readable address is refused', () => {
  assert.equal(verdict({ ...own, peer: '', hosts: ['localhost:7420'] }), 'peer_unreadable');
});

test('a refusal names the way out and nothing the request brought', () => {
  const canary = 'c4n4ry.example';
  const fixes = [
    fixOf({ ...own, hosts: [canary] }),
    fixOf({ ...own, hosts: ['localhost:7420'], headers: { 'x-forwarded-for': canary } }),
    fixOf({ ...direct, hosts: [canary] }, exposed),
    fixOf({ ...direct, encrypted: false, hosts: [canary] }, exposed),
    fixOf({ ...proxied, headers: { 'x-forwarded-proto': canary }, hosts: [canary] }, exposed),
    fixOf({ ...direct, hosts: [] }, exposed),
  ];
  for (const fix of fixes) assert.ok(fix.length > 20 && !fix.includes(canary), fix);
  assert.match(fixes[0] ?? '', /http:\/\/localhost:7420.*HOLDFAST_PUBLIC_URL/);
  assert.match(fixes[1] ?? '', /HOLDFAST_TRUSTED_PROXIES/);
  assert.match(fixes[2] ?? '', /https:\/\/holdfast\.example\.org/);
});

test('with TLS files on loopback the same hosts are served, and are told https', () => {
  const rule = makeHostRule(load({ HOLDFAST_TLS_CERT_FILE: '/c', HOLDFAST_TLS_KEY_FILE: '/k' }), 443);
  for (const host of ['localhost', 'localhost:443', '[::1]'])
    assert.equal(verdict({ ...own, encrypted: true, hosts: [host] }, rule), 'served');
  assert.equal(rule.origin, 'https://localhost');
});

function verdict(facts: HostFacts, rule = loopback): string {
  const result = judgeHost(facts, rule);
  return result.ok ? 'served' : result.reason;
}

function fixOf(facts: HostFacts, rule = loopback): string {
  const result = judgeHost(facts, rule);
  return result.ok ? '' : result.fix;
}

function load(env: Environment) {
  const result = loadConfig({ env: { HOME: '/home/somebody', ...env } });
  return result.ok ? result.config : assert.fail(JSON.stringify(result.faults));
}
