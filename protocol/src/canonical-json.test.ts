// Checks canonical JSON against RFC 8785 and against everything JSON cannot carry exactly.
import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { hex, readVectors } from '../test/read-vectors.ts';
import { CanonicalJsonError, canonicalJson, canonicalJsonBytes, parseCanonicalJson } from './canonical-json.ts';

type Vectors = {
  values: { source: string; canonical: string }[];
  numbers: { ieee754Hex: string; canonical: string }[];
  refusedNumbers: string[];
  refusedSources: { source: string; why: string }[];
  notCanonical: { text: string; why: string }[];
};
const vectors: Vectors = JSON.parse(readVectors('canonical-json'));

function numberOf(ieee754Hex: string): number {
  return new DataView(hex(ieee754Hex).buffer).getFloat64(0);
}

test('canonical texts agree with the vectors, the examples of RFC 8785 included', () => {
  for (const { source, canonical } of vectors.values) {
    assert.equal(canonicalJson(JSON.parse(source)), canonical);
    assert.deepEqual(parseCanonicalJson(canonical), { ok: true, value: JSON.parse(canonical) });
  }
  for (const { ieee754Hex, canonical } of vectors.numbers) {
    assert.equal(canonicalJson(numberOf(ieee754Hex)), canonical, ieee754Hex);
  }
  for (const bits of vectors.refusedNumbers) assert.throws(() => canonicalJson(numberOf(bits)), CanonicalJsonError);
  for (const { source, why } of vectors.refusedSources) {
    assert.throws(() => canonicalJson(JSON.parse(source)), CanonicalJsonError, why);
    assert.deepEqual(parseCanonicalJson(source), { ok: false, reason: 'not_canonical' });
  }
  for (const { text, why } of vectors.notCanonical) {
    assert.deepEqual(parseCanonicalJson(text), { ok: false, reason: 'not_canonical' }, why);
  }
});

test('every JSON value returns from its canonical text, which is a fixed point', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      assert.equal(canonicalJson(JSON.parse(text)), text);
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
      assert.deepEqual(canonicalJsonBytes(value), new TextEncoder().encode(text));
    }),
  );
});

test('the order in which members were set never shows', () => {
  const objects = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.integer(), { noNullPrototype: false });
  fc.assert(
    fc.property(objects, (object) => {
      const reversed = Object.fromEntries(Object.entries(object).toReversed());
      assert.equal(canonicalJson(reversed), canonicalJson(object));
    }),
  );
});

test('members stand in the order of their UTF-16 code units, however many there are', () => {
  const names = fc.uniqueArray(
    fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('', '1', '10', '9', 'é', '\u{1f600}', '\uffff')),
    {
      maxLength: 40,
    },
  );
  fc.assert(
    fc.property(names, (unsorted) => {
      const object = Object.fromEntries(unsorted.map((name) => [name, name.length]));
      const members = unsorted.toSorted().map((name) => `${JSON.stringify(name)}:${name.length}`);
      assert.equal(canonicalJson(object), `{${members.join(',')}}`);
    }),
    { numRuns: 300 },
  );
});

test('a member is written the same when its name comes again, and after more names than are kept', () => {
  const names = Array.from({ length: 2_500 }, (_, index) => `name "${index}" \u00e9`);
  for (const name of [...names, ...names]) assert.equal(canonicalJson({ [name]: 1 }), `{${JSON.stringify(name)}:1}`);
});

test('what JSON cannot carry exactly is refused at any depth, never dropped or converted', () => {
  const sparse = [1];
  sparse.length = 2;
  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  const unfit = [
    undefined,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    1n,
    Symbol('s'),
    () => 1,
    new Date(0),
    new Map(),
    new Set(),
    new Uint8Array(1),
    Object(1),
    Object('s'),
    Object.create({ inherited: 1 }),
    { [Symbol('s')]: 1 },
    { toJSON: () => 1 },
    Object.assign([1], { extra: 1 }),
    '\udc00',
    { '\ud800': 1 },
    sparse,
    cyclic,
  ];
  for (const value of unfit) {
    for (const wrapped of [value, [value], { member: value }, [{ member: [value] }]]) {
      assert.throws(() => canonicalJson(wrapped), CanonicalJsonError);
    }
  }
});

test('an object without prototype and a member named __proto__ are ordinary', () => {
  const bare: Record<string, unknown> = Object.create(null);
  bare['b'] = 1;
  bare['a'] = JSON.parse('{"__proto__":{"x":1}}');
  assert.equal(canonicalJson(bare), '{"a":{"__proto__":{"x":1}},"b":1}');
});

test('text that is not JSON is told apart from JSON that is not canonical', () => {
  for (const text of ['', '{', "{'a':1}", 'NaN', '01', '[1,]', '\ufeff1', '"\n"']) {
    assert.deepEqual(parseCanonicalJson(text), { ok: false, reason: 'not_json' }, text);
  }
});

test('the error never repeats the value', () => {
  assert.throws(
    () => canonicalJson({ 'secret-\ud800': 'secret' }),
    (error: unknown) => error instanceof CanonicalJsonError && !error.message.includes('secret'),
  );
});
