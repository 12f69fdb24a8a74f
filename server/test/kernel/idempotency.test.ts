// Same key, same request, one effect: in any number at once, over retries, for secrets, and until it expires.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '#kernel/errors.ts';
import type { Call, Reply } from '#kernel/call.ts';
import { joinOrganization, makeKey, signIn } from '../people.ts';
import { countThings, createThingWorld, eventsOf, toThing, insertThing } from './things.ts';

const body = { name: 'only one' };

async function openStage() {
  const world = await createThingWorld();
  const acme = { ...(await world.found('acme')), slug: 'acme' };
  const { credential } = acme;
  const make = (idempotencyKey: string, more: Partial<Call> = {}, route = 'thing.create'): Promise<Reply> =>
    world.call(route, { credential, body, idempotencyKey, ...more });
  return { world, acme, credential, make, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

function codeOf(error: unknown): string {
  assert.ok(error instanceof AppError);
  return error.code;
}

test('the same request with the same key is answered again and done once', async () => {
  await using stage = await openStage();
  const { world, make } = stage;
  const first = await make('k1');
  const again = await make('k1');
  assert.deepEqual([again.status, again.body], [first.status, first.body]);
  assert.deepEqual([first.headers['idempotency-replayed'], again.headers['idempotency-replayed']], [undefined, 'true']);
  assert.equal(await countThings(world), 1);
  assert.equal((await eventsOf(world, 'thing.created')).length, 1);
  await make('k2');
  assert.equal(await countThings(world), 2);
});

test('fifty at once with one key have exactly one effect; the others get its reply or are told that it is under way', async () => {
  await using stage = await openStage();
  const { world, make } = stage;
  const ended = await Promise.allSettled(Array.from({ length: 50 }, () => make('storm')));
  const replies = ended.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const refusals = ended.flatMap((one) => (one.status === 'rejected' ? [codeOf(one.reason)] : []));
  assert.ok(replies.length >= 1);
  assert.equal(replies.filter(({ headers }) => headers['idempotency-replayed'] === undefined).length, 1);
  assert.equal(new Set(replies.map((reply) => JSON.stringify(reply.body))).size, 1);
  assert.deepEqual(new Set(refusals), new Set(refusals.length === 0 ? [] : ['idempotency.in_flight']));
  assert.equal(await countThings(world), 1);
  assert.equal((await eventsOf(world, 'thing.created')).length, 1);
});

test('while the first is under way a second is told so at once, without waiting for it', async () => {
  await using stage = await openStage();
  const { world, make } = stage;
  const [entered, mayGo] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  world.hooks.create = async (ctx, name) => {
    entered.resolve();
    await mayGo.promise;
    return toThing(await insertThing(ctx, name));
  };
  const first = make('slow');
  await entered.promise;
  assert.equal(codeOf(await make('slow').catch((error: unknown) => error)), 'idempotency.in_flight');
  mayGo.resolve();
  assert.equal((await first).status, 201);
  assert.equal((await make('slow')).headers['idempotency-replayed'], 'true');
});

test('the key of one request does not answer another request', async () => {
  await using stage = await openStage();
  const { world, make, credential } = stage;
  await make('k');
  assert.equal(
    codeOf(await make('k', { body: { name: 'another' } }).catch((error: unknown) => error)),
    'idempotency.mismatch',
  );
  assert.equal(await countThings(world), 1);
  const [{ thingId }] = [{ thingId: ((await make('k')).body as { id: string }).id }];
  const rename = { credential, params: { thingId }, body: { name: 'other route' }, idempotencyKey: 'k' };
  assert.equal(
    (await world.call('thing.update', rename)).headers['idempotency-replayed'],
    undefined,
    'a route has keys of its own',
  );
});

test('a person keeps keys over a new sign-in; another person and an API key have their own', async () => {
  await using stage = await openStage();
  const { world, make, acme, credential } = stage;
  const first = await make('k');
  const again = await make('k', { credential: await signIn(world, 'owner@acme.example') });
  assert.deepEqual([again.body, again.headers['idempotency-replayed']], [first.body, 'true']);
  const member = await joinOrganization(world, acme, 'member');
  const key = await makeKey(world, credential, ['thing:create']);
  for (const other of [member.credential, key.credential])
    assert.equal((await make('k', { credential: other })).headers['idempotency-replayed'], undefined);
  assert.equal(await countThings(world), 3);
});

test('a failed request leaves no reply behind, so it can be sent again', async () => {
  await using stage = await openStage();
  const { world, make } = stage;
  const { create } = world.hooks;
  world.hooks.create = async (ctx, name) => {
    await create(ctx, name);
    throw new Error('after the work');
  };
  assert.equal(codeOf(await make('k').catch((error: unknown) => error)), 'server.unexpected');
  assert.equal(await countThings(world), 0);
  world.hooks.create = create;
  assert.equal((await make('k')).headers['idempotency-replayed'], undefined);
  assert.equal(await countThings(world), 1);
});

test('a key has 1 to 200 characters', async () => {
  await using stage = await openStage();
  const { world, make } = stage;
  for (const key of ['', 'k'.repeat(201)])
    assert.equal(codeOf(await make(key).catch((error: unknown) => error)), 'request.invalid');
  assert.equal(await countThings(world), 0);
  await make('k'.repeat(200));
});

async function storedReplies(world: Awaited<ReturnType<typeof openStage>>['world']) {
  const { rows } = await world.admin(
    'select route, sealed, reply, round(extract(epoch from expires_at - now()) / 60)::int as minutes from holdfast.idempotency order by route',
  );
  return rows as readonly { route: string; sealed: boolean; reply: Buffer; minutes: number }[];
}

test('a reply with a secret is stored sealed, for ten minutes; any other for a day', async () => {
  await using stage = await openStage();
  const { world, make } = stage;
  const minted = await make('k', { requestId: 'req_first' }, 'thing.mint');
  await make('k');
  assert.equal((minted.body as { secret: string }).secret, 'sesame-req_first');
  assert.equal(minted.headers['cache-control'], 'no-store');
  const [created, sealed] = await storedReplies(world);
  assert.deepEqual([created?.sealed, created?.minutes], [false, 1440]);
  assert.deepEqual([sealed?.sealed, sealed?.minutes], [true, 10]);
  assert.equal(sealed?.reply.includes('sesame'), false);
  const again = await make('k', { requestId: 'req_second' }, 'thing.mint');
  assert.deepEqual(again.body, minted.body);
});

test('a secret that is shown again leaves an event that says so', async () => {
  await using stage = await openStage();
  const { world, make } = stage;
  await make('k', {}, 'thing.mint');
  await make('k', {}, 'thing.mint');
  assert.equal((await eventsOf(world, 'thing.minted')).length, 1);
  assert.equal((await eventsOf(world, 'secret.shown_again')).length, 1);
});

test('a stored reply asks for the same fresh proof as the call that it answers', async () => {
  await using stage = await openStage();
  const { world, make } = stage;
  const body = { name: 'ci', scopes: ['models:use'] };
  await make('k', { body }, 'api_key.create');
  await world.admin("update holdfast.session set proven_at = now() - interval '16 minutes'");
  assert.equal(codeOf(await make('k', { body }, 'api_key.create').catch((error: unknown) => error)), 'auth.step_up');
});

test('a sealed reply moved to another row opens nothing', async () => {
  await using stage = await openStage();
  const { world, make } = stage;
  await make('one', {}, 'thing.mint');
  await make('two', {}, 'thing.mint');
  await world.admin(`update holdfast.idempotency i set reply = o.reply from holdfast.idempotency o
    where i.route = 'thing.mint' and o.route = 'thing.mint' and i.key_hash < o.key_hash`);
  const ended = await Promise.allSettled([make('one', {}, 'thing.mint'), make('two', {}, 'thing.mint')]);
  const refused = ended.flatMap((one) => (one.status === 'rejected' ? [codeOf(one.reason)] : []));
  assert.deepEqual(refused, ['server.unavailable']);
  assert.equal(await countThings(world), 2);
});

test('an expired reply answers nothing any more: the request is done again', async () => {
  await using stage = await openStage();
  const { world, make } = stage;
  await make('k');
  await world.admin("update holdfast.idempotency set expires_at = now() - interval '1 second'");
  assert.equal((await make('k')).headers['idempotency-replayed'], undefined);
  assert.equal(await countThings(world), 2);
  assert.equal((await make('k')).headers['idempotency-replayed'], 'true');
});

test('a replayed call is still a call that may be refused: a key that was revoked gets no stored reply', async () => {
  await using stage = await openStage();
  const { world, make, credential } = stage;
  const key = await makeKey(world, credential, ['thing:create']);
  await make('k', { credential: key.credential });
  await world.call('api_key.revoke', { credential, params: { apiKeyId: key.id } });
  assert.equal(
    codeOf(await make('k', { credential: key.credential }).catch((error: unknown) => error)),
    'auth.invalid',
  );
});
