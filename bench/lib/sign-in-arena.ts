// Those who let people in: Holdfast, and better-auth twice, each a process of its own over one embedded PostgreSQL.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { getCredential, superuserSettings } from '../../server/src/db/embedded/credential.ts';
import { layoutOf } from '../../server/src/db/embedded/layout.ts';
import { findPostmasterNote } from '../../server/src/db/embedded/postmaster-file.ts';
import { startNode } from './child.ts';
import { type DataDirectory, makeDataDirectory } from './data-directory.ts';
import { RATES, setUpOrganization, startServer, waitForFirstLook } from './holdfast.ts';
import { requestBytes } from './http-client.ts';
import { GATEWAY_CORE, moveFamilyToCore, OTHER_CORE } from './machine.ts';
import { arriving, type BenchPerson, staying } from './sign-in-people.ts';

export type Door = {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  /** Of each person in turn. */
  readonly signIns: readonly Buffer[];
  readonly checks: readonly Buffer[];
  /** Sign-ins that its database knows of. */
  readonly countSignIns: () => Promise<number>;
};

export type SignInArena = AsyncDisposable & {
  readonly postgresVersion: string;
  readonly holdfast: Door;
  /** With its own hash, and with Holdfast's; undefined when it is not installed. */
  readonly peers: { readonly own: Door; readonly same: Door } | undefined;
};

type Database = ReturnType<typeof superuserSettings>;
type Ask = { readonly port: number; readonly signInPath: string; readonly checkPath: string };

const PEER_FOLDER = new URL('better-auth/', new URL('../node_modules/', import.meta.url));

export async function openSignInArena(nodeOptions: readonly string[]): Promise<SignInArena> {
  await using opened = new AsyncDisposableStack();
  const data = opened.use(await makeDataDirectory());
  const started = await startServer({
    data,
    core: GATEWAY_CORE,
    // As many sign-ins from one address as it can be told to take.
    env: { ...RATES, HOLDFAST_RATE_SIGN_IN_PER_MINUTE: '1000' },
    nodeOptions,
  });
  opened.use(started.child);
  const { pid: databasePid, database } = await findDatabase(data);
  moveFamilyToCore(OTHER_CORE, databasePid);
  const own = { ...database, database: 'holdfast' };
  await addPeople(own, await setUpOrganization(started.port, started.setupLink ?? ''));
  await waitForFirstLook();
  const holdfast = await openDoor(
    { port: started.port, signInPath: '/api/v1/session', checkPath: '/api/v1/session' },
    {
      name: 'Holdfast',
      pid: started.child.pid,
      countSignIns: async () =>
        Number(
          await ask(
            own,
            `select (select count(*) from holdfast.audit_entry where action = 'session.created')
                  + (select count(*) from holdfast.audit_pending where action = 'session.created')`,
          ),
        ),
    },
  );
  const peers = existsSync(PEER_FOLDER)
    ? { own: await startPeer(opened, database, 'scrypt'), same: await startPeer(opened, database, 'argon2id') }
    : undefined;
  const postgresVersion = await ask(database, 'show server_version');
  const rest = opened.move();
  return { postgresVersion, holdfast, peers, [Symbol.asyncDispose]: () => rest.disposeAsync() };
}

/** better-auth in a database of its own in the same cluster. */
async function startPeer(opened: AsyncDisposableStack, cluster: Database, hash: 'scrypt' | 'argon2id'): Promise<Door> {
  const database = { ...cluster, database: `better_auth_${hash}` };
  await ask(cluster, `create database ${database.database}`);
  const { host, port, user, password } = database;
  const child = opened.use(
    await startNode({
      core: GATEWAY_CORE,
      args: [
        fileURLToPath(new URL('../better-auth.ts', import.meta.url)),
        hash,
        host,
        String(port),
        user,
        database.database,
      ],
      env: { NODE_ENV: 'production', BENCH_DATABASE_PASSWORD: password() },
    }),
  );
  return openDoor(
    { port: Number(child.firstLine), signInPath: '/api/auth/sign-in/email', checkPath: '/api/auth/get-session' },
    {
      name: hash === 'scrypt' ? 'better-auth' : 'better-auth, Argon2id',
      pid: child.pid,
      countSignIns: async () => Number(await ask(database, 'select count(*) from session')),
    },
  );
}

/** Those who stay have signed in when it is there. */
async function openDoor(
  { port, signInPath, checkPath }: Ask,
  rest: Pick<Door, 'name' | 'pid' | 'countSignIns'>,
): Promise<Door> {
  const origin = `http://127.0.0.1:${port}`;
  const bodyOf = ({ email, password }: BenchPerson): string => JSON.stringify({ email, password });
  const checks: Buffer[] = [];
  for (const person of staying) {
    const headers = { 'content-type': 'application/json', origin };
    const reply = await fetch(`${origin}${signInPath}`, { method: 'POST', headers, body: bodyOf(person) });
    const cookies = reply.headers.getSetCookie().map((line) => line.split(';')[0]);
    const cookie = cookies.join('; ');
    if (!reply.ok) throw new Error(`${rest.name} let nobody in: ${reply.status} ${await reply.text()}`);
    const checked = await (await fetch(`${origin}${checkPath}`, { headers: { cookie } })).text();
    if (!checked.includes(person.email)) throw new Error(`${rest.name} does not know whose session it is`);
    checks.push(requestBytes({ port, path: checkPath, headers: { cookie } }));
  }
  const signIns = arriving.map((person) =>
    requestBytes({ port, path: signInPath, headers: { origin }, body: bodyOf(person) }),
  );
  return { ...rest, port, signIns, checks };
}

/** People in the organization of the owner, written by the superuser with the owner's hash: it is of the same password. */
async function addPeople(database: Database, owner: string): Promise<void> {
  const people = [...arriving, ...staying];
  await ask(
    database,
    `with owner as (
       select m.org_id, w.hash from holdfast.person p join holdfast.member m using (user_id)
         join holdfast.password w using (user_id) where p.email = $3
     ), made as (
       select gen_random_uuid() as user_id, name, email from unnest($1::text[], $2::text[]) as given (name, email)
     ), people as (
       insert into holdfast.person (user_id, email, name, created_at) select user_id, email, name, now() from made
     ), passwords as (
       insert into holdfast.password (user_id, hash, changed_at) select user_id, hash, now() from made, owner
     )
     insert into holdfast.member (org_id, id, user_id, role, created_at)
     select org_id, gen_random_uuid(), user_id, 'member', now() from made, owner`,
    [people.map(({ name }) => name), people.map(({ email }) => email), owner],
  );
}

async function findDatabase(data: DataDirectory): Promise<{ readonly pid: number; readonly database: Database }> {
  const layout = await layoutOf(data.path);
  const note = await findPostmasterNote(layout.clusterFolder);
  if (note?.socketFolder === undefined) throw new Error('the embedded database does not run');
  return { pid: note.pid, database: superuserSettings(note.socketFolder, await getCredential(layout)) };
}

/** The only value of the first row, if there is one. */
async function ask(database: Database, sql: string, values: readonly unknown[] = []): Promise<string> {
  const client = new Client(database);
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql, [...values]);
    return String(Object.values(rows[0] ?? {})[0]);
  } finally {
    await client.end();
  }
}
