// A kernel over the embedded PostgreSQL exactly as the product runs it, fsync on, without the edge: for what commits cost.
import { join } from 'node:path';
import { assemble, type Assembled } from '../../server/src/assemble.ts';
import { createKeyFile } from '../../server/src/crypto/key-file.ts';
import { createFileKekProvider } from '../../server/src/crypto/kek.ts';
import { newToken } from '../../server/src/crypto/random.ts';
import { reveal } from '../../server/src/crypto/secret.ts';
import { startEmbedded } from '../../server/src/db/embedded/index.ts';
import { migrate } from '../../server/src/db/migrate.ts';
import { type ConnectionSettings, openLanes } from '../../server/src/db/pool.ts';
import { prepareDatabase, prepareRoles } from '../../server/src/db/prepare.ts';
import type { Credential } from '../../server/src/kernel/credential.ts';
import { createMemoryStore } from '../../server/src/kernel/limits/memory-store.ts';
import { runRoute } from '../../server/src/kernel/pipeline.ts';
import type { AnyRoute } from '../../server/src/kernel/route.ts';
import { modules } from '../../server/src/modules.ts';
import { issueSetupLink } from '../../server/src/modules/setup/index.ts';
import { parseAllowList } from '../../server/src/outbound/allow-list.ts';
import { createOutbound } from '../../server/src/outbound/outbound.ts';
import { makeCall, PASSWORD, WIDE_LIMITS } from '../../server/test/world.ts';
import { makeDataDirectory } from './data-directory.ts';

export type DurableWorld = AsyncDisposable & {
  readonly kernel: Assembled['kernel'];
  readonly postgresVersion: string;
  readonly superuser: ConnectionSettings;
  readonly runtime: ConnectionSettings;
  readonly route: (id: string) => AnyRoute;
  /** The owner of the one organization, signed in. */
  readonly credential: Credential;
};

const DATABASE = 'holdfast';

export async function openDurableWorld(): Promise<DurableWorld> {
  await using opened = new AsyncDisposableStack();
  const data = opened.use(await makeDataDirectory());
  const embedded = opened.use(
    await startEmbedded({ dataDir: data.path, log: () => undefined, searchPath: process.env['PATH'] ?? '' }),
  );
  const { host, port, user, password } = embedded.superuser;
  const superuser: ConnectionSettings = { host, port, user, password: password(), database: DATABASE, ssl: false };
  const passwords = { migrator: reveal(newToken(), 'bench.password'), runtime: reveal(newToken(), 'bench.password') };
  await prepareRoles({ ...superuser, database: 'postgres' }, passwords);
  await prepareDatabase({ ...superuser, database: 'postgres' }, DATABASE);
  await migrate({ ...superuser, user: 'holdfast_migrator', password: passwords.migrator });
  const runtime = { ...superuser, user: 'holdfast_runtime', password: passwords.runtime };
  // Idle connections end with the database.
  const lanes = openLanes(runtime, () => undefined);
  opened.defer(() => lanes.close());
  const assembled = await assembleOver(lanes, join(data.path, 'master.key'));
  opened.defer(() => assembled.close());
  const { kernel } = assembled;
  const route = (id: string): AnyRoute => {
    const found = kernel.registry.routes.find((one) => one.id === id);
    if (found === undefined) throw new Error(`there is no route ${id}`);
    return found;
  };
  const token = (await issueSetupLink(lanes, kernel.tools, 'http://localhost'))?.split('#token=')[1];
  const owner = { name: 'Olga Owner', email: 'olga@bench.example', password: PASSWORD };
  const body = { token, organization: { name: 'Bench', slug: 'bench' }, owner };
  const { headers } = await runRoute(kernel, route('setup.complete'), makeCall({ body }));
  const rest = opened.move();
  return {
    kernel,
    postgresVersion: embedded.version,
    superuser,
    runtime,
    route,
    credential: { kind: 'session', secret: (headers['set-cookie'] ?? '').slice('session='.length) },
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

async function assembleOver(lanes: Parameters<typeof assemble>[0]['lanes'], keyPath: string): Promise<Assembled> {
  const keyFile = await createKeyFile({ path: keyPath, environment: 'bench', unixMs: Date.now() });
  const allow = parseAllowList('');
  if (!keyFile.ok || !allow.ok) throw new Error('no master key');
  return assemble({
    modules,
    lanes,
    provider: createFileKekProvider(keyFile.keyFile),
    limits: () => createMemoryStore(),
    limitTable: WIDE_LIMITS,
    signInFailures: { account: WIDE_LIMITS.sign_in, address: WIDE_LIMITS.sign_in },
    outbound: createOutbound({ allow: allow.list }),
    mailer: undefined,
    publicOrigin: () => 'http://localhost',
    sessionCookie: {
      set: (token) => `session=${reveal(token, 'bench.cookie')}`,
      clear: () => 'session=',
      setDevice: () => 'device=',
    },
    secretReferences: { isAllowed: () => false, read: () => Promise.reject(new Error('no reference is listed')) },
    verification: () => undefined,
    hasPersonalOrganizations: false,
    isExposed: false,
    sessionLimits: { idleMinutes: 60, absoluteMinutes: 7 * 24 * 60 },
    onUnexpected: throwLater,
    onProbing: () => undefined,
    onTraceLost: throwLater,
  });
}

/** A benchmark that meets an error it does not expect has no result. */
function throwLater(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}
