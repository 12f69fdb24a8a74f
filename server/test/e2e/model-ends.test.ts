// How model calls end when somebody leaves, fails or loses its right, what is recorded then, and what crosses to whom.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { APIUserAbortError } from 'openai';
import { openSocket } from '../edge-world.ts';
import { chat, createModelStage, type ModelStage, SECRET } from './model-stage.ts';
import { FLOOD_BYTES, flooded } from './model-upstream.ts';

describe('ends of model calls', () => {
  let stage: ModelStage;

  before(async () => {
    stage = await createModelStage();
  });

  after(() => stage[Symbol.asyncDispose]());

  test('a client that leaves in mid-stream ends the call upstream, and what it used is on record', async () => {
    const stream = await stage.client().chat.completions.create({ ...chat('paced-left'), stream: true });
    const pieces = stream[Symbol.asyncIterator]();
    stage.upstream.release(2);
    await pieces.next();
    await pieces.next();
    const call = stage.lastCall('paced-left');
    stream.controller.abort();
    await call.abandoned;
    const row = await stage.closedCall('paced-left');
    assert.equal(row.state, 'client_left');
    assert.equal(row.status, 200);
    assert.equal(row.estimated, true);
    assert.ok(Number(row.output_tokens) >= 2, `counted ${row.output_tokens}`);
    assert.deepEqual(await stage.auditedOutcomes('paced-left'), ['allowed']);
  });

  test('a client that leaves before the first byte ends the call upstream too', async () => {
    const leaving = new AbortController();
    const pending = stage.client().chat.completions.create(chat('hang'), { signal: leaving.signal });
    while (!stage.upstream.calls.some((call) => call.body.includes('"hang"'))) await wait(5);
    leaving.abort();
    await assert.rejects(pending, APIUserAbortError);
    await stage.lastCall('hang').abandoned;
    assert.equal((await stage.closedCall('hang')).state, 'client_left');
  });

  test('a stream that the provider breaks off is an error at the client, never a short success', async () => {
    const stream = await stage.client().chat.completions.create({ ...chat('truncated'), stream: true });
    await assert.rejects(async () => {
      for await (const _chunk of stream);
    });
    assert.equal((await stage.closedCall('truncated')).state, 'upstream_failed');
    assert.deepEqual(await stage.auditedOutcomes('truncated'), ['failed']);
  });

  test('a client that stops reading stops the provider: nothing piles up in between', async () => {
    const socket = await openSocket(stage.edge.port);
    const body = JSON.stringify({ ...chat('flood-paused'), stream: true });
    socket.pause();
    socket.write(
      [
        'POST /v1/chat/completions HTTP/1.1',
        `Host: localhost:${stage.edge.port}`,
        `Authorization: Bearer ${stage.entered.key}`,
        'Content-Type: application/json',
        `Content-Length: ${body.length}`,
        '',
        body,
      ].join('\r\n'),
    );
    let before = -1;
    while (flooded.bytes === 0 || flooded.bytes !== before) {
      before = flooded.bytes;
      await wait(200);
    }
    // What fits into the buffers of three sockets.
    assert.ok(flooded.bytes < FLOOD_BYTES / 4, `${flooded.bytes} bytes left the provider`);
    socket.destroy();
    await stage.lastCall('flood-paused').abandoned;
    assert.equal((await stage.closedCall('flood-paused')).state, 'client_left');
  });

  test('neither the caller’s credential nor its cookies nor forged headers reach the provider', async () => {
    const before = stage.upstream.calls.length;
    await stage
      .client({
        defaultHeaders: {
          cookie: `${stage.entered.cookie}; other=1`,
          'x-org-id': 'org_forged',
          'x-forwarded-user': 'root',
          'openai-organization': 'org-of-the-caller',
        },
      })
      .chat.completions.create(chat('whole'));
    const calls = stage.upstream.calls.slice(before);
    assert.equal(calls.length, 1);
    for (const { rawHeaders, headers } of stage.upstream.calls) {
      const all = rawHeaders.join('\n');
      assert.equal(headers.authorization, `Bearer ${SECRET}`);
      assert.equal(headers.cookie, undefined);
      assert.doesNotMatch(all, /hf_live_|__Host-|org_forged|org-of-the-caller|x-forwarded-user|x-stainless/i);
    }
  });

  test('the provider’s secret, cookies and server names never reach the client', async () => {
    const { response } = await stage.client().chat.completions.create(chat('whole')).withResponse();
    for (const name of ['set-cookie', 'server', 'x-powered-by']) assert.equal(response.headers.get(name), null);
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
    assert.doesNotMatch(JSON.stringify([...response.headers]), /sk-upstream/);
  });

  test('a revoked key ends its open stream, and the record says so', async () => {
    const made = await stage.fromConsole('POST', '/api/v1/api-keys', { name: 'brief', scopes: ['models:use'] });
    const { id, key } = (await made.json()) as { readonly id: string; readonly key: string };
    const stream = await stage
      .client({ apiKey: key })
      .chat.completions.create({ ...chat('paced-revoked'), stream: true });
    const pieces = stream[Symbol.asyncIterator]();
    stage.upstream.release(1);
    await pieces.next();
    const revoked = await stage.fromConsole('DELETE', `/api/v1/api-keys/${id}`);
    assert.equal(revoked.status, 204);
    await assert.rejects(async () => {
      for (;;) {
        const { done } = await pieces.next();
        if (done === true) return;
      }
    });
    await stage.lastCall('paced-revoked').abandoned;
    assert.equal((await stage.closedCall('paced-revoked')).state, 'revoked');
  });

  test('a whole reply that its client does not read ends with the key, as a stream does', async () => {
    const made = await stage.fromConsole('POST', '/api/v1/api-keys', { name: 'unread', scopes: ['models:use'] });
    const { id, key } = (await made.json()) as { readonly id: string; readonly key: string };
    const socket = await openSocket(stage.edge.port);
    socket.on('error', () => undefined);
    const body = JSON.stringify(chat('bulky-unread'));
    const head = `POST /v1/chat/completions HTTP/1.1\r\nHost: localhost:${stage.edge.port}\r\nAuthorization: Bearer ${key}\r\n`;
    socket.write(`${head}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    await once(socket, 'readable');
    assert.equal((await stage.fromConsole('DELETE', `/api/v1/api-keys/${id}`)).status, 204);
    assert.equal((await stage.closedCall('bulky-unread')).state, 'revoked');
    socket.destroy();
  });

  test('nothing unexpected happened, and no log line holds a credential or a prompt', () => {
    assert.deepEqual(stage.edge.world.unexpected, []);
    assert.doesNotMatch(JSON.stringify(stage.edge.lines), /hf_live_|sk-upstream|Say hello|__Host-/);
  });
});
