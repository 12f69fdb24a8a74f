// When the database is away, slow or busy the answer is a named refusal in bounded time, and never an allowance.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { AppError } from '#kernel/errors.ts';
import { PATIENCE } from '#db/pool.ts';
import type { Reply } from '#kernel/call.ts';
import { startDatabaseProxy } from '../database-proxy.ts';
import { countThings, createThingWorld, insertThing, toThing } from './things.ts';

const body = { name: 'x' };

async function codeOf(call: Promise<Reply>): Promise<string> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof AppError, 'it was done');
  return error.code;
}

test('a database that is down is a 503 that says when to try again, and it comes back by itself', async () => {
  await using world = await createThingWorld();
  const { credential } = await world.found();
  await using proxy = await startDatabaseProxy(world.settings);
  const { kernel } = await world.openReplica(proxy.settings);
  const create = () => world.call('thing.create', { credential, body }, kernel);
  assert.equal((await create()).status, 201);
  await proxy.set('down');
  for (let n = 0; n < 3; n += 1) {
    const refusal: unknown = await create().catch((error: unknown) => error);
    assert.ok(refusal instanceof AppError);
    assert.deepEqual([refusal.code, refusal.headers['retry-after']], ['server.unavailable', '2']);
  }
  assert.equal(await countThings(world), 1);
  await proxy.set('pass');
  assert.equal((await create()).status, 201);
});

test('a connection that breaks in the middle of a handler is a 503, and nothing of it stays', async () => {
  await using world = await createThingWorld();
  const { credential } = await world.found();
  await using proxy = await startDatabaseProxy(world.settings);
  const { kernel } = await world.openReplica(proxy.settings);
  world.hooks.create = async (ctx, name) => {
    const row = await insertThing(ctx, name);
    await proxy.set('down');
    return toThing((await insertThing(ctx, name)) ?? row);
  };
  assert.equal(await codeOf(world.call('thing.create', { credential, body }, kernel)), 'server.unavailable');
  assert.equal(await countThings(world), 0);
});

test('a statement that takes too long, and a lock that is not given, end as 503', async () => {
  await using world = await createThingWorld({ patience: PATIENCE });
  const { credential } = await world.found();
  world.hooks.create = async (ctx, name) => {
    await insertThing(ctx, name);
    return sql
      .raw(name === 'sleeps' ? 'select pg_sleep(60)' : 'lock table thing in access exclusive mode')
      .execute(ctx.tx);
  };
  const mayGo = Promise.withResolvers<void>();
  const isHolding = Promise.withResolvers<void>();
  world.hooks.peek = async (ctx) => {
    await insertThing(ctx, 'holds');
    isHolding.resolve();
    await mayGo.promise;
  };
  const holder = world.call('thing.peek', { credential });
  await isHolding.promise;
  await world.admin('grant update on holdfast.thing to holdfast_app');
  const codes = await Promise.all(
    ['sleeps', 'locks'].map((name) => codeOf(world.call('thing.create', { credential, body: { name } }))),
  );
  assert.deepEqual(codes, ['server.unavailable', 'server.unavailable']);
  mayGo.resolve();
  assert.equal((await holder).status, 200);
  assert.equal(await countThings(world), 1);
});

test('when all connections for requests are taken, credentials, probes and jobs still have theirs', async () => {
  await using world = await createThingWorld({ patience: PATIENCE });
  const { credential } = await world.found();
  const mayGo = Promise.withResolvers<void>();
  let inside = 0;
  const allInside = Promise.withResolvers<void>();
  world.hooks.peek = async () => {
    inside += 1;
    if (inside === 10) allInside.resolve();
    await mayGo.promise;
  };
  const holders = Array.from({ length: 10 }, () => world.call('thing.peek', { credential }));
  await allInside.promise;
  const waiting = codeOf(world.call('thing.create', { credential, body }));
  assert.equal(
    await codeOf(world.call('thing.create', { credential: { kind: 'session', secret: 'x' }, body })),
    'auth.invalid',
  );
  for (const lane of ['health', 'signIn', 'jobs'] as const)
    assert.equal((await world.kernel.tools.lookup('is_set_up', [], lane)).length, 1, lane);
  assert.equal(await waiting, 'server.unavailable', 'who waits longer than three seconds is told to come back');
  mayGo.resolve();
  for (const reply of await Promise.all(holders)) assert.equal(reply.status, 200);
  assert.equal((await world.call('thing.create', { credential, body })).status, 201);
});
