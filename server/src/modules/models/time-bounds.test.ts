// No call outlasts the time after which the sweeper takes it for lost.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StopSignal } from '#kernel/stop-signal.ts';
import { runStream } from '#kernel/stream-pipeline.ts';
import { createWorld, makeCall } from '#test/world.ts';
import { chatCompletions, embeddings, responses } from './streams.ts';
import { LOST_AFTER_MINUTES } from './time-bounds.ts';

test('every governed call ends minutes before it would count as lost', () => {
  for (const { id, totalMsMax } of [chatCompletions, responses, embeddings])
    assert.ok(totalMsMax + 2 * 60_000 <= LOST_AFTER_MINUTES * 60_000, id);
});

test('a call whose client takes nothing is ended when its time is up, and settled', { timeout: 30_000 }, async () => {
  await using world = await createWorld();
  const { credential } = await world.found();
  const provider = { name: 'm', kind: 'openai_compatible', baseUrl: 'https://models.example.com/v1' };
  await world.call('provider.create', { credential, body: provider });
  const never = new AbortController().signal;
  const piece = Buffer.from('data: {"usage":{"prompt_tokens":8,"completion_tokens":2}}\n\n');
  const stream: typeof chatCompletions = {
    ...chatCompletions,
    totalMsMax: 2_000,
    run: async (_tools, ticket) => {
      ticket.meter.observe(piece);
      return { status: 200, headers: {}, body: piece };
    },
  };
  const call = { ...makeCall({ credential }), rawBody: Buffer.from('{"model":"m"}'), contentType: 'application/json' };
  // A client that reads nothing: only the signal ends the wait.
  const deliver = (_reply: unknown, signal: StopSignal) =>
    new Promise<void>((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('ended'))));
  const edge = { clientLeft: never, stopping: never, deliver };
  await assert.rejects(runStream({ kernel: world.kernel, stream, call, edge }));
  const { rows } = await world.admin('select state, status, input_tokens from holdfast.model_call');
  assert.deepEqual(rows, [{ state: 'upstream_failed', status: 200, input_tokens: '8' }]);
});
