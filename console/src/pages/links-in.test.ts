// Tests that the links of a mail are found whole, once, and no other address with them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linksIn } from './links-in.ts';

test('a link is found whole, to the last character of its token', () => {
  const link = 'http://localhost:8080/account/reset-password#token=a-B_9';
  assert.deepEqual(linksIn(`Set a new password:\n${link}\n\nThe link works once.\n${link}`), [link]);
});

test('addresses that open nothing are none, and a text without any has none', () => {
  assert.deepEqual(linksIn('Your account at http://localhost:8080 was changed.'), []);
  assert.deepEqual(linksIn('javascript:alert(1)#token=x'), []);
  assert.deepEqual(linksIn(''), []);
});
