// Floods at a running server: they stay small in the log, are held off soon, and hurt nobody elsewhere.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { formatApiKey } from '@holdfast/protocol/api-key.ts';
import { newSecretBytes, newUuid } from '#crypto/random.ts';
import { reveal } from '#crypto/secret.ts';
import { makeDataDir, type TestDataDir } from '#test/embedded-support.ts';
import { type Caller, createCaller } from './lib/caller.ts';
import { queryEmbedded } from './lib/embedded-access.ts';
import { type MadeKey, makeKey, OWNER, readLog, setUp } from './lib/installation.ts';
import { type ServerProcess, start } from './lib/processes.ts';
import { settingsOf } from './lib/settings.ts';

const FLOOD = 2_400;
const AT_ONCE = 24;
const FAILURES_A_MINUTE = 20;

let dataDir: TestDataDir;
let server: ServerProcess;
let owner: Caller;
let cookie: string;
let key: MadeKey;

describe('under floods', () => {
  before(async () => {
    dataDir = await makeDataDir();
    server = await start({ settings: await settingsOf(dataDir.path) });
    owner = createCaller({ port: server.port, localAddress: '127.0.0.2' });
    cookie = await setUp(owner, server.ready.setupLink);
    key = await makeKey(owner, cookie);
  });

  after(async () => {
    owner[Symbol.dispose]();
    await server[Symbol.asyncDispose]();
    await dataDir[Symbol.asyncDispose]();
  });

  const look = (sql: string) => queryEmbedded(dataDir.path, sql);

  type Counts = Readonly<Record<number, number>>;

  /** So many calls from one address, some of them at once. */
  async function flood(calls: number, localAddress: string, call: (caller: Caller, at: number) => Promise<number>) {
    using caller = createCaller({ port: server.port, localAddress });
    const counts: Record<number, number> = {};
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < calls) {
        next += 1;
        const status = await call(caller, next);
        counts[status] = (counts[status] ?? 0) + 1;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return counts as Counts;
  }

  type Trace = { readonly rows: number; readonly counted: number };

  /** What the tally has of a source, once what the recorder still held is written; minutes that were closed meanwhile too. */
  async function traceOf(source: string, counted: number): Promise<Trace> {
    for (let attempt = 0; ; attempt += 1) {
      const [row] = await look(`with closed as (
        select (facts ->> 'count')::int as count from audit_pending where action = 'access.refused' and actor ->> 'id' = '${source}'
        union all select (facts ->> 'count')::int from audit_entry where action = 'access.refused' and actor ->> 'id' = '${source}'
        union all select count from denial_tally where source = '${source}')
      select count(*)::int as rows, coalesce(sum(count), 0)::int as counted from closed`);
      const trace = row as Trace;
      if (trace.counted >= counted || attempt === 50) return trace;
      await wait(100);
    }
  }

  async function countEvents(): Promise<number> {
    const [row] = await look(
      `select ((select count(*) from audit_pending) + (select count(*) from audit_entry))::int as events`,
    );
    return Number(row?.['events']);
  }

  function badCredential(at: number): Readonly<Record<string, string>> {
    const secretBytes = reveal(newSecretBytes(32), 'test.key');
    const kinds = [
      { authorization: `Bearer ${formatApiKey({ uuid: newUuid(), secretBytes })}` },
      { authorization: `Bearer ${formatApiKey({ uuid: newUuid(), secretBytes }).slice(0, -1)}x` },
      { authorization: 'Basic b2xnYTpwYXNzd29yZA==' },
      { 'x-api-key': `sk-${at}` },
      { cookie: `__Host-holdfast-${server.port}=${'a'.repeat(43)}` },
    ];
    return kinds[at % kinds.length] ?? {};
  }

  test('a flood of bad credentials is 401, soon 429, counted in a row a minute, and hurts no caller elsewhere', async (t) => {
    const eventsBefore = await countEvents();
    const over = new AbortController();
    const neighbor = (async () => {
      let calls = 0;
      for (; !over.signal.aborted || calls < 20; calls += 1) {
        const answer = await owner.call('GET', '/v1/models', { key: key.key });
        assert.equal(answer.status, 200, answer.text);
        await wait(20);
      }
      return calls;
    })();
    const paths = ['/v1/models', '/api/v1/api-keys', '/no/such/path'];
    const counts = await flood(FLOOD, '127.0.0.3', async (caller, at) => {
      const answer = await caller.call('GET', paths[at % paths.length] ?? '', { headers: badCredential(at) });
      if (answer.status === 429) assert.match(answer.headers['retry-after'] ?? '', /^\d+$/);
      return answer.status;
    });
    over.abort();
    t.diagnostic(`${JSON.stringify(counts)}; the neighbor made ${await neighbor} calls`);
    const { 401: refused = 0, 429: held = 0 } = counts;
    assert.equal(refused + held, FLOOD);
    assert.ok(refused >= FAILURES_A_MINUTE && held > refused, 'most were not even looked at');
    const { rows, counted } = await traceOf('127.0.0.3', refused);
    assert.equal(counted, refused, 'every refusal is counted');
    assert.ok(rows <= 5, `${rows} rows`);
    assert.ok((await countEvents()) - eventsBefore <= 5, 'the log has not grown with the flood');
  });

  test('guessing passwords is 401 five times an account, then 429, counted and not listed', async () => {
    const eventsBefore = await countEvents();
    const counts = await flood(60, '127.0.0.4', async (caller, at) => {
      const email = at % 2 === 0 ? OWNER.email : `nobody-${at}@acme.example`;
      return (await caller.call('POST', '/api/v1/session', { body: { email, password: `wrong-guess-number-${at}` } }))
        .status;
    });
    const { 401: refused = 0, 429: held = 0 } = counts;
    assert.equal(refused + held, 60, JSON.stringify(counts));
    assert.ok(refused <= FAILURES_A_MINUTE + 2 && refused > 5, JSON.stringify(counts));
    const { rows, counted } = await traceOf('127.0.0.4', refused);
    assert.ok(counted === refused && rows <= 3, `${counted} of ${refused} counted in ${rows} rows`);
    assert.ok((await countEvents()) - eventsBefore <= 5);
    const answer = await owner.call('POST', '/api/v1/session', {
      body: { email: OWNER.email, password: OWNER.password },
    });
    assert.equal(answer.status, 201, 'the owner signs in from elsewhere meanwhile');
  });

  test('a known caller who is denied again and again is listed twenty times a minute, then counted', async () => {
    const eventsBefore = await countEvents();
    const counts = await flood(120, '127.0.0.5', async (caller) => {
      const answer = await caller.call('GET', '/api/v1/api-keys', { key: key.key });
      return answer.status;
    });
    assert.deepEqual(counts, { 403: 120 });
    const [row] = await look(`select id::text as id from api_key where name = 'test'`);
    // Over the turn of a minute it is twenty more.
    const { counted } = await traceOf(`api_key:${String(row?.['id'])}`, 80);
    const listed = (await countEvents()) - eventsBefore;
    assert.ok(counted >= 80 && counted <= 100, `${counted} counted`);
    assert.ok(listed >= 120 - counted && listed <= 120 - counted + 5, `${listed} listed`);
  });

  test('after all that the same process serves, has nothing unexpected in its log, and the audit log is whole', async () => {
    assert.equal((await owner.call('GET', '/v1/models', { key: key.key })).status, 200);
    await readLog(owner, { cookie }, 'api_key.created', 'setup.completed');
    assert.doesNotMatch(server.log(), /"server.unexpected_error"|"audit.trace_lost"/);
    assert.doesNotMatch(server.log(), new RegExp(`hf_live_|${OWNER.password}|wrong-guess`));
    assert.equal((await server.end('SIGTERM')).code, 0);
  });
});
