// Tests that nobody can choose the address they are seen under.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { anyCidrContains, type Cidr, parseAddress, parseCidr } from './address.ts';
import { addressClassOf, findClientAddress, type ProxyTrust } from './client-address.ts';
import type { Headers } from './forwarding.ts';

const trusted = ['10.0.0.0/8', '127.0.0.1/32', 'fd00::/8'].map(block);
const trust: ProxyTrust = { trustedProxies: trusted, proxyHeader: 'x-forwarded-for' };
const standard: ProxyTrust = { ...trust, proxyHeader: 'forwarded' };

const chains: readonly (readonly [string, string, string])[] = [
  ['203.0.113.9', '203.0.113.9', 'client'],
  ['203.0.113.9:4711', '203.0.113.9', 'client'],
  ['2001:db8::9', '2001:db8::9', 'client'],
  ['[2001:db8::9]', '2001:db8::9', 'client'],
  ['[2001:DB8:0::9]:443', '2001:db8::9', 'client'],
  ['::ffff:203.0.113.9', '203.0.113.9', 'client'],
  ['198.51.100.1, 203.0.113.9', '203.0.113.9', 'client'],
  ['198.51.100.1,\t203.0.113.9 , 10.1.1.1,fd00::1', '203.0.113.9', 'client'],
  ['127.0.0.1, 203.0.113.9', '203.0.113.9', 'client'],
  ['10.9.9.9, 10.1.1.1', '10.9.9.9', 'proxy'],
];

for (const [chain, address, speaker] of chains) {
  test(`behind a declared proxy, X-Forwarded-For: ${chain} is ${address}`, () => {
    const result = findClientAddress('10.0.0.5', { 'x-forwarded-for': chain }, trust);
    assert.deepEqual(result.ok ? [result.client.address.text, result.client.speaker] : result.reason, [
      address,
      speaker,
    ]);
  });
}

const malformed = [
  '',
  ' ',
  ',',
  '203.0.113.9,',
  ',203.0.113.9',
  'unknown',
  '203.0.113.9, unknown',
  'unknown, 203.0.113.9',
  '_hidden, 203.0.113.9',
  'localhost',
  '203.0.113',
  '203.0.113.256',
  '0xcb.0.113.9',
  '3405803785',
  '203.0.113.9/32',
  '203.0.113.9%eth0',
  'fe80::1%eth0',
  '[203.0.113.9]',
  '[2001:db8::9',
  '2001:db8::9]',
  '[]',
  '[2001:db8::9]:',
  '203.0.113.9:',
  '203.0.113.9:x',
  '203.0.113.9 198.51.100.1',
  '"203.0.113.9"',
  'for=203.0.113.9',
  '203.0.113.9;198.51.100.1',
  '203.0.113.9\n198.51.100.1',
  '２03.0.113.9',
];

test('a chain with anything unreadable in it is refused whole', () => {
  for (const chain of malformed) {
    const result = findClientAddress('10.0.0.5', { 'x-forwarded-for': chain }, trust);
    assert.deepEqual(result.ok ? result.client.address.text : result.reason, 'chain_malformed', JSON.stringify(chain));
  }
});

test('a chain longer than any real one is refused', () => {
  for (const chain of [Array(33).fill('10.0.0.1').join(','), `${' '.repeat(5000)}10.0.0.1`]) {
    const result = findClientAddress('10.0.0.5', { 'x-forwarded-for': chain }, trust);
    assert.equal(result.ok ? '' : result.reason, 'chain_too_long');
  }
});

const forwarded: readonly (readonly [string, string])[] = [
  ['for=203.0.113.9', '203.0.113.9'],
  ['For="203.0.113.9:80";proto=https;by=10.0.0.5', '203.0.113.9'],
  ['proto=https ; for="[2001:db8::9]:4711"', '2001:db8::9'],
  ['for=198.51.100.1, for=203.0.113.9', '203.0.113.9'],
  ['for="198.51.100.1,for=192.0.2.1", for=203.0.113.9', 'chain_malformed'],
  ['for=203.0.113.9;by="a,b;c"', '203.0.113.9'],
  ['for=unknown', 'chain_malformed'],
  ['for=_secret', 'chain_malformed'],
  ['proto=https', 'chain_malformed'],
  ['for=203.0.113.9;for=198.51.100.1', 'chain_malformed'],
  ['for="203.0.113.9', 'chain_malformed'],
  ['for="203.0.113\\.9"', 'chain_malformed'],
  ['203.0.113.9', 'chain_malformed'],
  ['', 'chain_malformed'],
];

for (const [chain, expected] of forwarded) {
  test(`behind a declared proxy, Forwarded: ${chain} is ${expected}`, () => {
    const result = findClientAddress('10.0.0.5', { forwarded: chain }, standard);
    assert.equal(result.ok ? result.client.address.text : result.reason, expected);
  });
}

