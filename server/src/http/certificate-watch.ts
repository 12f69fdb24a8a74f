// Keeps the certificate in use fresh: read again on request or when its files change, without dropping a connection.
import { stat } from 'node:fs/promises';
import type { Server as TlsServer } from 'node:https';
import { readTlsFiles, type TlsFiles, type TlsMaterial } from '#config.ts';
import type { Log } from '#telemetry/log.ts';
import { unixMs } from '#telemetry/clock.ts';
import { tlsOptions } from './server.ts';
import { certificateRefused, certificateReplaced } from './telemetry.ts';

export type CertificateInput = {
  readonly files: TlsFiles;
  /** The host of the public URL. */
  readonly host: string | undefined;
  readonly log: Log;
  /** How often the files are looked at. */
  readonly everyMs?: number;
};

export type CertificateWatch = {
  /** What to serve from the start. */
  readonly material: TlsMaterial;
  /** Gives renewed certificates to these servers from now on. */
  readonly watch: (servers: readonly TlsServer[]) => void;
  /** Reads the files again; false, with the old certificate kept, when they are not usable. */
  readonly reload: () => boolean;
  readonly close: () => void;
};

const EVERY_MS = 30_000;
const DAY_MS = 86_400_000;

/** Throws when the files are not usable at the start. */
export async function openCertificate(input: CertificateInput): Promise<CertificateWatch> {
  const { files, host, log, everyMs = EVERY_MS } = input;
  const first = readTlsFiles({ files, host, nowMs: unixMs() });
  if (!first.ok) throw new Error(first.faults.map(({ key, problem, fix }) => `${key} ${problem}. ${fix}`).join('\n'));
  let servers: readonly TlsServer[] = [];
  let seen = await stampOf(files);
  let timer: NodeJS.Timeout | undefined;

  const reload = (): boolean => {
    const reading = readTlsFiles({ files, host, nowMs: unixMs() });
    if (!reading.ok) {
      log(certificateRefused, { faults: reading.faults.length });
      return false;
    }
    for (const server of servers) server.setSecureContext(tlsOptions(reading.material));
    log(certificateReplaced, { daysLeft: Math.floor((reading.material.notAfterMs - unixMs()) / DAY_MS) });
    return true;
  };

  // Polled: watchers of the file system miss the renamed links by which certificate managers replace files.
  const look = async (): Promise<void> => {
    const stamp = await stampOf(files);
    if (stamp !== seen) {
      seen = stamp;
      reload();
    }
  };

  return {
    material: first.material,
    watch: (watched) => {
      servers = watched;
      timer = setInterval(() => void look(), everyMs).unref();
    },
    reload,
    close: () => clearInterval(timer),
  };
}

/** Changes whenever a file was replaced or written. */
async function stampOf({ certificateFile, privateKeyFile }: TlsFiles): Promise<string> {
  const stamps = await Promise.all(
    [certificateFile, privateKeyFile].map(async (path) => {
      const found = await stat(path).catch(() => undefined);
      return found === undefined ? 'gone' : `${found.dev}:${found.ino}:${found.size}:${found.mtimeMs}`;
    }),
  );
  return stamps.join(' ');
}
