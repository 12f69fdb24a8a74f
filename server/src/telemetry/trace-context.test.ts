// Tests that trace headers are read as W3C Trace Context says, and everything else starts anew.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { formatTraceparent, parseTraceparent } from './trace-context.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

test('a header of version 00 is read, and written back as it was', () => {
  for (const sampled of [true, false]) {
    const header = `00-${traceId}-${spanId}-0${sampled ? 1 : 0}`;
    assert.deepEqual(parseTraceparent(header), { traceId, spanId, sampled });
    assert.equal(formatTraceparent({ traceId, spanId, sampled }), header);
  }
});

test('only the sampled bit of the flags counts', () => {
  assert.equal(parseTraceparent(`00-${traceId}-${spanId}-ff`)?.sampled, true);
  assert.equal(parseTraceparent(`00-${traceId}-${spanId}-fe`)?.sampled, false);
});

test('a later version is read by its first four parts', () => {
  assert.deepEqual(parseTraceparent(`cc-${traceId}-${spanId}-01-what-the-future-holds`), {
    traceId,
    spanId,
    sampled: true,
  });
  assert.deepEqual(parseTraceparent(`cc-${traceId}-${spanId}-01`), { traceId, spanId, sampled: true });
});

test('a malformed header is no header', () => {
  const malformed = [
    undefined,
    '',
    'x',
    `ff-${traceId}-${spanId}-01`,
    `00-${traceId}-${spanId}-01-more`,
    `cc-${traceId}-${spanId}-01.more`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId}-${spanId}-1`,
    `00-${traceId}-${spanId}`,
    ` 00-${traceId}-${spanId}-01`,
    `00-${traceId}-${spanId}-01\n`,
    `0-${traceId}-${spanId}-01`,
    `00-${traceId.slice(1)}-${spanId}-01`,
    `00-${traceId}-${spanId}-01,00-${traceId}-${spanId}-01`,
  ];
  for (const header of malformed) assert.equal(parseTraceparent(header), undefined, String(header));
});

test('whatever is read can be written and read again', () => {
  const hex = (length: number): fc.Arbitrary<string> =>
    fc.string({ unit: fc.constantFrom(...Array.from('0123456789abcdef')), minLength: length, maxLength: length });
  fc.assert(
    fc.property(hex(2), hex(32), hex(16), hex(2), (version, trace, span, flags) => {
      const read = parseTraceparent(`${version}-${trace}-${span}-${flags}`);
      if (read !== undefined) assert.deepEqual(parseTraceparent(formatTraceparent(read)), read);
      else assert.ok(version === 'ff' || /^0+$/.test(trace) || /^0+$/.test(span));
    }),
  );
});
