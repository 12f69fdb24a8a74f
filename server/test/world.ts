// A world for tests: a fresh database on a real PostgreSQL, a kernel over it as the runtime role, and people in it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { assemble, type Assembled } from '../src/assemble.ts';
import { modules as productModules } from '../src/modules.ts';
import { createKeyFile } from '#crypto/key-file.ts';
import { createFileKekProvider } from '#crypto/kek.ts';
import { newToken } from '#crypto/random.ts';
import { reveal } from '#crypto/secret.ts';
import { migrate } from '#db/migrate.ts';
import { type ConnectionSettings, openLanes, PATIENCE, type Patience } from '#db/pool.ts';
import { prepareDatabase, prepareRoles } from '#db/prepare.ts';
import type { Call, Reply } from '#kernel/call.ts';
import type { Credential } from '#kernel/credential.ts';
import type { Kernel, LimitTable } from '#kernel/kernel.ts';
import { createMemoryStore } from '#kernel/limits/memory-store.ts';
import type { Module } from '#kernel/module.ts';
import { runRoute } from '#kernel/pipeline.ts';
import type { AnyRoute } from '#kernel/route.ts';
import { hardeningControl } from '#http/controls/tr4-hardening.ts';
import { createRuns } from '#verification/runs.ts';
import type { Verification } from '#verification/verification.ts';
import { createVerifier } from '#verification/verifier.ts';
import { createOutbound } from '#outbound/outbound.ts';
import { parseAllowList } from '#outbound/allow-list.ts';
import { startTestCluster, type TestCluster } from './cluster.ts';
import { createTolerantStore } from './tolerant-store.ts';

const PASSWORDS = { migrator: reveal(newToken(), 'test.password'), runtime: reveal(newToken(), 'test.password') };
const TEMPLATE = 'holdfast_template';

/** So long that only what hangs is refused, whatever else the machine does. */
const LONG_PATIENCE: Patience = { checkoutMs: 60_000, lockMs: 30_000, statementMs: 60_000 };

/** Wide enough for tests that aren't about limits. */
export const WIDE_LIMITS: LimitTable = Object.fromEntries(
  (
    [
      'read',
      'write',
      'sign_in',
      'model',
      'expensive',
      'address',
      'failed_credentials',
      'api_key',
      'organization',
      'global',
    ] as const
  ).map((name) => [name, { perMinute: 1_000_000, burst: 1_000_000 }]),
) as LimitTable;

let shared: Promise<TestCluster> | undefined;
let databases = 0;

/** One cluster a test process, with a migrated template that worlds are cloned from. */
export function sharedCluster(): Promise<TestCluster> {
  shared ??= startTestCluster().then(async (cluster) => {
    await prepareRoles(cluster.superuser, PASSWORDS);
    await prepareDatabase(cluster.superuser, TEMPLATE);
    await migrate({
      ...cluster.superuser,
      user: 'holdfast_migrator',
      password: PASSWORDS.migrator,
      database: TEMPLATE,
    });
    return cluster;
  });
  return shared;
}

export type ClonedDatabase = AsyncDisposable & {
  readonly name: string;
  /** How to connect to it as the superuser, the migrator, or the login of the server. */
  readonly as: (who: 'superuser' | 'migrator' | 'runtime') => ConnectionSettings;
};

/** A migrated database of one's own, empty, gone when disposed of. */
export async function cloneTemplate(): Promise<ClonedDatabase> {
  const cluster = await sharedCluster();
  const name = `world_${process.pid}_${(databases += 1)}`;
  await asSuperuser(inDatabase(cluster, 'postgres'), `create database ${name} template ${TEMPLATE}`);
  // Grants on a database are not cloned with it.
  await prepareDatabase(cluster.superuser, name);
  return {
    name,
    as: (who) => ({
      ...cluster.superuser,
      database: name,
      ...(who === 'superuser' ? {} : { user: `holdfast_${who}`, password: PASSWORDS[who] }),
    }),
    [Symbol.asyncDispose]: async () => {
      await asSuperuser(inDatabase(cluster, 'postgres'), `drop database ${name} with (force)`);
    },
  };
}

