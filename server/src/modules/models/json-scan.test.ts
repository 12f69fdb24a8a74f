// The walk over JSON bytes accepts what JSON.parse accepts, tells the same values, and looks at each byte a bounded number of times.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { isJson, scanObject } from './json-scan.ts';

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Members as [key, value] pairs; undefined when the bytes are refused. */
function scan(bytes: Buffer): readonly (readonly [string, unknown])[] | undefined {
  const members: [string, unknown][] = [];
  const isObject = scanObject(bytes, ({ keyStart, keyEnd, valueStart, valueEnd }) => {
    const key = JSON.parse(bytes.toString('utf8', keyStart, keyEnd)) as string;
    members.push([key, JSON.parse(bytes.toString('utf8', valueStart, valueEnd))]);
  });
  return isObject ? members : undefined;
}

function agrees(text: string): void {
  const bytes = Buffer.from(text);
  const parsed = parse(bytes.toString());
  assert.equal(isJson(bytes), parsed !== undefined, JSON.stringify(text));
  const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  const members = scan(bytes);
  assert.equal(members !== undefined, isObject, JSON.stringify(text));
  // The last of a repeated key counts for JSON.parse, and for Object.fromEntries.
  if (members !== undefined) assert.deepEqual(JSON.stringify(Object.fromEntries(members)), JSON.stringify(parsed));
}

test('values of every kind, however they are indented, are read as JSON.parse reads them', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 1, '\t', ' \n'), (value, indent) => {
      agrees(JSON.stringify(value, null, indent));
      agrees(JSON.stringify({ value, list: [value, {}] }, null, indent));
    }),
    { numRuns: 100 },
  );
});

test('JSON with a few characters changed is accepted and refused as by JSON.parse', () => {
  const character = fc.constantFrom(
    ...Array.from('{}[]",:\\/ue0123456789aAfF+-.Etrlns \n\t\r\u0001\u007f\u2028é'),
    'true',
    '\\u00e9',
  );
  const edit = fc.tuple(fc.nat(200), fc.nat(2), character);
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.array(edit, { minLength: 1, maxLength: 4 }),
      (value, edits) => {
        let text = JSON.stringify(value);
        for (const [at, removed, added] of edits) {
          const place = at % (text.length + 1);
          text = text.slice(0, place) + added + text.slice(place + removed);
        }
        agrees(text);
      },
    ),
    { numRuns: 3_000 },
  );
});

test('strings of JSON’s own characters are accepted and refused as by JSON.parse', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"a"',
    ':',
    ',',
    '1',
    '-',
    '0',
    '.5',
    'e+1',
    'null',
    ' ',
    '"\\',
    '"',
    'x',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 9 }), (pieces) => agrees(pieces.join(''))),
    { numRuns: 5_000 },
  );
});

test('numbers, escapes and literals at the border of the grammar', () => {
  for (const value of [
    '0',
    '-0',
    '01',
    '-',
    '1.',
    '.1',
    '1.0',
    '1e',
    '1e+',
    '1E-7',
    '1e5.',
    '+1',
    '0x1',
    'NaN',
    '1 2',
    '--1',
    'true',
    'tru',
    'truex',
    'False',
    'nul',
    'null ',
    'undefined',
    '',
    '"\\u12',
    '"\\u12G4"',
    '"\\ud800"',
    '"\\x41"',
    '"\\"',
    '"\\\\"',
    '"\n"',
    '"\u007f"',
    "'a'",
    '"a',

    '[1,]',
    '[,1]',
    '[1 2]',
    '[}',
    '[1}',
    '{]',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{,"a":1}',
    '{a:1}',
    '{"a":1}}',
    '[[]',

    '\ufeff{}',
    '{}\ufeff',
    '{}\0',
    '{} ',
    '\u00a0{}',
    '{}//',
    '/**/{}',
  ]) {
    agrees(value);
    agrees(`{"k":${value}}`);
    agrees(`[${value}]`);
  }
});

test('nesting is bounded by a limit, not by the stack', () => {
  const nested = (depth: number) => Buffer.from('['.repeat(depth) + ']'.repeat(depth));
  assert.equal(isJson(nested(1_000)), true);
  assert.equal(isJson(nested(1_001)), false);
  assert.equal(isJson(Buffer.from('['.repeat(1_000_000))), false);
});

/** How often the bytes of a text are looked at. */
function countReads(text: string): number {
  let reads = 0;
  const bytes = new Proxy(Buffer.from(text), {
    get: (target, name) => {
      if (typeof name === 'string' && /^-?\d+$/.test(name)) reads += 1;
      return Reflect.get(target, name, target) as unknown;
    },
  });
  scanObject(bytes, () => undefined);
  return reads;
}

test('ten times the bytes are ten times the looks, whatever they hold', () => {
  const shapes: readonly ((size: number) => string)[] = [
    (size) => `{"a":[${'{},'.repeat(size)}{}]}`,
    (size) => `{"a":"${'\\\\'.repeat(size)}"}`,
    (size) => `{"a":"${'\\\\'.repeat(size)}`,
    (size) => `{"a":${' '.repeat(size)}1}`,
    (size) => `{"a":${'1'.repeat(size)}}`,
    (size) => `{${Array.from({ length: size }, (_, index) => `"${index % 10}":{"b":[1]}`).join(',')}}`,
    (size) => `{"a":"${'"'.repeat(size)}`,
  ];
  for (const shape of shapes) {
    const small = countReads(shape(500));
    const large = countReads(shape(5_000));
    assert.ok(large <= 10.5 * small + 200, `${shape(2)}: ${small} looks became ${large}`);
    assert.ok(large <= 8 * shape(5_000).length, `${shape(2)}: ${large} looks at ${shape(5_000).length} bytes`);
  }
});
