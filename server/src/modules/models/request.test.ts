// What is read of a model request, and what no two parsers may read differently.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { findRepeatedKey, readRequest } from './request.ts';

const read = (text: string) => readRequest(Buffer.from(text));

test('model and stream are read, everything else is of no interest', () => {
  assert.deepEqual(read('{"model":"m","stream":true,"x":{"model":"other","model":"again"}}'), {
    model: 'm',
    streams: true,
  });
  assert.deepEqual(read('{"stream":"true","model":"m"}'), { model: 'm', streams: false });
});

test('a body that is not one JSON object naming a model is refused with the place', () => {
  for (const text of [
    '',
    '{',
    '[]',
    'null',
    '"m"',
    '{}',
    '{"model":1}',
    '{"model":""}',
    `{"model":"${'m'.repeat(201)}"}`,
  ]) {
    assert.throws(() => read(text), { code: 'model.body_invalid' }, text);
  }
  assert.throws(() => readRequest(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])), {
    code: 'model.body_invalid',
  });
});

test('a top-level key that stands twice is refused, however it is escaped or placed', () => {
  for (const text of [
    '{"model":"cheap","model":"dear"}',
    '{"model":"cheap","\\u006dodel":"dear"}',
    '{"model":"cheap","a":[{"model":1}],"model":"dear"}',
    '{"model":"cheap","a":"\\\\\\"}{[","model":"dear"}',
    '{ "model" : "cheap" , "b" : { } , "model" : "dear" }',
  ]) {
    assert.throws(() => read(text), { code: 'model.body_invalid' }, text);
  }
});

test('keys of any JSON object that stand once are never called repeated', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.integer({ min: 0, max: 2 }), (value, indent) => {
      assert.equal(findRepeatedKey(JSON.stringify(value, null, indent)), undefined);
    }),
  );
});

test('any key added a second time to any object is found', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), fc.jsonValue(), (value, other) => {
      const [key] = Object.keys(value);
      const text = `${JSON.stringify(value).slice(0, -1)},${JSON.stringify(key)}:${JSON.stringify(other)}}`;
      assert.equal(findRepeatedKey(text), key);
    }),
  );
});
