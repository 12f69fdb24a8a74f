// Checks that every text form of bytes has one spelling.
import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import {
  concatBytes,
  decodeBase64,
  decodeBase64Url,
  decodeHex,
  decodeUtf8,
  encodeBase64,
  encodeBase64Url,
  encodeHex,
  encodeUtf8,
  equalBytes,
} from './bytes.ts';

const codecs = [
  { name: 'hex', encode: encodeHex, decode: decodeHex, alphabet: '0123456789abcdefABCDEF g=' },
  { name: 'base64', encode: encodeBase64, decode: decodeBase64, alphabet: 'ABQgwxyz019+/=-_ \n' },
  { name: 'base64url', encode: encodeBase64Url, decode: decodeBase64Url, alphabet: 'ABQgwxyz019+/=-_ \n' },
];

for (const { name, encode, decode, alphabet } of codecs) {
  test(`${name} returns the bytes it was given`, () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => assert.deepEqual(decode(encode(bytes)), bytes)));
  });

  test(`${name} accepts no text but the one its encoder writes`, () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from(alphabet)), maxLength: 8 });
    fc.assert(
      fc.property(text, (candidate) => {
        const bytes = decode(candidate);
        assert.ok(bytes === undefined || encode(bytes) === candidate);
      }),
      { numRuns: 2000 },
    );
  });
}

test('decoders refuse the spellings that lenient decoders forgive', () => {
  for (const text of ['AB', 'a', '0g', ' 00', '00\n', '0x00']) assert.equal(decodeHex(text), undefined, text);
  for (const text of ['AA', 'AA=', 'AB==', 'AA==\n', ' AA==', 'A===', '-_8=', 'AA==AA==']) {
    assert.equal(decodeBase64(text), undefined, text);
  }
  for (const text of ['AA==', 'AB', 'A', '+/8', 'AA\n']) assert.equal(decodeBase64Url(text), undefined, text);
  assert.deepEqual(decodeBase64('+/8='), Uint8Array.of(0xfb, 0xff));
  assert.deepEqual(decodeBase64Url('-_8'), Uint8Array.of(0xfb, 0xff));
});

test('UTF-8 keeps every well-formed text, a byte order mark included, and refuses the rest', () => {
  const texts = fc.string({ unit: fc.constantFrom('a', '\0', '\n', '\ufeff', '\uffff', 'é', '€', '😀', '\u{10ffff}') });
  fc.assert(fc.property(texts, (text) => assert.equal(decodeUtf8(encodeUtf8(text)), text)));
  assert.equal(decodeUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61)), '\ufeffa');
  for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82]]) {
    assert.equal(decodeUtf8(Uint8Array.from(bytes)), undefined);
  }
  assert.throws(() => encodeUtf8('\ud800'), TypeError);
});

test('bytes are equal exactly when length and content are', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (left, right) => {
      assert.equal(equalBytes(left, right), encodeHex(left) === encodeHex(right));
      assert.ok(equalBytes(left, left.slice()));
      assert.ok(!equalBytes(left, concatBytes(left, Uint8Array.of(0))));
      assert.equal(encodeHex(concatBytes(left, right)), encodeHex(left) + encodeHex(right));
    }),
  );
});
