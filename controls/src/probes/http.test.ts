// The probe sees what was sent, line for line, and takes nothing less than a whole answer.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeSelfSigned } from '../twins/certificate.ts';
import { startHttpTwin, type TwinRequest } from '../twins/http.ts';
import { startTcpTwin } from '../twins/tcp.ts';
import { askHttp, bodyBytesMax } from './http.ts';

const never = new AbortController().signal;

describe('an HTTP probe', () => {
  it('keeps repeated header lines apart and finds them in any case', async () => {
    const headers = { 'Strict-Transport-Security': ['one', 'two'] };
    await using twin = await startHttpTwin({ answers: { 'GET /a': { status: 418, headers, body: 'é' } } });
    const reply = await askHttp({ origin: twin.url }, { path: '/a' }, never);
    assert.deepEqual(
      [reply.status, reply.valuesOf('strict-transport-security'), reply.valuesOf('x-none'), reply.body, reply.tls],
      [418, ['one', 'two'], [], 'é', undefined],
    );
  });

  it('sends the method, the headers and the body that it is told, and names the origin', async () => {
    const seen: TwinRequest[] = [];
    const answers = { '*': (request: TwinRequest) => (seen.push(request), { status: 204 }) };
    await using twin = await startHttpTwin({ answers });
    const connectTo = { host: twin.host, port: twin.port };
    await askHttp(
      { origin: 'http://holdfast.example:8443', connectTo },
      { method: 'POST', path: '/x?y=1', headers: [['X-A', '1']], body: 'né' },
      never,
    );
    const [request] = seen;
    assert.deepEqual(
      [request?.method, request?.path, request?.body, request?.headers['x-a'], request?.headers.host],
      ['POST', '/x?y=1', 'né', '1', 'holdfast.example:8443'],
    );
  });

  it('tells what a certificate is worth and trusts it no further', async () => {
    const certificate = makeSelfSigned({ host: '127.0.0.1', notBeforeMs: Date.now() - 1_000, notAfterMs: 4e12 });
    await using twin = await startHttpTwin({ answers: {}, certificate });
    const { tls, status } = await askHttp({ origin: twin.url }, { path: '/' }, never);
    assert.deepEqual([status, tls?.protocol, tls?.validToUnixMs], [404, 'TLSv1.3', 4e12]);
    assert.match(String(tls?.distrust), /SELF_SIGNED/);
  });

  it('rejects an answer that is cut off, one that never comes, and no HTTP at all', async () => {
    await using twin = await startHttpTwin({ answers: { 'GET /cut': 'cut', 'GET /hang': 'hang' } });
    await using junk = await startTcpTwin({ greeting: 'SSH-2.0-junk\r\n' });
    await assert.rejects(askHttp({ origin: twin.url }, { path: '/cut' }, never));
    await assert.rejects(askHttp({ origin: twin.url }, { path: '/hang' }, AbortSignal.timeout(100)));
    await assert.rejects(askHttp({ origin: `http://${junk.host}:${junk.port}` }, { path: '/' }, never));
  });

  it('keeps the beginning of a body without end, and says that it did', async () => {
    await using twin = await startHttpTwin({ answers: { '*': { status: 200, body: 'x'.repeat(bodyBytesMax + 1) } } });
    const reply = await askHttp({ origin: twin.url }, { path: '/' }, never);
    assert.deepEqual([reply.body.length, reply.isCut], [bodyBytesMax, true]);
  });
});
