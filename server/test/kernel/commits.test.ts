// What a reply says happened is what happened: aborted commits, lost connections, conflicts, and outputs that do not fit.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { DatabaseError } from '#db/errors.ts';
import { AppError } from '#kernel/errors.ts';
import type { Reply } from '#kernel/call.ts';
import { startDatabaseProxy, type Fault } from '../database-proxy.ts';
import { countThings, createThingWorld, eventsOf, insertThing, type ThingWorld, toThing } from './things.ts';

async function refusalOf(call: Promise<Reply>): Promise<AppError> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof AppError, 'it was done');
  return error;
}

test('the COMMIT of an aborted transaction is an error, though PostgreSQL calls it a success', async () => {
  await using world = await createThingWorld();
  const { credential } = await world.found();
  world.hooks.peek = async (ctx) => {
    await insertThing(ctx, 'lost');
    await sql`select 1 / 0`.execute(ctx.tx).catch(() => undefined);
  };
  const refusal = await refusalOf(world.call('thing.peek', { credential }));
  assert.equal(refusal.code, 'server.unexpected');
  assert.ok(world.unexpected.some((error) => error instanceof DatabaseError && error.fault === 'aborted'));
  assert.equal(await countThings(world), 0);
  world.hooks.peek = async () => undefined;
  assert.equal((await world.call('thing.peek', { credential })).status, 200, 'the connection is usable again');
});

/** One call of a second server whose way to the database fails at its COMMIT. */
async function createThrough(world: ThingWorld, fault: Fault) {
  const { credential } = await world.found();
  const proxy = await startDatabaseProxy(world.settings);
  const replica = await world.openReplica(proxy.settings);
  await world.call('thing.peek', { credential }, replica.kernel);
  await proxy.set(fault);
  const call = world.call('thing.create', { credential, body: { name: 'perhaps' } }, replica.kernel);
  const ended = await call.catch((error: unknown) => error);
  await proxy.set('pass');
  return { ended, proxy, again: () => world.call('thing.peek', { credential }, replica.kernel) };
}

test('a connection lost after COMMIT was done: the event id answers that it took effect', async () => {
  await using world = await createThingWorld();
  const { ended, proxy, again } = await createThrough(world, 'commit_unanswered');
  assert.equal((ended as Reply).status, 201);
  assert.equal(await countThings(world), 1);
  assert.equal((await eventsOf(world, 'thing.created')).length, 1);
  assert.equal((await again()).status, 200);
  await proxy[Symbol.asyncDispose]();
});

test('a connection lost before COMMIT was done: the event id answers that nothing was changed', async () => {
  await using world = await createThingWorld();
  const { ended, proxy, again } = await createThrough(world, 'commit_lost');
  assert.equal((ended as AppError).code, 'server.unavailable');
  assert.equal(await countThings(world), 0);
  assert.equal((await again()).status, 200);
  await proxy[Symbol.asyncDispose]();
});

test('a connection lost at COMMIT with nobody to ask: the reply says that the outcome is unknown', async () => {
  await using world = await createThingWorld();
  const { ended, proxy } = await createThrough(world, 'commit_then_nothing');
  assert.equal((ended as AppError).code, 'server.outcome_unknown');
  await proxy[Symbol.asyncDispose]();
});

const SLOW_COMMIT = `
  create function holdfast.slow_commit() returns trigger language plpgsql as $$ begin perform pg_sleep(30); return null; end $$;
  grant execute on function holdfast.slow_commit() to holdfast_app;
  create constraint trigger slow_commit after insert on holdfast.thing deferrable initially deferred
    for each row when (new.name = 'slow') execute function holdfast.slow_commit()`;

test('a backend killed inside COMMIT changed nothing, and the reply says so', async () => {
  await using world = await createThingWorld();
  const { credential } = await world.found();
  await world.admin(SLOW_COMMIT);
  const call = refusalOf(world.call('thing.create', { credential, body: { name: 'slow' } }));
  for (let killed = 0; killed === 0;) {
    const found = await world.admin(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query = 'commit' and wait_event = 'PgSleep'",
    );
    killed = found.rowCount ?? 0;
  }
  assert.equal((await call).code, 'server.unavailable');
  assert.equal(await countThings(world), 0);
  assert.deepEqual(await eventsOf(world, 'thing.created'), []);
});

