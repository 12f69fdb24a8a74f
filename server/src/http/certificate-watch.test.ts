// Changed certificate files are noticed without anybody asking.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:https';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { connect } from 'node:tls';
import { makeAuthority } from '#test/certificates.ts';
import { openCertificate } from './certificate-watch.ts';
import { tlsOptions } from './server.ts';

test('a file that was replaced by renaming is served within the next look', async () => {
  using authority = makeAuthority();
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-tls-'));
  const at = (name: string): string => join(folder, name);
  const write = async (): Promise<void> => {
    const { cert, key } = authority.issue('DNS:localhost');
    await writeFile(at('new.crt'), cert + authority.cert);
    await writeFile(at('new.key'), key, { mode: 0o600 });
    await rename(at('new.key'), at('tls.key'));
    await rename(at('new.crt'), at('tls.crt'));
  };
  await write();
  const watch = await openCertificate({
    files: { certificateFile: at('tls.crt'), privateKeyFile: at('tls.key') },
    host: 'localhost',
    log: () => undefined,
    everyMs: 10,
  });
  const server = createServer(tlsOptions(watch.material)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  watch.watch([server]);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const served = async (): Promise<string | undefined> => {
    const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: authority.cert });
    await once(socket, 'secureConnect');
    const found = socket.getPeerX509Certificate()?.fingerprint256;
    socket.destroy();
    return found;
  };
  const first = await served();
  await write();
  let now = await served();
  for (let attempt = 0; attempt < 300 && now === first; attempt += 1) {
    await wait(10);
    now = await served();
  }
  assert.notEqual(now, first);
  watch.close();
  server.close();
  await rm(folder, { recursive: true, force: true });
});
