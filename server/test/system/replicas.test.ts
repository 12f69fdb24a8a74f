// Two replicas over one PostgreSQL: what one does holds on the other, and of many at once one wins.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { parseApiKey } from '@holdfast/protocol/api-key.ts';
import { callAdmin } from '../../src/cli/admin-client.ts';
import { type Answer, assertProblem, type Caller } from './lib/caller.ts';
import { carryOver, chatOf, connectUpstream, cookieOf, makeKey, OWNER, readLog } from './lib/installation.ts';
import { type Replicas, startReplicas } from './lib/replicas.ts';
import { until } from './lib/until.ts';

const AT_ONCE = 50;
const MODEL_CALLS_A_MINUTE = 30;

let replicas: Replicas;
let a: Caller;
let b: Caller;
/** The owner's session, as either replica wants it. */
let cookieA: string;
let cookieB: string;

describe('two replicas', () => {
  before(async () => {
    replicas = await startReplicas({ HOLDFAST_RATE_MODEL_PER_MINUTE: String(MODEL_CALLS_A_MINUTE) });
    a = replicas.first.caller;
    b = replicas.second.caller;
  });

  after(() => replicas[Symbol.asyncDispose]());

  const look = (sql: string) => replicas.database.look(sql);

  /** Fifty calls at once, every other one to the other replica. */
  function atOnce(call: (caller: Caller, cookie: string, at: number) => Promise<Answer>): Promise<readonly Answer[]> {
    return Promise.all(
      Array.from({ length: AT_ONCE }, (_, at) => (at % 2 === 0 ? call(a, cookieA, at) : call(b, cookieB, at))),
    );
  }

  function countsOf(answers: readonly Answer[]): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
    return counts;
  }

  test('of fifty uses of one setup token over both replicas exactly one founds the organization', async () => {
    const issued = await callAdmin(join(replicas.folder, 'first'), 'POST', '/api/v1/setup/token', {});
    const { token } = issued.body as { readonly token: string };
    const answers = await atOnce((caller, _cookie, at) => {
      const organization = { name: `Number ${at}`, slug: `number-${at}` };
      const owner = { ...OWNER, email: at === 0 ? OWNER.email : `owner-${at}@acme.example` };
      return caller.call('POST', '/api/v1/setup', { body: { token, organization, owner } });
    });
    const [won, ...others] = answers.filter(({ status }) => status === 201);
    assert.ok(won !== undefined && others.length === 0, JSON.stringify(countsOf(answers)));
    for (const answer of answers) if (answer !== won) assertProblem(answer, [403, 409]);
    const [counts] =
      await look(`select (select count(*)::int from organization) as organizations, (select count(*)::int from person) as people,
    (select count(*)::int from member) as members, (select count(*)::int from session) as sessions, (select count(*)::int from data_key) as keys`);
    assert.deepEqual(counts, { organizations: 1, people: 1, members: 1, sessions: 1, keys: 1 });
    const cookie = cookieOf(won);
    [cookieA, cookieB] = [carryOver(cookie, a), carryOver(cookie, b)];
    assert.equal((await b.call('GET', '/api/v1/session', { cookie: cookieB })).status, 200);
    await connectUpstream(a, cookieA, replicas.upstream.port);
  });

  test('a key revoked on one replica is refused by the other, where its open stream ends as revoked', async (t) => {
    const { id, key } = await makeKey(a, cookieA);
    const stream = await b.open('/v1/chat/completions', { key, body: chatOf('paced', true) });
    replicas.upstream.release(1);
    assert.match((await stream.next()) ?? '', /piece/);
    assert.equal((await b.call('GET', '/v1/models', { key })).status, 200);
    // A stream looks once of its own accord soon after its start; what ends it later is that the revocation is told.
    await wait(1_500);
    assert.equal((await a.call('DELETE', `/api/v1/api-keys/${id}`, { cookie: cookieA })).status, 204);
    const ended = measure(t, 'the open stream ended', async () => assert.equal(await stream.ended, 'broken'));
    await measure(t, 'the key was refused', () => untilRefused(b, { key }));
    await ended;
    await untilEqual(`select state from model_call where key_id = '${uuidOf(key)}'`, [{ state: 'revoked' }]);
    const [entry] = (await readLog(a, { cookie: cookieA }, 'model.called')).filter(
      ({ action }) => action === 'model.called',
    );
    assert.deepEqual([entry?.outcome, entry?.facts['end']], ['denied', 'revoked']);
  });

  test('a session ended on one replica is refused by the other', async (t) => {
    const body = { email: (await ownerOf(a, cookieA)).email, password: OWNER.password };
    const answer = await a.call('POST', '/api/v1/session', { body });
    assert.equal(answer.status, 201, answer.text);
    const [mineA, mineB] = [carryOver(cookieOf(answer), a), carryOver(cookieOf(answer), b)];
    assert.equal((await b.call('GET', '/api/v1/session', { cookie: mineB })).status, 200);
    assert.equal((await a.call('DELETE', '/api/v1/session', { cookie: mineA })).status, 204);
    await measure(t, 'the session was refused', () => untilRefused(b, { cookie: mineB }));
  });

  test('a key has one budget over both replicas together', async () => {
    const { key } = await makeKey(a, cookieA);
    const startedMs = performance.now();
    const answers = await Promise.all(
      [a, b].flatMap((caller) =>
        Array.from({ length: MODEL_CALLS_A_MINUTE }, () =>
          caller.call('POST', '/v1/chat/completions', { key, body: chatOf('whole') }),
        ),
      ),
    );
    const refilled = Math.ceil(((performance.now() - startedMs) / 60_000) * MODEL_CALLS_A_MINUTE);
    const { 200: passed = 0, 429: refused = 0 } = countsOf(answers);
    assert.equal(passed + refused, 2 * MODEL_CALLS_A_MINUTE);
    assert.ok(
      passed >= MODEL_CALLS_A_MINUTE && passed <= MODEL_CALLS_A_MINUTE + refilled,
      `${passed} calls passed; ${MODEL_CALLS_A_MINUTE} were free and ${refilled} came back meanwhile`,
    );
    const other = await makeKey(b, cookieB);
    const answer = await b.call('POST', '/v1/chat/completions', { key: other.key, body: chatOf('whole') });
    assert.equal(answer.status, 200, 'another key has a budget of its own');
  });

  test('of fifty revocations of one key at once one takes effect', async () => {
    const { id, key } = await makeKey(a, cookieA);
    const epoch = `select value::int from epoch where kind = 'api_key'`;
    const before = await look(epoch);
    const answers = await atOnce((caller, cookie) => caller.call('DELETE', `/api/v1/api-keys/${id}`, { cookie }));
    assert.deepEqual(countsOf(answers), { 204: AT_ONCE });
    assert.deepEqual(await look(epoch), [{ value: Number(before[0]?.['value']) + 1 }]);
    const row = `select version, revoked_at is not null as revoked from api_key where id = '${uuidOf(key)}'`;
    assert.deepEqual(await look(row), [{ version: 2, revoked: true }]);
    const events = await look(`with told as (
        select target, facts from audit_pending where action = 'api_key.revoked'
        union all select target, facts from audit_entry where action = 'api_key.revoked')
      select count(*)::int as all, count(*) filter (where not facts ? 'before')::int as effective
        from told where target ->> 'id' = '${uuidOf(key)}'`);
    assert.deepEqual(events, [{ all: AT_ONCE, effective: 1 }]);
    assertRefused(await b.call('GET', '/v1/models', { key }));
  });

  test('fifty uses of one idempotency key over both replicas have one effect and one reply', async () => {
    const body = { name: 'once', scopes: ['models:use'] };
    const headers = { 'idempotency-key': 'the-same-for-all' };
    const use = (caller: Caller, cookie: string) => caller.call('POST', '/api/v1/api-keys', { cookie, headers, body });
    const answers = await atOnce(use);
    const done = answers.filter(({ status }) => status === 201);
    assert.ok(done.length > 0);
    assert.equal(new Set(done.map(({ text }) => text)).size, 1, 'every reply is the same one');
    assert.equal(done.filter(({ headers: { 'idempotency-replayed': replayed } }) => replayed === undefined).length, 1);
    for (const answer of answers) if (answer.status !== 201) assertProblem(answer, 409, 'idempotency.in_flight');
    assert.deepEqual(await look(`select count(*)::int as keys from api_key where name = 'once'`), [{ keys: 1 }]);
    const later = await use(b, cookieB);
    assert.deepEqual([later.status, later.text], [201, done[0]?.text]);
    const other = await a.call('POST', '/api/v1/api-keys', {
      cookie: cookieA,
      headers,
      body: { ...body, name: 'other' },
    });
    assertProblem(other, 409, 'idempotency.mismatch');
  });

  test('the log that both write is one whole chain with one event for each effect', async () => {
    await readLog(a, { cookie: cookieA }, 'api_key.revoked');
    const [row] = await look(`with made as (
      select target ->> 'id' as id from audit_pending where action = 'api_key.created' and outcome = 'allowed'
      union all select target ->> 'id' from audit_entry where action = 'api_key.created' and outcome = 'allowed')
    select (select count(*)::int from made) as events, (select count(distinct id)::int from made) as subjects, (select count(*)::int from api_key) as keys`);
    assert.deepEqual([row?.['events'], row?.['subjects']], [row?.['keys'], row?.['keys']]);
  });

  async function ownerOf(caller: Caller, cookie: string): Promise<{ readonly email: string }> {
    const answer = await caller.call('GET', '/api/v1/session', { cookie });
    return answer.json()['user'] as { readonly email: string };
  }

  /** The log and the tables have the uuid. */
  function uuidOf(key: string): string {
    const parsed = parseApiKey(key);
    assert.ok(parsed !== undefined);
    return parsed.uuid;
  }

  async function untilRefused(caller: Caller, who: { readonly key?: string; readonly cookie?: string }): Promise<void> {
    const path = who.key === undefined ? '/api/v1/session' : '/v1/models';
    await until(async () => {
      const answer = await caller.call('GET', path, who);
      if (answer.status !== 200) assertRefused(answer);
      return answer.status !== 200;
    }, 'it is refused');
  }

  function assertRefused(answer: Answer): void {
    assert.equal(answer.status, 401, answer.text);
  }

  async function untilEqual(sql: string, rows: readonly object[]): Promise<void> {
    await until(async () => JSON.stringify(await look(sql)) === JSON.stringify(rows), JSON.stringify(rows));
  }

  /** The promise is a second. What a busy machine took is told; a test fails on what never happens. */
  async function measure(t: TestContext, what: string, work: () => Promise<void>): Promise<void> {
    const startedMs = performance.now();
    await work();
    t.diagnostic(`${what} ${Math.round(performance.now() - startedMs)} ms after the reply on the other replica`);
  }
});