export type WorldOptions = {
  readonly modules?: readonly Module[];
  readonly limitTable?: LimitTable;
  readonly outboundAllow?: string;
  /** Where mail goes; without it, it waits in the outbox. */
  readonly mailer?: Kernel['tools']['mailer'];
  /** How long work waits for the database; a machine that stands still for seconds refuses nobody unless it says so. */
  readonly patience?: Patience;
  /** As if other machines were meant to reach it. */
  readonly isExposed?: boolean;
  /** Tests ask for much that does not exist; who does is told of only where that is what is tested. */
  readonly watchesProbing?: boolean;
  /** Whether who belongs nowhere gets an organization of their own; they do unless it says false. */
  readonly hasPersonalOrganizations?: boolean;
};

export type Founded = { readonly organizationId: string; readonly cookie: string; readonly credential: Credential };

export type World = AsyncDisposable & Awaited<ReturnType<typeof createWorld>>;

export async function createWorld(options: WorldOptions = {}) {
  await using opened = new AsyncDisposableStack();
  const keyFolder = await mkdtemp(join(tmpdir(), 'hf-key-'));
  opened.defer(() => rm(keyFolder, { recursive: true, force: true }));
  const cloned = opened.use(await cloneTemplate());
  const database = cloned.name;
  const settings = cloned.as('runtime');
  const keyFile = await createKeyFile({ path: join(keyFolder, 'master.key'), environment: 'test', unixMs: Date.now() });
  if (!keyFile.ok) throw new Error(`key file: ${keyFile.reason}`);
  const allow = parseAllowList(options.outboundAllow ?? '');
  if (!allow.ok) throw new Error('the allow-list of the test is malformed');
  const unexpected: unknown[] = [];

  const replicas = opened.use(new AsyncDisposableStack());
  // What is looked at is in reach of a whole server only; the routes are the same over a control that finds nothing.
  const verifier = createVerifier({
    controls: [hardeningControl],
    open: async () => ({ instance: {}, [Symbol.asyncDispose]: async () => {} }),
    target: () => 'http://localhost',
    waivers: [],
    fingerprintKey: new Uint8Array(32),
    unixMs: Date.now,
    onDrift: async () => {},
    onFailure: (error) => void unexpected.push(error),
  });
  const verification: Verification = {
    verifier,
    runs: createRuns({
      verifier,
      newId: () => crypto.randomUUID(),
      seal: async () => '',
      onFailure: (error) => void unexpected.push(error),
    }),
    reportKey: '',
  };

  const openReplica = async (through?: ConnectionSettings) => {
    await using opening = new AsyncDisposableStack();
    // Another way is one that fails: how long that is waited for is the product's to say.
    const patience = options.patience ?? (through === undefined ? LONG_PATIENCE : PATIENCE);
    const lanes = openLanes(through ?? settings, (error) => unexpected.push(error), patience);
    opening.defer(() => lanes.close());
    const assembled = await assemble({
      modules: options.modules ?? productModules,
      lanes,
      provider: createFileKekProvider(keyFile.keyFile),
      limits: () => (options.watchesProbing === true ? createMemoryStore() : createTolerantStore()),
      limitTable: options.limitTable ?? WIDE_LIMITS,
      signInFailures: { account: WIDE_LIMITS.sign_in, address: WIDE_LIMITS.sign_in, toLock: 1_000_000 },
      outbound: createOutbound({ allow: allow.list }),
      mailer: options.mailer,
      publicOrigin: () => 'https://holdfast.example',
      sessionCookie: {
        set: (token) => `session=${reveal(token, 'test.cookie')}`,
        clear: () => 'session=',
        setDevice: (token) => `device=${reveal(token, 'test.cookie')}`,
      },
      secretReferences: { isAllowed: () => false, read: () => Promise.reject(new Error('no reference is listed')) },
      verification: () => verification,
      hasPersonalOrganizations: options.hasPersonalOrganizations ?? true,
      isExposed: options.isExposed ?? false,
      sessionLimits: { idleMinutes: 60, absoluteMinutes: 7 * 24 * 60 },
      onUnexpected: (error) => unexpected.push(error),
      onTraceLost: (error) => unexpected.push(error),
      onProbing: () => undefined,
    });
    opening.defer(() => assembled.kernel.tools.outbound.close());
    opening.defer(() => assembled.close());
    const rest = opening.move();
    replicas.use(rest);
    return { ...assembled, lanes, [Symbol.asyncDispose]: () => rest.disposeAsync() };
  };

  const first = await openReplica();
  const { kernel } = first;
  const routes = new Map(kernel.registry.routes.map((route) => [route.id, route]));
  const rest = opened.move();
  const world = {
    kernel,
    verification,
    settings,
    database,
    unexpected,
    /** One more server over the same database, reached by the same or another way; it ends with the world at the latest. */
    openReplica,
    /** A superuser's view, past every wall; for looking and for breaking things on purpose. */
    admin: (sql: string, values: readonly unknown[] = []) => asSuperuser(cloned.as('superuser'), sql, values),
    /** The superuser's own connection settings, for tests of roles and of the server itself. */
    superuser: cloned.as('superuser'),
    migrator: cloned.as('migrator'),
    route: (id: string): AnyRoute => {
      const route = routes.get(id);
      if (route === undefined) throw new Error(`there is no route ${id}`);
      return route;
    },
    call: (id: string, call: Partial<Call> = {}, on = kernel): Promise<Reply> =>
      runRoute(on, world.route(id), makeCall(call)),
    found: (slug = 'acme') => foundOrganization(world, slug),
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
  return world;
}

type Callable = {
  readonly kernel: Assembled['kernel'];
  readonly call: (id: string, call: Partial<Call>) => Promise<Reply>;
  readonly admin: (sql: string) => Promise<unknown>;
};

/** A founded organization with its owner signed in. */
async function foundOrganization(world: Callable, slug: string): Promise<Founded> {
  const { issueSetupLink } = await import('#modules/setup.ts');
  const { kernel } = world;
  await world.admin("delete from holdfast.installation where name = 'set_up'");
  // Worlds hold several organizations; a set-up installation gives no link, so the token is stored as the product does it.
  const link = await issueSetupLink(
    kernel.lanes,
    { keyring: kernel.tools.keyring, lookup: async () => [] },
    'http://localhost',
  );
  const token = link?.split('#token=')[1];
  const reply = await runRoute(
    pretendNotSetUp(kernel),
    kernel.registry.routes.find((route) => route.id === 'setup.complete') as AnyRoute,
    makeCall({
      body: {
        token,
        organization: { name: slug, slug },
        owner: { name: 'Olga Owner', email: `owner@${slug}.example`, password: PASSWORD },
      },
    }),
  );
  const cookie = reply.headers['set-cookie'] ?? '';
  const body = reply.body as { readonly organization: { readonly id: string } };
  return {
    organizationId: body.organization.id,
    cookie,
    credential: { kind: 'session', secret: cookie.slice('session='.length) },
  };
}

export const PASSWORD = 'correct-Horse-battery-7';

/** The same kernel over an installation that says nobody has set it up, for worlds with several organizations. */
export function pretendNotSetUp(kernel: Kernel): Kernel {
  const { lookup } = kernel.tools;
  const hiding: typeof lookup = (name, args, lane) =>
    name === 'setup_is_done' ? Promise.resolve([]) : lookup(name, args, lane);
  return { ...kernel, tools: { ...kernel.tools, lookup: hiding } };
}

export function makeCall(call: Partial<Call>): Call {
  return {
    requestId: 'req_test',
    credential: undefined,
    caller: { address: '127.0.0.1', addressKey: '127.0.0.1', device: 'test' },
    params: {},
    query: {},
    body: undefined,
    ...call,
  };
}

function inDatabase({ superuser }: TestCluster, database: string): ConnectionSettings {
  return { ...superuser, database };
}

/** One statement past every wall, on a connection of its own. */
export async function asSuperuser(settings: ConnectionSettings, sql: string, values: readonly unknown[] = []) {
  const client = new Client(settings);
  await client.connect();
  try {
    return await client.query(sql, [...values]);
  } finally {
    await client.end();
  }
}
