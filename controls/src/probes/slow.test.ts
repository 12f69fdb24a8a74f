// The probe of slow heads tells a server that gives up from one that waits, over TLS too.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import { makeSelfSigned } from '../twins/certificate.ts';
import { startHttpTwin } from '../twins/http.ts';
import { listen } from '../twins/sockets.ts';
import { holdHead } from './slow.ts';

const never = new AbortController().signal;
const certificate = makeSelfSigned({ host: '127.0.0.1', notBeforeMs: 1e12, notAfterMs: 4e12 });

describe('a probe of slow heads', () => {
  it('sees that the connection is ended', async () => {
    await using strict = await listen(createServer((socket) => void socket.once('data', () => socket.destroy())));
    const origin = `http://${strict.host}:${strict.port}`;
    const outcome = await holdHead({ origin }, { waitMs: 5_000, meanwhile: async () => 'asked' }, never);
    assert.deepEqual(outcome, { isCut: true, seen: 'asked' });
  });

  it('sees that it is borne, over TLS too', async () => {
    await using plain = await startHttpTwin({ answers: {} });
    await using secure = await startHttpTwin({ answers: {}, certificate });
    for (const { url } of [plain, secure]) {
      const outcome = await holdHead({ origin: url }, { waitMs: 30, meanwhile: async () => 'asked' }, never);
      assert.deepEqual(outcome, { isCut: false, seen: 'asked' });
    }
  });

  it('sees nothing where nothing listens, and ends when it is told to', async () => {
    const gone = await startHttpTwin({ answers: {} });
    const place = { origin: gone.url };
    const options = { waitMs: 10_000, meanwhile: async () => undefined };
    await assert.rejects(holdHead(place, options, AbortSignal.timeout(50)), { name: 'AbortError' });
    await gone[Symbol.asyncDispose]();
    await assert.rejects(holdHead(place, options, never), { code: 'ECONNREFUSED' });
  });
});
