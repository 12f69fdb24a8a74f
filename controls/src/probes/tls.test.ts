// The TLS probe tells versions, names and times apart, and takes silence for nothing.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeSelfSigned } from '../twins/certificate.ts';
import { startHttpTwin } from '../twins/http.ts';
import { startTcpTwin, startTlsTwin } from '../twins/tcp.ts';
import { shakeHands } from './tls.ts';

const never = new AbortController().signal;
const certificate = makeSelfSigned({ host: 'twin.example', notBeforeMs: 1e12, notAfterMs: 4e12 });

describe('a TLS probe', () => {
  it('reads version, name and times of the certificate, and why it is not trusted', async () => {
    await using twin = await startTlsTwin({ certificate, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' });
    const seen = await shakeHands({ ...twin, name: 'twin.example' }, undefined, never);
    assert.deepEqual(seen, {
      kind: 'agreed',
      protocol: 'TLSv1.3',
      distrust: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      isForName: true,
      validFromUnixMs: 1e12,
      validToUnixMs: 4e12,
    });
    const other = await shakeHands({ ...twin, name: 'other.example' }, undefined, never);
    assert.equal(other.kind === 'agreed' && other.isForName, false);
  });

  it('finds old versions where they are spoken, and their refusal where they are not', async () => {
    await using old = await startTlsTwin({ certificate, minVersion: 'TLSv1', maxVersion: 'TLSv1.2' });
    await using modern = await startTlsTwin({ certificate, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' });
    for (const version of ['TLSv1', 'TLSv1.1'] as const) {
      const found = await shakeHands({ ...old, name: 'x' }, version, never);
      assert.equal(found.kind === 'agreed' && found.protocol, version);
      assert.equal((await shakeHands({ ...modern, name: 'x' }, version, never)).kind, 'refused');
    }
  });

  it('takes plain HTTP for a refusal, and neither silence nor a closed port for anything', async () => {
    await using plain = await startHttpTwin({ answers: {} });
    assert.equal((await shakeHands({ ...plain, name: 'x' }, undefined, never)).kind, 'refused');
    await using silent = await startTcpTwin({ greeting: '' });
    await assert.rejects(shakeHands({ ...silent, name: 'x' }, undefined, AbortSignal.timeout(100)), {
      name: 'TimeoutError',
    });
    const closed = { host: plain.host, port: plain.port, name: 'x' };
    await plain[Symbol.asyncDispose]();
    await assert.rejects(shakeHands(closed, undefined, never), { code: 'ECONNREFUSED' });
  });
});