test('only the header that was declared counts', () => {
  const headers = { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=198.51.100.1', 'x-real-ip': '192.0.2.1' };
  const seen = [trust, standard].map((how) => findClientAddress('10.0.0.5', headers, how));
  assert.deepEqual(
    seen.map((result) => (result.ok ? result.client.address.text : '')),
    ['203.0.113.9', '198.51.100.1'],
  );
});

test('repeated headers are one chain, the last one nearest to us', () => {
  const result = findClientAddress('10.0.0.5', { 'x-forwarded-for': ['198.51.100.1', '203.0.113.9'] }, trust);
  assert.equal(result.ok ? result.client.address.text : '', '203.0.113.9');
});

test('a declared proxy that names nobody speaks for itself', () => {
  const result = findClientAddress('::ffff:10.0.0.5', {}, trust);
  assert.deepEqual(result.ok ? [result.client.address.text, result.client.speaker] : '', ['10.0.0.5', 'proxy']);
});

test('a socket without a readable address is refused', () => {
  for (const peer of ['', 'unknown', '/run/proxy.sock', '10.0.0.5:80']) {
    const result = findClientAddress(peer, { 'x-forwarded-for': '203.0.113.9' }, trust);
    assert.equal(result.ok ? '' : result.reason, 'peer_unreadable', peer);
  }
});

const address = fc.oneof(
  fc.tuple(...Array.from({ length: 4 }, () => fc.nat(255))).map((bytes) => bytes.join('.')),
  fc
    .tuple(...Array.from({ length: 8 }, () => fc.nat(0xffff)))
    .map((groups) => groups.map((value) => value.toString(16)).join(':')),
);
const stranger = address.filter((text) => !anyCidrContains(trusted, parse(text)));
const proxy = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)).map((rest) => `10.${rest.join('.')}`);
// What attackers write: addresses, declared proxies, separators and plain rubbish.
const forgery = fc
  .array(
    fc.oneof(
      address,
      proxy,
      fc.string(),
      fc.constantFrom(',', ', ', 'unknown', '127.0.0.1', '"', ';', 'for=127.0.0.1'),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(','));

test('an undeclared peer is seen under its own address, whatever headers it sends', () => {
  fc.assert(
    fc.property(
      stranger,
      fc.dictionary(fc.constantFrom('x-forwarded-for', 'forwarded', 'x-real-ip', 'true-client-ip'), forgery),
      (peer, headers) => {
        for (const how of [trust, standard, { ...trust, trustedProxies: [] }]) {
          const result = findClientAddress(peer, headers, how);
          assert.deepEqual(result.ok ? [result.client.address, result.client.speaker] : result.reason, [
            parse(peer),
            'client',
          ]);
        }
      },
    ),
  );
});

test('behind proxies that append, a client is seen under its own address or refused, whatever it wrote before', () => {
  let seen = 0;
  fc.assert(
    fc.property(forgery, stranger, fc.array(proxy, { maxLength: 3 }), proxy, (forged, client, proxies, peer) => {
      const text = [forged, client, ...proxies].join(', ');
      const headers: Headers = { 'x-forwarded-for': text, forwarded: 'for=192.0.2.1', 'x-real-ip': '192.0.2.1' };
      const result = findClientAddress(peer, headers, trust);
      if (!result.ok) return;
      seen += 1;
      assert.deepEqual([result.client.address, result.client.speaker], [parse(client), 'client'], text);
    }),
    { numRuns: 2000 },
  );
  assert.ok(seen > 20, 'the property saw accepted chains too');
});

test('the same holds for Forwarded', () => {
  fc.assert(
    fc.property(forgery, stranger, proxy, (forged, client, peer) => {
      const own = client.includes(':') ? `for="[${client}]"` : `for=${client}`;
      const result = findClientAddress(peer, { forwarded: `${forged}, ${own}` }, standard);
      if (result.ok) assert.deepEqual(result.client.address, parse(client));
    }),
    { numRuns: 2000 },
  );
});

test('limits count one IPv4 address or one IPv6 /64, mapped addresses as IPv4', () => {
  const cases = {
    '203.0.113.9': '203.0.113.9/32',
    '::ffff:203.0.113.9': '203.0.113.9/32',
    '2001:db8:1:2:3:4:5:6': '2001:db8:1:2::/64',
    '2001:DB8:1:2::': '2001:db8:1:2::/64',
    '2001:db8:1:3::': '2001:db8:1:3::/64',
  };
  for (const [text, expected] of Object.entries(cases)) {
    assert.equal(addressClassOf(parse(text)), expected);
    const result = findClientAddress(text, {}, { ...trust, trustedProxies: [] });
    assert.equal(result.ok ? result.client.addressClass : '', expected);
  }
});

function block(text: string): Cidr {
  return parseCidr(text) ?? assert.fail(text);
}

function parse(text: string) {
  return parseAddress(text) ?? assert.fail(text);
}
