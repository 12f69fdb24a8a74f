// JSON from strangers: what is refused before parsing, and what passes unchanged.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { DEPTH_MAX, isTooDeep, parseJson } from './json.ts';

const read = (text: string) => parseJson(Buffer.from(text));
const nested = (depth: number) => `${'[{"a":'.repeat(depth / 2)}1${'}]'.repeat(depth / 2)}`;

test('every JSON value comes back as JSON.parse gives it', () => {
  fc.assert(
    fc.property(fc.json({ depthSize: 'medium', noUnicodeString: false }), (text) => {
      fc.pre(!text.includes('__proto__') && !text.includes('constructor'));
      const reading = read(text);
      assert.ok(reading.ok);
      assert.deepEqual(reading.value, JSON.parse(text));
    }),
  );
});

test('depth counts brackets outside strings alone, up to the limit and no further', () => {
  assert.equal(read(nested(DEPTH_MAX)).ok, true);
  assert.equal(read(nested(DEPTH_MAX + 2)).ok, false);
  assert.equal(read(`"${'['.repeat(500)}"`).ok, true);
  assert.equal(read(`["${'\\"['.repeat(500)}"]`).ok, true);
  assert.equal(read(`["${'\\\\'.repeat(500)}"]`).ok, true);
  assert.equal(isTooDeep(Buffer.from(`"\\\\"${'['.repeat(DEPTH_MAX + 1)}`)), true);
  assert.equal(read('[[],'.repeat(500).slice(0, -1)).ok, false);
});

test('closed brackets make room again', () => {
  assert.equal(read(`[${'[[]],'.repeat(5_000)}1]`).ok, true);
});

test('whatever the bytes, the scan ends and only bounded depth passes it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      const reading = parseJson(bytes);
      if (reading.ok) assert.doesNotThrow(() => JSON.stringify(reading.value));
    }),
  );
});

test('keys that objects inherit are refused however they are spelled, and as values they are harmless', () => {
  for (const text of [
    '{"__proto__":1}',
    '[{"a":{"__proto__":{}}}]',
    '{"\\u005f\\u005fproto__":1}',
    '{"constructor":{"prototype":1}}',
    '{"\\u0063onstructor":{"prototype":{}}}',
  ])
    assert.equal(read(text).ok, false, text);
  for (const text of ['["__proto__"]', '{"constructor":"Acme Builders"}', '{"prototype":1}'])
    assert.equal(read(text).ok, true, text);
});

test('bytes that are not UTF-8, and a byte order mark, are refused', () => {
  for (const bytes of [
    [0x22, 0xff, 0x22],
    [0x22, 0xed, 0xa0, 0x80, 0x22],
    [0xef, 0xbb, 0xbf, 0x31],
    [0x31, 0x00],
  ])
    assert.equal(parseJson(Uint8Array.from(bytes)).ok, false, bytes.join());
});

test('depth is counted alike, however long strings are and however many escapes they hold', () => {
  const piece = fc.constantFrom(
    '"',
    '\\',
    '[',
    '{',
    ']',
    '}',
    'a',
    'b'.repeat(40),
    '\\\\'.repeat(20),
    '['.repeat(DEPTH_MAX),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const bytes = Buffer.from(pieces.join(''));
      assert.equal(isTooDeep(bytes), isTooDeepByHand(bytes));
    }),
    { numRuns: 2_000 },
  );
});

function isTooDeepByHand(bytes: Buffer): boolean {
  let depth = 0;
  let deepest = 0;
  const outside = bytes.toString('latin1').replace(/"(?:[^"\\]|\\[^])*(?:"|\\?$)/g, '');
  for (const character of outside) {
    depth += '[{'.includes(character) ? 1 : ']}'.includes(character) ? -1 : 0;
    deepest = Math.max(deepest, depth);
  }
  return deepest > DEPTH_MAX;
}
