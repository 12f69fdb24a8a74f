// A way to the database that can fail at a chosen moment: it passes bytes on, until a test says what happens to them.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionSettings } from '#db/pool.ts';

/**
 * pass: nothing · commit_lost: COMMIT never reaches the server and the connection breaks · commit_unanswered: COMMIT is done
 * and the connection breaks before the answer · commit_then_nothing: the same, and nothing works afterwards · silent: every
 * connection stays open and says nothing · down: nobody is there.
 */
export type Fault = 'pass' | 'commit_lost' | 'commit_unanswered' | 'commit_then_nothing' | 'silent' | 'down';

export type DatabaseProxy = AsyncDisposable & {
  readonly settings: ConnectionSettings;
  readonly set: (fault: Fault) => Promise<void>;
};

/** The message of the simple query protocol that ends a transaction: `Q`, its length, the text, a zero. */
const COMMIT = Buffer.from('Q\0\0\0\x0bcommit\0', 'latin1');

/** A proxy in front of a database that is reached by a Unix socket. */
export async function startDatabaseProxy(target: ConnectionSettings): Promise<DatabaseProxy> {
  const folder = await mkdtemp(join(tmpdir(), 'hf-proxy-'));
  const name = `.s.PGSQL.${String(target.port)}`;
  const state: { fault: Fault } = { fault: 'pass' };
  const pairs = new Set<{ readonly near: Socket; readonly far: Socket }>();
  const endAll = (): void => {
    for (const { near, far } of pairs) for (const socket of [near, far]) socket.destroy();
  };
  const server = createServer((near) => {
    if (state.fault === 'down') return void near.destroy();
    const far = new Socket();
    const pair = { near, far };
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) socket.on('error', end).on('close', end);
    far.connect(join(target.host ?? '', name));
    near.on('data', (bytes: Buffer) =>
      passToServer(bytes, pair, state, () => (state.fault === 'down' ? endAll() : end())),
    );
    far.on('data', (bytes) => {
      if (state.fault !== 'silent') near.write(bytes);
    });
  });
  const path = join(folder, name);
  await listen(server, path);
  return {
    settings: { ...target, host: folder },
    set: async (fault) => {
      state.fault = fault;
      if (fault === 'down') {
        endAll();
        if (server.listening) await closed(server);
      } else if (!server.listening) await listen(server, path);
    },
    [Symbol.asyncDispose]: async () => {
      endAll();
      if (server.listening) await closed(server);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type State = { fault: Fault };
type Pair = { readonly near: Socket; readonly far: Socket };

function passToServer(bytes: Buffer, { far }: Pair, state: State, end: () => void): void {
  const isCommit = bytes.includes(COMMIT);
  if (state.fault === 'silent') return;
  if (!isCommit || state.fault === 'pass') {
    far.write(bytes);
    return;
  }
  const fault = state.fault;
  // It happens once; what comes after passes, unless nothing does.
  state.fault = fault === 'commit_then_nothing' ? 'down' : 'pass';
  if (fault === 'commit_lost') return end();
  far.removeAllListeners('data');
  far.once('data', end);
  far.write(bytes);
}

async function listen(server: Server, path: string): Promise<void> {
  await rm(path, { force: true });
  server.listen(path);
  await once(server, 'listening');
}

async function closed(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}
