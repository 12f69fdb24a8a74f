// Usage is read from what passes, wherever the network cuts it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createUsageMeter } from './usage-meter.ts';

const CHAT = [
  'data: {"choices":[{"delta":{"content":"hé"}}],"usage":null}\n\n',
  'data: {"choices":[{"delta":{"content":"llo"}}],"usage":null}\r\n\r\n',
  ': a comment with "usage"\n\n',
  'data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}}\n\n',
  'data: [DONE]\n\n',
].join('');

test('usage of a chat stream is found whatever the borders of the chunks', () => {
  const bytes = Buffer.from(CHAT);
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 })), (cuts) => {
      const meter = createUsageMeter(100);
      const borders = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
      borders.slice(1).forEach((end, at) => meter.observe(bytes.subarray(borders[at], end)));
      assert.deepEqual(meter.total(), { inputTokens: 7, outputTokens: 3, estimated: false });
    }),
  );
});

test('usage of a response stream stands inside the completed event', () => {
  const meter = createUsageMeter(0);
  meter.observe(
    Buffer.from(
      'event: response.completed\ndata: {"type":"response.completed","response":{"usage":{"input_tokens":4,"output_tokens":9}}}\n\n',
    ),
  );
  assert.deepEqual(meter.total(), { inputTokens: 4, outputTokens: 9, estimated: false });
});

test('a whole reply tells its usage; embeddings have no output', () => {
  const meter = createUsageMeter(0);
  meter.observeJson({ usage: { prompt_tokens: 5, total_tokens: 5 } });
  assert.deepEqual(meter.total(), { inputTokens: 5, outputTokens: 0, estimated: false });
});

test('a provider that reports nothing, or nonsense, gives an estimate that says so', () => {
  const meter = createUsageMeter(40);
  meter.observe(
    Buffer.from('data: {"choices":[{}],"usage":{"prompt_tokens":-1}}\n\ndata: {"usage":\n\ndata: [DONE]\n\n'),
  );
  assert.deepEqual(meter.total(), { inputTokens: 10, outputTokens: 2, estimated: true });
});
