// Usage is read from what passes, wherever the network cuts it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
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
  const reply = { data: [{ usage: { prompt_tokens: 1 } }], usage: { prompt_tokens: 5, total_tokens: 5 }, model: 'm' };
  assert.equal(meter.observeReply(Buffer.from(JSON.stringify(reply))), true);
  assert.deepEqual(meter.total(), { inputTokens: 5, outputTokens: 0, estimated: false });
});

test('a whole reply that is no JSON document is told from one that has no usage', () => {
  for (const text of [
    '',
    '{"a":',
    '{"usage":{}}}',
    '<html>',
    'null',
    '"usage"',
    '[1',
    '{"usage":{"prompt_tokens":1}',
  ]) {
    assert.equal(createUsageMeter(0).observeReply(Buffer.from(text)), false, text);
  }
  for (const text of ['{}', '[{"error":{}}]', '{"usage":null}', ' {"usage":{"prompt_tokens":"7"}}']) {
    const meter = createUsageMeter(0);
    assert.equal(meter.observeReply(Buffer.from(text)), true, text);
    assert.equal(meter.total().estimated, true, text);
  }
});

test('a long line costs as much as its length, in however small pieces it comes', { timeout: 60_000 }, async () => {
  const meter = createUsageMeter(0);
  const piece = Buffer.from('x'.repeat(8));
  meter.observe(Buffer.from('data: "usage"'));
  for (let sent = 0; sent < 400_000; sent += 1) {
    meter.observe(piece);
    // The time-out is heard only between turns.
    if (sent % 1_000 === 0) await nextTurn();
  }
  meter.observe(Buffer.from('\n\ndata: {"usage":{"input_tokens":4,"output_tokens":9}}\n\n'));
  assert.deepEqual(meter.total(), { inputTokens: 4, outputTokens: 9, estimated: false });
});

test('of a line that is too long no usage is read, though it would be JSON: it counts as one event', () => {
  const event = (bytes: number) =>
    `data: {"pad":"${'x'.repeat(bytes)}","usage":{"input_tokens":4,"output_tokens":9}}\n\n`;
  const meter = createUsageMeter(0);
  meter.observe(Buffer.from(event(1024 * 1024)));
  assert.deepEqual(meter.total(), { inputTokens: 0, outputTokens: 1, estimated: true });
  meter.observe(Buffer.from(event(1024 * 1024 - 100)));
  assert.deepEqual(meter.total(), { inputTokens: 4, outputTokens: 9, estimated: false });
});

test('a provider that reports nothing, or nonsense, gives an estimate that says so', () => {
  const meter = createUsageMeter(40);
  meter.observe(
    Buffer.from('data: {"choices":[{}],"usage":{"prompt_tokens":-1}}\n\ndata: {"usage":\n\ndata: [DONE]\n\n'),
  );
  assert.deepEqual(meter.total(), { inputTokens: 10, outputTokens: 2, estimated: true });
});
