// Tests that every spelling of an address is either refused or read as the address it is.
import assert from 'node:assert/strict';
import { BlockList, isIP } from 'node:net';
import { test } from 'node:test';
import * as fc from 'fast-check';
import {
  anyCidrContains,
  blockAround,
  cidrContains,
  isLoopback,
  parseAddress,
  parseCidr,
  parseSocketAddress,
} from './address.ts';

const bytes4 = fc.tuple(...Array.from({ length: 4 }, () => fc.nat(255)));
// Zeros are common in real addresses, and the shortening of them is where readers go wrong.
const group = fc.oneof(fc.constant(0), fc.nat(0xffff));
const groups6 = fc.tuple(...Array.from({ length: 8 }, () => group));

test('IPv4 is read from plain decimals alone', () => {
  fc.assert(
    fc.property(bytes4, (bytes) => {
      const text = bytes.join('.');
      assert.deepEqual(parseAddress(text), { family: 4, bytes, text });
    }),
  );
  for (const text of [
    '127.1',
    '0177.0.0.1',
    '0x7f.0.0.1',
    '2130706433',
    '0x7f000001',
    '127.0.0.01',
    '127.0.0.256',
    '127.0.0.1.',
    '1.2.3',
    '１27.0.0.1',
  ]) {
    assert.equal(parseAddress(text), undefined, text);
  }
});

test('IPv6 is printed as URLs print it, and every longer spelling reads the same', () => {
  fc.assert(
    fc.property(groups6, (groups) => {
      const long = groups.map((value) => value.toString(16).padStart(4, '0').toUpperCase()).join(':');
      const address = parseAddress(long);
      const bytes = groups.flatMap((value) => [value >> 8, value & 255]);
      if (address?.family === 4) return assert.deepEqual(groups.slice(0, 6), [0, 0, 0, 0, 0, 0xffff]);
      assert.deepEqual(address?.bytes, bytes);
      const short = new URL(`http://[${long}]`).hostname.slice(1, -1);
      assert.equal(address?.text, short);
      assert.deepEqual(parseAddress(short), address);
    }),
  );
});

test('whatever Node takes for an address is read, and nothing else is, zones aside', () => {
  const piece = fc.constantFrom(
    ':',
    '::',
    '.',
    '0',
    '1',
    'f',
    'ffff',
    '127',
    '255',
    '256',
    '00',
    '1.2.3.4',
    'fe80',
    '%lo',
    '/',
    ' ',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      fc.pre(!text.includes('%'));
      assert.equal(parseAddress(text) !== undefined, isIP(text) !== 0, text);
    }),
    { numRuns: 5000 },
  );
});

test('`::` stands for one group at least', () => {
  assert.equal(parseAddress('1:2:3:4:5:6:7::')?.text, '1:2:3:4:5:6:7:0');
  for (const text of ['1:2:3:4:5:6:7::8', '1:2:3:4::5:6:7:8', '::1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8::', '1::2::3']) {
    assert.equal(parseAddress(text), undefined, text);
  }
});

test('an IPv4-mapped address is the IPv4 address, in any spelling', () => {
  for (const text of ['::ffff:127.0.0.1', '::FFFF:7f00:1', '0:0:0:0:0:ffff:7f00:0001', '0000::ffff:127.0.0.1']) {
    assert.equal(parseAddress(text)?.text, '127.0.0.1', text);
  }
  assert.equal(parseAddress('::ffff:0.0.0.0')?.text, '0.0.0.0');
});

test('only 127.0.0.0/8 and ::1 are loopback', () => {
  const loopback = ['127.0.0.1', '127.255.255.255', '::1', '::ffff:127.0.0.1'];
  const not = [
    '126.255.255.255',
    '128.0.0.0',
    '0.0.0.0',
    '::',
    '::127.0.0.1',
    '::2',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '::fffe:127.0.0.1',
    '1::1',
    'fe80::1',
    '10.0.0.1',
  ];
  for (const text of loopback) assert.equal(isLoopback(parse(text)), true, text);
  for (const text of not) assert.equal(isLoopback(parse(text)), false, text);
});

test('the zone of a socket address is dropped, and only there', () => {
  assert.equal(parseSocketAddress('fe80::1%eth0')?.text, 'fe80::1');
  assert.equal(parseAddress('fe80::1%eth0'), undefined);
  assert.equal(parseAddress('::1%lo'), undefined);
  assert.equal(parseSocketAddress('fe80::1%'), undefined);
});

test('blocks cover what Node says they cover', () => {
  fc.assert(
    fc.property(bytes4, fc.nat(32), bytes4, (blockBytes, prefix, bytes) => {
      const list = new BlockList();
      list.addSubnet(blockBytes.join('.'), prefix, 'ipv4');
      // Half of the addresses share the block's first bytes, else hits would be rare.
      for (const other of [bytes, [...blockBytes.slice(0, prefix >> 3), ...bytes.slice(prefix >> 3)]]) {
        const text = other.join('.');
        assert.equal(cidrContains(block(`${blockBytes.join('.')}/${prefix}`), parse(text)), list.check(text), text);
      }
    }),
  );
  fc.assert(
    fc.property(groups6, fc.nat(128), groups6, (blockGroups, prefix, groups) => {
      const near = [...blockGroups.slice(0, prefix >> 4), ...groups.slice(prefix >> 4)];
      const hex = (list: readonly number[]) => list.map((value) => value.toString(16)).join(':');
      const address = parse(hex(near));
      fc.pre(address.family === 6 && parse(hex(blockGroups)).family === 6);
      const list = new BlockList();
      list.addSubnet(hex(blockGroups), prefix, 'ipv6');
      assert.equal(cidrContains(block(`${hex(blockGroups)}/${prefix}`), address), list.check(hex(near), 'ipv6'));
    }),
  );
});

test('a block needs an exact prefix within its family', () => {
  for (const text of [
    '10.0.0.0',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10.0.0.0/08',
    '10.0.0.0/ 8',
    '10/8',
    '::/129',
    '::ffff:10.0.0.0/95',
  ]) {
    assert.equal(parseCidr(text), undefined, text);
  }
  assert.equal(parseCidr('::FFFF:10.0.0.0/104')?.text, '10.0.0.0/8');
  assert.equal(parseCidr('FD00:0::/8')?.text, 'fd00::/8');
});

test('an empty list of blocks covers nobody, and families never meet', () => {
  assert.equal(anyCidrContains([], parse('127.0.0.1')), false);
  assert.equal(cidrContains(block('0.0.0.0/0'), parse('::1')), false);
  assert.equal(cidrContains(block('::/0'), parse('127.0.0.1')), false);
  assert.equal(blockAround(parse('2001:db8:1:2:3::4'), 64).text, '2001:db8:1:2::/64');
});

function parse(text: string) {
  return parseAddress(text) ?? assert.fail(`${text} is an address`);
}

function block(text: string) {
  return parseCidr(text) ?? assert.fail(`${text} is a block`);
}
