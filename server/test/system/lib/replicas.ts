// Two replicas of one installation: two processes over one external PostgreSQL, with one master key.
import { chmod, mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeyFile } from '#crypto/key-file.ts';
import { type ModelUpstream, startModelUpstream } from '#test/e2e/model-upstream.ts';
import { type Caller, createCaller } from './caller.ts';
import { type ExternalDatabase, migrateExternal, prepareExternal, replicaSettings } from './external.ts';
import { type ServerProcess, start } from './processes.ts';
import { type Settings, WIDE_RATES } from './settings.ts';

export type Replica = { readonly server: ServerProcess; readonly caller: Caller };

export type Replicas = AsyncDisposable & {
  readonly folder: string;
  readonly database: ExternalDatabase;
  readonly upstream: ModelUpstream;
  readonly keyFile: string;
  readonly keyId: string;
  readonly first: Replica;
  readonly second: Replica;
};

/** A folder of a test's own that is gone afterwards. */
export async function makeFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(await realpath(tmpdir()), 'hf-'));
  await chmod(path, 0o755);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** A new key file in a private folder; returns the id of its key. */
export async function makeKeyFile(path: string, environment = 'production'): Promise<string> {
  await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
  const made = await createKeyFile({ path, environment, unixMs: Date.now() });
  if (!made.ok) throw new Error(`key file: ${made.reason}`);
  return made.keyFile.current.id;
}

/** Both start at once, on a database that no server has seen. `prepare` may do something before they do. */
export async function startReplicas(
  more: Settings = {},
  prepare: (database: ExternalDatabase) => Promise<unknown> = async () => {},
): Promise<Replicas> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await makeFolder()).path;
  const upstream = stack.use(await startModelUpstream());
  const database = stack.use(await prepareExternal(folder));
  await migrateExternal(database, join(folder, 'migrate'));
  await prepare(database);
  const keyFile = join(folder, 'keys', 'master.key');
  const keyId = await makeKeyFile(keyFile);
  const startOne = async (name: string): Promise<Replica> => {
    const settings = await replicaSettings(database, join(folder, name), keyFile, {
      ...WIDE_RATES,
      HOLDFAST_OUTBOUND_ALLOW: `127.0.0.1:${upstream.port}`,
      ...more,
    });
    const server = stack.use(await start({ settings }));
    return { server, caller: stack.use(createCaller({ port: server.port })) };
  };
  const [first, second] = await Promise.all([startOne('first'), startOne('second')]);
  const rest = stack.move();
  return {
    folder,
    database,
    upstream,
    keyFile,
    keyId,
    first,
    second,
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}
