// The doors of a running server: public, private (metrics), and the operator's socket; opened together, stopped together.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BoundSocket, type Config, publicOrigin } from '#config.ts';
import { createAdminSocket } from '#http/admin-socket.ts';
import type { EdgeCookie } from '#http/cookies.ts';
import { createEdge } from '#http/edge.ts';
import { createPrivateEdge } from '#http/private-edge.ts';
import type { Kernel } from '#kernel/kernel.ts';
import type { Health } from '#telemetry/health.ts';
import type { Log } from '#telemetry/log.ts';
import type { Traces } from '#telemetry/traces.ts';
import { referencePages } from '../reference/pages.ts';
import { release } from '../release.ts';
import { badgePage } from './badge-page.ts';
import { readConsole, withoutPathsOf } from './console-pages.ts';
import { refuseStart } from './refusal.ts';

export type Edges = {
  readonly bound: () => readonly BoundSocket[];
  readonly reloadCertificate: () => boolean;
  /** Public first, so that metrics and the operator see the drain. */
  readonly stop: (drainSeconds: number) => Promise<'drained' | 'cut'>;
};

type Parts = {
  readonly config: Config;
  readonly kernel: Kernel;
  readonly health: Health;
  readonly log: Log;
  readonly traces: Traces;
  readonly cookie: EdgeCookie;
};

/** Throws StartRefused when an address is taken; then nothing listens. */
export async function openEdges({ config, kernel, health, log, traces, cookie }: Parts): Promise<Edges> {
  const origin = (): string => publicOrigin(config, edge.bound()[0]?.port ?? config.listen.port);
  const badge = badgePage(kernel);
  const consolePages = readConsole();
  const edge = await createEdge({
    kernel,
    config,
    health,
    log,
    traces,
    cookie,
    pages: [
      ...consolePages,
      ...withoutPathsOf(
        consolePages,
        referencePages(kernel.registry, { version: release.version, security: config.security }),
      ),
      ...(config.isBadgePublic ? [badge] : []),
    ],
  });
  const inner = await createPrivateEdge({ kernel, config, health, log, traces, pages: [badge] });
  const socket = await placeAdminSocket(config.dataDirectory);
  const admin = await createAdminSocket({
    kernel,
    health,
    log,
    traces,
    limits: config.limits,
    path: socket.path,
    origin,
  });
  const stop = async (drainSeconds: number): Promise<'drained' | 'cut'> => {
    const outcome = await edge.stop({ drainSeconds });
    await Promise.all([inner.stop({ drainSeconds: 0 }), admin.stop({ drainSeconds: 0 })]);
    await socket.remove();
    return outcome;
  };
  try {
    await listenOrRefuse(edge.listen, 'HOLDFAST_PORT', config.listen.port);
    await listenOrRefuse(inner.listen, 'HOLDFAST_PRIVATE_PORT', config.privateListen.port);
    await admin.listen();
  } catch (error) {
    await stop(0);
    throw error;
  }
  return { bound: () => [...edge.bound(), ...inner.bound()], reloadCertificate: edge.reloadCertificate, stop };
}

async function listenOrRefuse(listen: () => Promise<unknown>, key: string, port: number): Promise<void> {
  try {
    await listen();
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
    if (code === 'EADDRINUSE')
      throw refuseStart(
        key,
        `port ${port} is in use`,
        `Stop the program that uses it, or set ${key} to another port.`,
        error,
      );
    if (code === 'EACCES')
      throw refuseStart(
        key,
        `port ${port} may not be bound by this user`,
        `Set ${key} to a port above 1023, or put a proxy in front.`,
        error,
      );
    throw error;
  }
}

/** Bytes of a socket's path that every system has room for. */
const SOCKET_PATH_BYTES_MAX = 100;

type Placed = { readonly path: string; readonly remove: () => Promise<void> };

/** In the data directory, or in a fresh private folder when that path is too long; a file there says which. */
async function placeAdminSocket(dataDirectory: string): Promise<Placed> {
  const folder = join(dataDirectory, 'admin');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const placed = await choosePlace(folder);
  await writeFile(join(folder, 'socket-path'), `${placed.path}\n`, { mode: 0o600 });
  return placed;
}

async function choosePlace(folder: string): Promise<Placed> {
  const preferred = join(folder, 'admin.sock');
  if (Buffer.byteLength(preferred) <= SOCKET_PATH_BYTES_MAX) return { path: preferred, remove: async () => {} };
  const elsewhere = await mkdtemp(join(tmpdir(), 'holdfast-'));
  return {
    path: join(elsewhere, 'admin.sock'),
    remove: () => rm(elsewhere, { recursive: true, force: true }),
  };
}
