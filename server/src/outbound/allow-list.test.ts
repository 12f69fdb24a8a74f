// Checks the operator's lists: what each entry opens, what is refused, and that the canonical form says the same.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assert as check, constantFrom, integer, nat, property, tuple } from 'fast-check';
import { parseAddress, type Address } from './address.ts';
import { parseAllowList, parseDenyList, type AllowList } from './allow-list.ts';

function listOf(text: string): AllowList {
  const result = parseAllowList(text);
  assert.ok(result.ok, JSON.stringify(result));
  return result.list;
}

function address(text: string): Address {
  const found = parseAddress(text);
  assert.ok(found !== undefined, text);
  return found;
}

test('an empty list lists nothing', () => {
  for (const text of ['', '  ']) {
    const list = listOf(text);
    assert.deepEqual(list.describe(), []);
    assert.equal(list.hasAddresses, false);
    assert.equal(list.findHost('a.example', 443), undefined);
    assert.equal(list.findAddress(address('10.0.0.1'), 443), undefined);
  }
});

test('an entry with a port opens that port of that target alone, and is exact unless it is a range', () => {
  const list = listOf('10.0.0.5:8000, [fd00::5]:8000, models.corp:11434, 172.16.0.0/12:9000, [fd01::/16]:9000');
  assert.equal(list.findAddress(address('10.0.0.5'), 8000), 'exact');
  assert.equal(list.findAddress(address('::ffff:10.0.0.5'), 8000), 'exact');
  assert.equal(list.findAddress(address('fd00::5'), 8000), 'exact');
  assert.equal(list.findHost('models.corp', 11434), 'exact');
  assert.equal(list.findAddress(address('172.31.255.255'), 9000), 'listed');
  assert.equal(list.findAddress(address('fd01:ffff::1'), 9000), 'listed');
  for (const port of [80, 443, 8001, 11434]) assert.equal(list.findAddress(address('10.0.0.5'), port), undefined);
  assert.equal(list.findAddress(address('10.0.0.6'), 8000), undefined);
  assert.equal(list.findAddress(address('172.32.0.0'), 9000), undefined);
  assert.equal(list.findHost('a.models.corp', 11434), undefined);
  assert.equal(list.findHost('models.corp', 443), undefined);
});

test('an entry without a port opens the standard ports only, and is never exact', () => {
  const list = listOf('10.0.0.5,fd00::5,models.corp,192.168.0.0/16');
  for (const port of [80, 443, 8443]) {
    assert.equal(list.findAddress(address('10.0.0.5'), port), 'listed');
    assert.equal(list.findAddress(address('fd00::5'), port), 'listed');
    assert.equal(list.findAddress(address('192.168.3.4'), port), 'listed');
    assert.equal(list.findHost('models.corp', port), 'listed');
  }
  for (const port of [22, 5432, 6379, 8000, 11434])
    assert.equal(list.findAddress(address('10.0.0.5'), port), undefined);
});

test('the canonical list is sorted, without repeats, and reads back to itself', () => {
  const list = listOf(
    'B.example.:8000,[FD00:0:0::1]:8000, b.example:8000,10.0.0.0/8 ,fd00:0::1,10.0.0.7/32:81,[fd00::/8]:82,bücher.example',
  );
  const described = [
    '10.0.0.0/8',
    '10.0.0.7:81',
    '[fd00::/8]:82',
    '[fd00::1]:8000',
    'b.example:8000',
    'fd00::1',
    'xn--bcher-kva.example',
  ];
  assert.deepEqual(list.describe(), described);
  assert.deepEqual(listOf(list.describe().join(',')).describe(), described);
});

