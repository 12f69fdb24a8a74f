// Tests that text made to slow the scanner down costs it no more than any other text of its length.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanText } from './scan.ts';

test('hostile text of eight times the length takes about eight times the work', () => {
  const seeds = [
    'a',
    'a@',
    '@',
    '@a.',
    '%40',
    'x%401.2',
    'a.b@c.d',
    '1',
    '1 ',
    '4 1-',
    '+1',
    '+1 ',
    'eyJ',
    'eyJ-',
    'sk-',
    'DE00',
    'DE 00 ',
    'GB82WEST',
    '-----BEGIN A-----',
    'password=',
    'token:token:',
    'secret"',
    'secret":"',
    "secret='",
    '\\',
    '\\n',
    '\\u000a',
    '?a=',
    '&a',
    '://',
    '://a:',
    'postgres://a:',
    'Bearer ',
    'bearer\t',
    '12345678-1234-',
    'hf_',
    'hf_live_',
    '123-45-',
    ' ',
    '"',
    'a ',
    '\u00e9@',
    'AKIA',
    'ghp_',
    'xoxb-',
  ];
  const small = 4_000;
  for (const seed of seeds) {
    const repeat = (length: number): string => seed.repeat(Math.ceil(length / seed.length));
    const ratio = workOf(repeat(small * 8)) / workOf(repeat(small));
    // Linear is 8, quadratic 64.
    assert.ok(ratio < 32, `${JSON.stringify(seed)}: ${ratio.toFixed(1)}`);
  }
});

/** Processor time of a scan, the least of several, so that other work on the machine doesn't count. */
function workOf(text: string): number {
  const times = Array.from({ length: 3 }, () => {
    const before = process.cpuUsage();
    for (let round = 0; round < 3; round += 1) scanText(text);
    const { user, system } = process.cpuUsage(before);
    return user + system;
  });
  // Below a fifth of a millisecond the clock says nothing.
  return Math.max(200, Math.min(...times));
}
