// The operator's door on the host: the same registry over a Unix socket, for the commands of the installation.
import { once } from 'node:events';
import { chmod, lstat, mkdir, readFile, unlink } from 'node:fs/promises';
import type { Server } from 'node:http';
import { dirname } from 'node:path';
import type { Limits } from '#config.ts';
import type { Kernel } from '#kernel/kernel.ts';
import type { Health } from '#telemetry/health.ts';
import type { Log } from '#telemetry/log.ts';
import type { Traces } from '#telemetry/traces.ts';
import type { Edge } from './edge.ts';
import { privateHealthPages } from './health-pages.ts';
import { createHttpServer } from './server.ts';
import { createServing } from './serving.ts';

export type AdminSocketOptions = {
  readonly kernel: Kernel;
  readonly health: Health;
  readonly log: Log;
  readonly traces: Traces;
  readonly limits: Limits;
  /** Absolute, and at most 100 bytes: systems keep little room for it. */
  readonly path: string;
  /** Our public origin, for problem types. */
  readonly origin: () => string;
};

export type AdminSocket = Pick<Edge, 'stop'> & {
  /** Rejects when the folder isn't ours alone, or when another process listens at the path. */
  readonly listen: () => Promise<void>;
};

const PATH_BYTES_MAX = 100;

/**
 * Every caller is the operator. Node tells nobody's uid at the other end of a Unix socket, so who the caller is rests on
 * the file system alone: the folder has mode 0700 and the socket 0600, and only our own uid and root can open it. The
 * principal therefore carries our uid. No header, cookie or key is read here.
 */
export async function createAdminSocket(options: AdminSocketOptions): Promise<AdminSocket> {
  const { kernel, path } = options;
  const uid = process.getuid?.() ?? -1;
  let server: Server | undefined;
  const serving = await createServing({
    kernel,
    registry: kernel.registry,
    pages: privateHealthPages(options.health),
    limits: options.limits,
    log: options.log,
    traces: options.traces,
    origin: options.origin,
    preflight: async () => undefined,
    receive: () => ({
      address: '127.0.0.1',
      addressKey: 'admin-socket',
      credential: () => ({ kind: 'operator', uid }),
    }),
  });
  return {
    listen: async () => {
      if (Buffer.byteLength(path) > PATH_BYTES_MAX)
        throw new Error(`the path of the admin socket is longer than ${PATH_BYTES_MAX} bytes: ${path}`);
      await prepareFolder(dirname(path), uid);
      await removeStale(path, uid);
      server = createHttpServer(serving.serverInput);
      server.listen({ path });
      await once(server, 'listening');
      // Until here the folder alone kept others out.
      await chmod(path, 0o600);
      serving.add([server]);
    },
    stop: (stopOptions) => serving.stop(stopOptions),
  };
}

async function prepareFolder(folder: string, uid: number): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== uid)
    throw new Error(`the folder of the admin socket is not a folder of this user: ${folder}`);
  if ((found.mode & 0o077) !== 0) await chmod(folder, 0o700);
}

/** Removes the socket of a process that ended without cleaning up; never a file of another kind, or one in use. */
async function removeStale(path: string, uid: number): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isSocket() || found.uid !== uid)
    throw new Error(`something that is not our socket stands at the path of the admin socket: ${path}`);
  if (await isListenedTo(path)) throw new Error(`another process of this installation listens at ${path}`);
  await unlink(path);
}

/**
 * Linux lists its sockets; elsewhere the instance's lock on its data folder is what keeps a second process away. Asking
 * the socket itself would be a connection, which this folder never opens.
 */
async function isListenedTo(path: string): Promise<boolean> {
  const table = await readFile('/proc/net/unix', 'utf8').catch(() => '');
  return table.split('\n').some((line) => line.endsWith(` ${path}`));
}
