// A real Holdfast server for a benchmark: `holdfast start` on an empty data directory, set up over HTTP as a person would.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Child, startNode } from './child.ts';
import { type DataDirectory, makeDataDirectory } from './data-directory.ts';
import { GATEWAY_CORE, moveFamilyToCore, OTHER_CORE } from './machine.ts';
import { PASSWORD } from './sign-in-people.ts';
import { MODEL } from './workload.ts';

export type Holdfast = AsyncDisposable & {
  readonly pid: number;
  readonly databasePid: number;
  readonly port: number;
  readonly key: string;
  /** Calls that the server has on record, and how many of them are closed. */
  readonly countCalls: () => Promise<number>;
};

const PROGRAM = fileURLToPath(new URL('../../server/bin/holdfast.js', import.meta.url));
export const OWNER = { name: 'Olga Owner', email: 'olga@bench.example', password: PASSWORD };

/** The highest rates the configuration takes: the limiter works on every call, and refuses none. */
export const RATES = {
  HOLDFAST_RATE_MODEL_PER_MINUTE: '1000000',
  HOLDFAST_RATE_READ_PER_MINUTE: '1000000',
  HOLDFAST_RATE_WRITE_PER_MINUTE: '1000000',
  HOLDFAST_RATE_ADDRESS_PER_MINUTE: '1000000',
  HOLDFAST_RATE_API_KEY_PER_MINUTE: '1000000',
  HOLDFAST_RATE_ORGANIZATION_PER_MINUTE: '10000000',
  HOLDFAST_RATE_GLOBAL_PER_MINUTE: '100000000',
};

export type StartInput = {
  readonly data: DataDirectory;
  /** Any core if undefined. */
  readonly core: number | undefined;
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeOptions?: readonly string[];
};

export type Started = { readonly child: Child; readonly port: number; readonly setupLink: string | null };

/** `holdfast start` on free ports; ready when it says so. */
export async function startServer({ data, core, env = {}, nodeOptions = [] }: StartInput): Promise<Started> {
  const child = await startNode({
    core,
    args: [...nodeOptions, PROGRAM, 'start', '--json'],
    env: { HOLDFAST_DATA_DIR: data.path, HOLDFAST_PORT: '0', HOLDFAST_PRIVATE_PORT: '0', ...env },
    errorFile: data.logFile,
  });
  const { origin, setupLink } = JSON.parse(child.firstLine) as {
    readonly origin: string;
    readonly setupLink: string | null;
  };
  return { child, port: Number(new URL(origin).port), setupLink };
}

/** A server looks at its own controls soon after it is ready, for some seconds of a core; nothing is measured before that is over. */
const FIRST_LOOK_MS = 40_000;

export async function waitForFirstLook(): Promise<void> {
  await wait(FIRST_LOOK_MS);
}

/** A server with one organization, one provider at `upstreamPort` and one key; its PostgreSQL is moved to the other core. */
export async function startHoldfast(upstreamPort: number, nodeOptions: readonly string[] = []): Promise<Holdfast> {
  await using opened = new AsyncDisposableStack();
  const data = opened.use(await makeDataDirectory());
  const { child, port, setupLink } = await startServer({
    data,
    core: GATEWAY_CORE,
    env: { HOLDFAST_OUTBOUND_ALLOW: `127.0.0.1:${upstreamPort}`, ...RATES },
    nodeOptions,
  });
  opened.use(child);
  const databasePid = await readDatabasePid(data.path);
  moveFamilyToCore(OTHER_CORE, databasePid);
  const { cookie, key } = await setUp(port, setupLink ?? '', upstreamPort);
  await waitForFirstLook();
  const rest = opened.move();
  return {
    pid: child.pid,
    databasePid,
    port,
    key,
    countCalls: async () => {
      const { items } = (await ask(port, 'GET', '/api/v1/usage', { cookie })) as {
        readonly items: readonly { readonly calls: number }[];
      };
      return items.reduce((sum, { calls }) => sum + calls, 0);
    },
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

/** The postmaster of an embedded database; its first line is its process id. */
export async function readDatabasePid(dataDirectory: string): Promise<number> {
  const text = await readFile(join(dataDirectory, 'database', 'cluster', 'postmaster.pid'), 'utf8');
  return Number(text.split('\n')[0]);
}

/** The one organization with its owner, whose e-mail address it returns. */
export async function setUpOrganization(port: number, setupLink: string): Promise<string> {
  const token = setupLink.split('#token=')[1] ?? '';
  await ask(port, 'POST', '/api/v1/setup', {
    body: { token, organization: { name: 'Bench', slug: 'bench' }, owner: OWNER },
  });
  return OWNER.email;
}

async function setUp(port: number, setupLink: string, upstreamPort: number) {
  await setUpOrganization(port, setupLink);
  const cookie = await signIn(port);
  await ask(port, 'POST', '/api/v1/providers', {
    cookie,
    body: {
      name: 'upstream',
      kind: 'openai_compatible',
      baseUrl: `http://127.0.0.1:${upstreamPort}/v1`,
      apiKey: 'sk-benchmark-upstream-secret',
      models: [MODEL],
    },
  });
  const made = await ask(port, 'POST', '/api/v1/api-keys', { cookie, body: { name: 'bench', scopes: ['models:use'] } });
  return { cookie, key: (made as { readonly key: string }).key };
}

async function signIn(port: number): Promise<string> {
  const reply = await fetch(`http://127.0.0.1:${port}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: `http://127.0.0.1:${port}` },
    body: JSON.stringify({ email: OWNER.email, password: PASSWORD }),
  });
  return reply.headers.get('set-cookie')?.split(';')[0] ?? '';
}

type Asking = { readonly cookie?: string; readonly body?: object };

async function ask(port: number, method: string, path: string, { cookie, body }: Asking): Promise<unknown> {
  const reply = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: {
      origin: `http://127.0.0.1:${port}`,
      ...(cookie === undefined ? {} : { cookie }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text}`);
  return JSON.parse(text);
}
