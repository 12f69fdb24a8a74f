// The official OpenAI client against a running edge: what works, and how failures reach it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  APIError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  RateLimitError,
} from 'openai';
import { chat, createModelStage, type ModelStage } from './model-stage.ts';

describe('the client of a provider, unchanged', () => {
  let stage: ModelStage;

  before(async () => {
    stage = await createModelStage();
  });

  after(() => stage[Symbol.asyncDispose]());

  test('models are listed', async () => {
    const page = await stage.client().models.list();
    assert.deepEqual(
      page.data.map((model) => model.id),
      ['from-upstream'],
    );
  });

  test('a whole chat completion passes with fields we do not know, and its usage is recorded', async () => {
    const reply = await stage.client().chat.completions.create(chat('whole'));
    assert.equal(reply.choices[0]?.message.content, 'Hello wörld ✓');
    assert.deepEqual((reply as unknown as { readonly vendor_extension: unknown }).vendor_extension, { kept: true });
    assert.deepEqual(await stage.closedCall('whole'), {
      state: 'finished',
      status: 200,
      input_tokens: '11',
      output_tokens: '5',
      estimated: false,
    });
  });

  test('a streamed chat completion arrives in its pieces, and its usage is recorded', async () => {
    const stream = await stage.client().chat.completions.create({ ...chat('streamed'), stream: true });
    let text = '';
    let pieces = 0;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      pieces += 1;
    }
    assert.equal(text, 'Hello wörld ✓');
    assert.equal(pieces, 6);
    const { state, input_tokens: input, output_tokens: output } = await stage.closedCall('streamed');
    assert.deepEqual([state, input, output], ['finished', '11', '5']);
  });

  test('the head of a stream and each piece reach the client while the provider is still thinking', async () => {
    const stream = await stage.client().chat.completions.create({ ...chat('paced'), stream: true });
    const pieces = stream[Symbol.asyncIterator]();
    for (const expected of ['piece 0 ', 'piece 1 ', 'piece 2 ']) {
      stage.upstream.release(1);
      const { value } = await pieces.next();
      assert.equal(value?.choices[0]?.delta.content, expected);
    }
    stream.controller.abort();
  });

  test('responses and embeddings pass, whole and streamed', async () => {
    const whole = await stage.client().responses.create({ model: 'resp-whole', input: 'hi' });
    assert.equal(whole.output_text, 'Hi');
    const stream = await stage.client().responses.create({ model: 'resp-streamed', input: 'hi', stream: true });
    const deltas: string[] = [];
    for await (const event of stream) if (event.type === 'response.output_text.delta') deltas.push(event.delta);
    assert.equal(deltas.join(''), 'Hello wörld ✓');
    const embedded = await stage.client().embeddings.create({ model: 'emb', input: 'x', encoding_format: 'float' });
    assert.deepEqual(embedded.data[0]?.embedding, [0.25, -1, 3]);
    assert.equal((await stage.closedCall('resp-streamed')).output_tokens, '2');
    assert.equal((await stage.closedCall('emb')).input_tokens, '4');
  });

  test('the provider’s limit reaches the client as one, with the time to wait', async () => {
    const error = await stage
      .client()
      .chat.completions.create(chat('limited'))
      .catch((thrown: unknown) => thrown);
    assert.ok(error instanceof RateLimitError);
    assert.equal(error.headers?.get('retry-after'), '7');
  });

  test('a request the provider refuses keeps the provider’s own words', async () => {
    const error = await stage
      .client()
      .chat.completions.create(chat('badRequest'))
      .catch((thrown: unknown) => thrown);
    assert.ok(error instanceof BadRequestError);
    assert.match(error.message, /temperature is too high/);
  });

  test('a JSON error of the provider keeps its status, and counts as the failure of a finished call', async () => {
    const error = await stage
      .client()
      .chat.completions.create(chat('broken'))
      .catch((thrown: unknown) => thrown);
    assert.ok(error instanceof InternalServerError);
    assert.equal(error.status, 500);
    assert.deepEqual((await stage.closedCall('broken')).status, 500);
  });

  test('failures of the provider are the client’s own error classes, without a word of theirs that is not JSON', async () => {
    const expected = [
      ['brokenPage', 502, 'model.upstream_error'],
      ['garbage', 502, 'model.upstream_garbage'],
      ['forbidden', 502, 'model.upstream_refused'],
    ] as const;
    for (const [model, status, code] of expected) {
      const error = await stage
        .client()
        .chat.completions.create(chat(model))
        .catch((thrown: unknown) => thrown);
      assert.ok(error instanceof APIError, model);
      assert.equal(error.status, status, model);
      assert.equal(error.code, code, model);
      assert.doesNotMatch(error.message, /stack|sk-upst/, model);
      assert.equal((await stage.closedCall(model)).state, 'upstream_failed', model);
    }
  });

  test('an unknown model, a body that is none and a bad key are errors in the form of OpenAI', async () => {
    const other = await stage.edge.enter('umbrella');
    const cases = [
      [stage.client({ apiKey: other.key }), 'anything', NotFoundError, 'model.not_found'],
      [stage.client({ apiKey: 'sk-not-ours' }), 'whole', AuthenticationError, 'auth.invalid'],
      [stage.client(), '', BadRequestError, 'model.body_invalid'],
    ] as const;
    for (const [asking, model, kind, code] of cases) {
      const error = await asking.chat.completions.create(chat(model)).catch((thrown: unknown) => thrown);
      assert.ok(error instanceof kind, String(error));
      assert.equal(error.code, code);
      assert.ok((error.requestID ?? '').length > 0);
    }
  });

  test('forty streams at once each arrive whole', async () => {
    const texts = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const stream = await stage.client().chat.completions.create({ ...chat('many'), stream: true });
        let text = '';
        for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
        return text;
      }),
    );
    assert.deepEqual(new Set(texts), new Set(['Hello wörld ✓']));
  });

  test('nothing unexpected happened, and no log line holds a credential or a prompt', () => {
    assert.deepEqual(stage.edge.world.unexpected, []);
    assert.doesNotMatch(JSON.stringify(stage.edge.lines), /hf_live_|sk-upstream|Say hello|__Host-/);
  });
});
