// Checks the address table against forms people and attackers write, and against another language's table.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { addressRows, type Expected } from '#test/address-rows.ts';
import { parseAddress } from './address.ts';
import { classifyAddress, findNeverAllowed } from './address-table.ts';
import { rangeOf } from './range.ts';
import { parseTarget } from './target.ts';

const rows = (Object.keys(addressRows) as Expected[]).flatMap((expected) =>
  addressRows[expected]
    .trim()
    .split(/\s+/)
    .map((host) => ({ host, expected })),
);

function judgeHost(host: string): Expected {
  const target = parseTarget(`https://${host}/`);
  if (!target.ok) return 'refused';
  return target.address === undefined ? 'name' : classifyAddress(target.address).class;
}

test('every written form of an address gets the class of the bytes it means', () => {
  assert.ok(rows.length >= 200, `${rows.length} rows`);
  assert.equal(new Set(rows.map(({ host }) => host)).size, rows.length, 'no row twice');
  const wrong = rows.filter(({ host, expected }) => judgeHost(host) !== expected);
  assert.deepEqual(
    wrong.map(({ host, expected }) => `${host} is ${judgeHost(host)}, not ${expected}`),
    [],
  );
});

test('text that is not in the plain form is not an address', () => {
  const bad = [
    '',
    ' 10.0.0.1',
    '10.0.0.1 ',
    '010.0.0.1',
    '0x7f.0.0.1',
    '127.1',
    '2130706433',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
  ];
  const badV6 = [
    '::1%lo',
    'fe80::1%1',
    '[::1]',
    '::ffff:1.2.3',
    '1::2::3',
    '12345::',
    ':::',
    '::g',
    '1:2:3:4:5:6:7',
    '1.2.3.4/8',
  ];
  assert.deepEqual(
    [...bad, ...badV6].filter((text) => parseAddress(text) !== undefined),
    [],
  );
});

test('an address has one canonical text, and a mapped one is its IPv4 address', () => {
  const pairs = [
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['0:0:0:0:0:FFFF:0A01:0203', '10.1.2.3'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['::0.0.0.1', '::1'],
    // Another address than 8.8.8.8, which is what a lenient reader makes of it.
    ['::8.8.8.8', '::808:808'],
    ['64:ff9b::8.8.8.8', '64:ff9b::808:808'],
  ] as const;
  for (const [text, canonical] of pairs) assert.equal(parseAddress(text)?.text, canonical);
});

test('only a range that lies wholly in never-allowed space is reported as useless', () => {
  const never = [
    '169.254.0.0/16',
    '169.254.169.254/32',
    '224.0.0.0/8',
    'fe80::/64',
    '64:ff9b::/96',
    '2002::/16',
    'fd00:ec2::/48',
  ];
  const listable = [
    '10.0.0.0/8',
    '100.64.0.0/10',
    '127.0.0.0/8',
    'fd00::/8',
    'fc00::/7',
    '8.8.8.0/24',
    '168.63.129.0/24',
    '168.63.129.16/28',
    '169.254.0.0/15',
  ];
  assert.deepEqual(
    never.filter((text) => findNeverAllowed(rangeOf(text)) === undefined),
    [],
  );
  assert.deepEqual(
    listable.filter((text) => findNeverAllowed(rangeOf(text)) !== undefined),
    [],
  );
});

/** Addresses around every edge of the special blocks, and others spread over both families. */
function sampleAddresses(): readonly string[] {
  const samples: string[] = [];
  for (let first = 0; first < 256; first += 1) {
    for (const second of [0, 1, 2, 16, 18, 19, 31, 51, 52, 63, 64, 88, 100, 127, 128, 168, 169, 175, 254, 255]) {
      for (const rest of [
        '0.0',
        '0.9',
        '2.1',
        '99.1',
        '100.1',
        '100.200',
        '113.1',
        '129.16',
        '193.1',
        '196.1',
        '255.255',
      ]) {
        samples.push(`${first}.${second}.${rest}`);
      }
    }
  }
  const heads = [
    '0',
    '1',
    '64',
    '64:ff9b',
    '64:ff9b:1',
    '100',
    '100:0:0:1',
    '2000',
    '2001',
    '2001:1',
    '2001:2',
    '2001:3',
    '2001:4:112',
  ];
  const more = [
    '2001:10',
    '2001:20',
    '2001:30',
    '2001:1ff',
    '2001:200',
    '2001:db7',
    '2001:db8',
    '2001:db9',
    '2002',
    '2002:808:808',
  ];
  const last = [
    '2003',
    '2620:4f:8000',
    '3ffe',
    '3fff',
    '3fff:1000',
    '4000',
    '5f00',
    '8000',
    'fc00',
    'fd00',
    'fe80',
    'fec0',
    'ff02',
  ];
  for (const head of [...heads, ...more, ...last]) {
    for (const tail of ['1', '7f00:1', '808:808', 'ffff:a00:1', 'ffff:808:808', '5efe:a00:1'])
      samples.push(`${head}::${tail}`);
  }
  return samples;
}

const askPython = `
import ipaddress, sys
for line in sys.stdin.read().split():
    address = ipaddress.ip_address(line)
    mapped = getattr(address, 'ipv4_mapped', None)
    print('1' if (mapped or address).is_global else '0')
`;

/**
 * Where Python says global and we do not, by our reason. Multicast: Python asks whether a packet may cross routers, we ask
 * for one host. Anycast services, relays and AS112 are reachable but nobody's model or webhook. Older tables lack blocks.
 */
const knownDifferences = [
  /^multicast/,
  /^AS112/,
  /^AMT relays/,
  /^6to4/,
  /^IETF protocol assignments/,
  /^cloud/,
  /^documentation, RFC 9637/,
  /^NAT64 of/,
  /^ISATAP/,
  /^IPv4-(compatible|translated)/,
  /^local-use NAT64/,
  /^dummy prefix/,
  /^segment routing/,
  /^site-local/,
  /^outside global unicast/,
];

const python = spawnSync('python3', ['-c', 'import ipaddress']);

test(
  "nothing is public here that Python's ipaddress calls special, and stricter only where listed",
  { skip: python.status !== 0 },
  () => {
    const samples = sampleAddresses();
    const answers = spawnSync('python3', ['-c', askPython], { input: samples.join('\n'), encoding: 'utf8' })
      .stdout.trim()
      .split('\n');
    assert.equal(answers.length, samples.length);
    const looser: string[] = [];
    const stricter: string[] = [];
    for (const [index, sample] of samples.entries()) {
      const address = parseAddress(sample);
      assert.ok(address !== undefined, sample);
      const verdict = classifyAddress(address);
      const isGlobal = answers[index] === '1';
      if (verdict.class === 'public' && !isGlobal) looser.push(sample);
      if (verdict.class !== 'public' && isGlobal && !knownDifferences.some((known) => known.test(verdict.why))) {
        stricter.push(`${sample}: ${verdict.why}`);
      }
    }
    assert.deepEqual(looser, []);
    assert.deepEqual(stricter, []);
  },
);
