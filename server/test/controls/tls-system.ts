// The real running system with TLS of its own, and its certificate files, to be replaced on purpose.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeAuthority } from '#test/certificates.ts';
import { startSystem, type System } from './system.ts';

export type TlsSystem = System & {
  /** Writes a certificate for localhost with so many days left, and has the server take it. */
  readonly renew: (days: number) => Promise<void>;
};

export async function startTlsSystem(): Promise<TlsSystem> {
  await using opened = new AsyncDisposableStack();
  const authority = opened.use(makeAuthority());
  const folder = await mkdtemp(join(tmpdir(), 'hf-tls-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const write = async (days: number): Promise<void> => {
    const { cert, key } = authority.issue('DNS:localhost', { days });
    await writeFile(certFile, cert + authority.cert);
    await writeFile(keyFile, key, { mode: 0o600 });
  };
  await write(60);
  const system = opened.use(await startSystem({ HOLDFAST_TLS_CERT_FILE: certFile, HOLDFAST_TLS_KEY_FILE: keyFile }));
  const rest = opened.move();
  return {
    ...system,
    renew: async (days) => {
      await write(days);
      if (!system.server.reloadCertificate()) throw new Error('the certificate was refused');
    },
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}
