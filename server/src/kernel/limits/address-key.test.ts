// Which addresses count as one caller.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressKey } from './address-key.ts';

const TABLE: readonly (readonly [string, string])[] = [
  ['192.0.2.1', '192.0.2.1'],
  ['0.0.0.0', '0.0.0.0'],
  ['255.255.255.255', '255.255.255.255'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:db8:0:0:ffff:ffff:ffff:ffff', '2001:db8:0:0::/64'],
  ['2001:0DB8:0000:0000:0000:0000:0000:0002', '2001:db8:0:0::/64'],
  ['2001:db8:0:1::1', '2001:db8:0:1::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['fe80::1', 'fe80:0:0:0::/64'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:c000:201', '192.0.2.1'],
  ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
  ['64:ff9b::192.0.2.1', '192.0.2.1'],
  ['64:ff9b:1::192.0.2.1', '64:ff9b:1:0::/64'],
  ['2002:c000:201:abcd::1', '192.0.2.1'],
  ['::fffe:192.0.2.1', '0:0:0:0::/64'],
];
const UNREADABLE = [
  '',
  ' ',
  'localhost',
  '192.0.2',
  '192.0.2.256',
  '192.0.2.1 ',
  '0300.0.2.1',
  '0xc0.0.2.1',
  '3221225985',
  '192.0.2.1:80',
  '[2001:db8::1]',
  '2001:db8::1::',
  '2001:db8',
  '2001:db8::1/64',
  'g::1',
];

for (const [address, key] of TABLE) {
  test(`${address} is limited as ${key}`, () => {
    assert.equal(addressKey(address), key);
  });
}

test('whatever is no address shares one key instead of having none', () => {
  for (const text of UNREADABLE) assert.equal(addressKey(text), 'unknown', text);
});
