// Whatever notation a secret is written down in, one of its needles is in it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { needlesOf } from './needles.ts';

const secret = fc.stringMatching(/^[\x21-\x7e]{32,64}$/);
const beside = fc.string({ maxLength: 7 });

const notations: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'in base64': (text) => Buffer.from(text).toString('base64'),
  'in base64 for addresses': (text) => Buffer.from(text).toString('base64url'),
  'in hexadecimal': (text) => Buffer.from(text).toString('hex').toUpperCase(),
};

for (const [name, write] of Object.entries(notations)) {
  test(`a secret is found ${name}, in texts and in bytes, alone and inside a longer text`, () => {
    fc.assert(
      fc.property(secret, beside, beside, (text, before, after) => {
        const written = write(`${before}${text}${after}`);
        const rows = [written, Buffer.from(written).toString('hex')].map((row) => row.toLowerCase());
        for (const row of rows) assert.ok(needlesOf(text).some((needle) => row.includes(needle)));
      }),
    );
  });
}

test('another text of the same length is not taken for it', () => {
  const [one, other] = ['a'.repeat(40), 'b'.repeat(40)];
  for (const write of Object.values(notations)) {
    assert.ok(!needlesOf(one).some((needle) => write(other).toLowerCase().includes(needle)));
  }
});