const badEntries: readonly (readonly [string, RegExp])[] = [
  ['', /empty/],
  ['https://a.example', /without scheme/],
  ['user@a.example', /without scheme/],
  ['a.example/path', /not an address range/],
  ['*.example.com', /wildcards/],
  ['*', /wildcards/],
  ['a.example:0', /port/],
  ['a.example:65536', /port/],
  ['a.example:080', /port/],
  ['a.example:', /port/],
  ['a.example:https', /port/],
  ['10.0.0.1:-1', /port/],
  ['010.0.0.1', /plain form: 8\.0\.0\.1/],
  ['127.1', /plain form: 127\.0\.0\.1/],
  ['0x7f000001', /plain form/],
  ['2130706433', /plain form/],
  ['10.0.0.256', /not an address, a range or a host/],
  ['10.0.0.1/8', /10\.0\.0\.0\/8 is meant/],
  ['fd00::1/8', /fd00::\/8 is meant/],
  ['10.0.0.0/33', /not an address range/],
  ['10.0.0.0/08', /not an address range/],
  ['10.0.0.0/8/8', /not an address range/],
  ['::ffff:10.0.0.1', /write an IPv4-mapped address as IPv4/],
  ['::ffff:10.0.0.0/104', /write an IPv4-mapped address as IPv4/],
  ['0:0:0:0:0:ffff:10.0.0.0/104', /not an address range/],
  ['0:0:0:0:0:ffff:10.0.0.0/8', /not an address range/],
  ['0.0.0.0/0', /too wide/],
  ['8.0.0.0/7', /too wide/],
  ['::/0', /too wide/],
  ['2000::/3', /too wide/],
  ['fe80::1%eth0', /zone/],
  ['fe80::1', /never allowed: link-local/],
  ['169.254.169.254', /never allowed: link-local and cloud metadata/],
  ['169.254.169.254:80', /never allowed/],
  ['169.254.0.0/16', /never allowed/],
  ['0.0.0.0:8000', /never allowed/],
  ['224.0.0.0/8', /never allowed: multicast/],
  ['255.255.255.255', /never allowed/],
  ['[2002:a00:1::1]:443', /never allowed: 6to4/],
  ['fd00:ec2::254', /never allowed: cloud/],
  ['[fd00::1]', /brackets are for IPv6 with a port/],
  ['[10.0.0.1', /brackets/],
  ['a b.example', /not an address/],
  ['-a.example', /not an address/],
];

test('every bad entry is reported with its position and fault, all at once, and the good ones are not', () => {
  const text = badEntries.map(([entry]) => `10.0.0.1,${entry}`).join(',');
  const result = parseAllowList(text);
  assert.ok(!result.ok);
  assert.deepEqual(
    result.faults.map(({ position, entry }) => [position, entry]),
    badEntries.map(([entry], index) => [index * 2 + 2, entry]),
  );
  for (const [index, [entry, fault]] of badEntries.entries())
    assert.match(result.faults[index]?.fault ?? '', fault, entry);
});

test('the deny list takes addresses and ranges without ports, and reports the rest', () => {
  const good = parseDenyList('203.0.113.7, 198.51.0.0/16, 2001:db8::/32');
  assert.ok(good.ok);
  assert.deepEqual(
    good.ranges.map(({ text }) => text),
    ['203.0.113.7/32', '198.51.0.0/16', '2001:db8::/32'],
  );
  const bad = parseDenyList('a.example,10.0.0.1,10.0.0.1:80,10.0.0.1/8,');
  assert.ok(!bad.ok);
  assert.deepEqual(
    bad.faults.map(({ position }) => position),
    [1, 3, 4, 5],
  );
  assert.deepEqual(parseDenyList(''), { ok: true, ranges: [] });
});

test('a list of one address opens that address and no other, whatever the address', () => {
  const privateV4 = tuple(constantFrom(10, 127), nat(255), nat(255), nat(255)).map((parts) => parts.join('.'));
  check(
    property(
      privateV4,
      privateV4,
      integer({ min: 1, max: 65535 }),
      integer({ min: 1, max: 65535 }),
      (listed, asked, port, otherPort) => {
        const list = listOf(`${listed}:${port}`);
        assert.equal(list.findAddress(address(listed), port), 'exact');
        assert.equal(list.findAddress(address(asked), port), asked === listed ? 'exact' : undefined);
        assert.equal(list.findAddress(address(listed), otherPort), otherPort === port ? 'exact' : undefined);
      },
    ),
  );
});
