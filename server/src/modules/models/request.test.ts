// What is read of a model request, and what no two parsers may read differently.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { readRequest } from './request.ts';

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

const plainKey = fc.string().filter((key) => !['model', 'stream'].includes(key.toUpperCase().toLowerCase()));

test('any object whose keys stand once is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(
      fc.dictionary(plainKey, fc.jsonValue()),
      fc.string({ minLength: 1, maxLength: 50 }).filter((model) => !/\p{Cc}/u.test(model)),
      fc.jsonValue(),
      fc.integer({ min: 0, max: 2 }),
      (others, model, stream, indent) => {
        const text = JSON.stringify({ ...others, model, stream }, null, indent);
        assert.deepEqual(read(text), { model, streams: stream === true });
      },
    ),
  );
});

test('any key added a second time to any object is refused', () => {
  fc.assert(
    fc.property(fc.dictionary(plainKey, fc.jsonValue(), { minKeys: 1 }), fc.jsonValue(), (others, other) => {
      const [key] = Object.keys(others);
      const once = JSON.stringify({ model: 'm', ...others });
      assert.equal(read(once).model, 'm');
      const twice = `${once.slice(0, -1)},${JSON.stringify(key)}:${JSON.stringify(other)}}`;
      assert.throws(() => read(twice), { code: 'model.body_invalid' }, twice);
    }),
  );
});

test('a key that a reader blind to case takes for model or stream is refused', () => {
  for (const key of ['Model', 'MODEL', 'mOdel', '\\u004dodel', 'Stream', 'STREAM', 'ſtream', '\\u017ftream']) {
    assert.throws(() => read(`{"model":"cheap","${key}":"dear"}`), { code: 'model.body_invalid' }, key);
    assert.throws(() => read(`{"${key}":"dear","model":"cheap"}`), { code: 'model.body_invalid' }, key);
  }
  assert.equal(read('{"model":"m","models":1,"x":{"Model":1},"streaming":true}').model, 'm');
});

test('a model with a control character or half a surrogate pair is refused: no database stores it', () => {
  for (const name of ['x\\u0000y', '\\ud800', 'x\\udc00y', 'a\\nb', '\\u007f', '\\u0085', '\u0085']) {
    assert.throws(() => read(`{"model":"${name}"}`), { code: 'model.body_invalid' }, name);
  }
  assert.equal(read('{"model":"\\ud83d\\ude00/é-ß"}').model, '😀/é-ß');
});

test('keys are counted and measured, the longest name in its longest spelling is read', () => {
  const keys = (count: number) =>
    `{"model":"m",${Array.from({ length: count }, (_, index) => `"k${index}":0`).join(',')}}`;
  assert.equal(read(keys(255)).model, 'm');
  assert.throws(() => read(keys(256)), { code: 'model.body_invalid' });
  assert.throws(() => read(`{"model":"m","${'k'.repeat(600)}":0}`), { code: 'model.body_invalid' });
  assert.equal(read(`{"model":"${'\\u0061'.repeat(200)}"}`).model, 'a'.repeat(200));
  assert.throws(() => read(`{"model":"${'\\u0061'.repeat(201)}"}`), { code: 'model.body_invalid' });
});