test('a serialization failure runs the whole handler again, and its facts stand once', async () => {
  await using world = await createThingWorld();
  const { credential } = await world.found();
  let attempts = 0;
  world.hooks.create = async (ctx, name) => {
    attempts += 1;
    ctx.note({ attempt: attempts, ...(attempts === 1 ? { onlyTheFirst: true } : {}) });
    const row = await insertThing(ctx, name);
    if (attempts < 3) await sql.raw("do $$ begin raise exception using errcode = '40001'; end $$").execute(ctx.tx);
    return toThing(row);
  };
  const reply = await world.call('thing.create', { credential, body: { name: 'third time' }, idempotencyKey: 'k' });
  assert.deepEqual([reply.status, attempts], [201, 3]);
  assert.equal(await countThings(world), 1);
  assert.deepEqual(
    (await eventsOf(world, 'thing.created')).map(({ facts }) => facts),
    [{ attempt: 3 }],
  );
});

test('a conflict that never ends is given up after four attempts, and nothing of it stays', async () => {
  await using world = await createThingWorld();
  const { credential } = await world.found();
  let attempts = 0;
  world.hooks.create = async (ctx, name) => {
    attempts += 1;
    await insertThing(ctx, name);
    return sql.raw("do $$ begin raise exception using errcode = '40P01'; end $$").execute(ctx.tx);
  };
  await refusalOf(world.call('thing.create', { credential, body: { name: 'never' } }));
  assert.equal(attempts, 4);
  assert.equal(await countThings(world), 0);
});

test('two calls that deadlock are both done', async () => {
  await using world = await createThingWorld();
  const { credential } = await world.found();
  const bothHold = Promise.withResolvers<void>();
  let holding = 0;
  world.hooks.create = async (ctx, name) => {
    const [first, second] = name === 'one' ? [1, 2] : [2, 1];
    await sql`select pg_advisory_xact_lock(${first})`.execute(ctx.tx);
    holding += 1;
    if (holding >= 2) bothHold.resolve();
    await bothHold.promise;
    await sql`select pg_advisory_xact_lock(${second})`.execute(ctx.tx);
    return toThing(await insertThing(ctx, name));
  };
  const replies = await Promise.all(
    ['one', 'two'].map((name) => world.call('thing.create', { credential, body: { name } })),
  );
  assert.deepEqual(
    replies.map(({ status }) => status),
    [201, 201],
  );
  assert.equal(holding, 3, 'one of them was run again');
  assert.equal(await countThings(world), 2);
});

test('a reply that does not fit its schema is our fault, and nothing of the call stays', async () => {
  await using world = await createThingWorld();
  const { credential } = await world.found();
  world.hooks.create = async (ctx, name) => {
    await insertThing(ctx, name);
    return { id: 'thg_1', name };
  };
  assert.equal(
    (await refusalOf(world.call('thing.create', { credential, body: { name: 'x' } }))).code,
    'server.unexpected',
  );
  assert.equal(await countThings(world), 0);
});

test('a field that is not declared does not leave', async () => {
  await using world = await createThingWorld();
  const { credential } = await world.found();
  world.hooks.create = async (ctx, name) => ({ ...toThing(await insertThing(ctx, name)), hidden: 'inside' });
  const reply = await world.call('thing.create', { credential, body: { name: 'x' }, idempotencyKey: 'k' });
  assert.deepEqual(Object.keys(reply.body as object).toSorted(), ['id', 'name', 'version']);
  const { rows } = await world.admin("select convert_from(reply, 'UTF8') as reply from holdfast.idempotency");
  assert.doesNotMatch((rows[0] as { reply: string }).reply, /inside/);
});

test('an event that cannot be written stops the change it tells of', async () => {
  await using world = await createThingWorld();
  const { credential } = await world.found();
  await world.admin('revoke insert on holdfast.audit_pending from holdfast_app');
  await refusalOf(world.call('thing.create', { credential, body: { name: 'untold' } }));
  assert.equal(await countThings(world), 0);
});
