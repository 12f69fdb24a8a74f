// Tests that a block has one way to be written, and that every other is refused with that way in the answer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { readBlock } from './blocks.ts';

const messageOf = (text: string): string => {
  const reading = readBlock(text);
  return reading.ok ? 'taken' : reading.message;
};

test('a block in canonical form is taken', () => {
  for (const text of ['203.0.113.0/24', '203.0.113.7/32', '0.0.0.0/0', '2001:db8::/32', '::1/128', '::/0', 'fd00::/8'])
    assert.equal(messageOf(text), 'taken', text);
});

test('bits behind the prefix, other spellings and addresses alone are refused with the form that is meant', () => {
  const forms: Readonly<Record<string, string>> = {
    '203.0.113.7/24': '203.0.113.0/24',
    '10.1.2.3/0': '0.0.0.0/0',
    '2001:db8::1/32': '2001:db8::/32',
    '2001:DB8::/32': '2001:db8::/32',
    '2001:0db8::/32': '2001:db8::/32',
    '2001:db8:0:0:0:0:0:0/32': '2001:db8::/32',
    '::ffff:203.0.113.0/120': '203.0.113.0/24',
    '::FFFF:cb00:7100/120': '203.0.113.0/24',
    '::ffff:203.0.113.9/120': '203.0.113.0/24',
    '203.0.113.7': '203.0.113.7/32',
    '::ffff:203.0.113.7': '203.0.113.7/32',
    '2001:db8::7': '2001:db8::7/128',
  };
  for (const [text, form] of Object.entries(forms)) {
    assert.ok(messageOf(text).endsWith(` ${form}`), `${text}: ${messageOf(text)}`);
    assert.equal(messageOf(form), 'taken', form);
  }
});

test('what two readers could take for two things is refused', () => {
  for (const text of [
    '010.0.0.0/8',
    '0x0a.0.0.0/8',
    '10.0/8',
    '10/8',
    '167772160/8',
    '10.0.0.0/08',
    '10.0.0.0/+8',
    '10.0.0.0/8 ',
    ' 10.0.0.0/8',
    '10.0.0.0/255.0.0.0',
    '10.0.0.0/-1',
    '10.0.0.0/33',
    '10.0.0.0/8/8',
    '10.0.0.0-10.0.0.255',
    '10.*.*.*',
    'fe80::%eth0/64',
    'fe80::1%1/128',
    '[2001:db8::]/32',
    '2001:db8::/129',
    '2001:db8:::/32',
    '::ffff:10.0.0.0/8',
    '１0.0.0.0/8',
    'localhost/8',
    '/8',
    '/',
  ])
    assert.equal(messageOf(text), 'is no block of addresses such as 203.0.113.0/24', text);
});

test('whatever is taken is read back as the same text, and no two texts are taken for one block', () => {
  const piece = fc.constantFrom(
    '::',
    ':',
    '.',
    '/',
    '0',
    '00',
    '1',
    '8',
    '10',
    '32',
    '127',
    'f',
    'F',
    'ffff',
    'db8',
    '%',
    ' ',
  );
  const seen = new Map<string, string>();
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      if (!readBlock(text).ok) return;
      const shape = text.replaceAll(/0+(?=[0-9a-f])/gi, '').toLowerCase();
      assert.equal(seen.get(shape) ?? text, text);
      seen.set(shape, text);
      assert.equal(text, text.toLowerCase());
      assert.ok(!/[%\s]|ffff:\d+\./.test(text), text);
    }),
    { numRuns: 20_000 },
  );
});
