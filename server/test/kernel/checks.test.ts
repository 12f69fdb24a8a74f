// Step 9 on a real database: who may see hears 403, everybody else 404; fresh proofs; and versions that were read.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STEP_UP_SECONDS } from '#kernel/checks.ts';
import { AppError } from '#kernel/errors.ts';
import type { Call, Reply } from '#kernel/call.ts';
import { joinOrganization, makeKey } from '../people.ts';
import { countThings, createThingWorld, eventsOf } from './things.ts';

async function openStage() {
  const world = await createThingWorld();
  const acme = { ...(await world.found('acme')), slug: 'acme' };
  const made = await world.call('thing.create', { credential: acme.credential, body: { name: 'first' } });
  const { id } = made.body as { readonly id: string };
  const dispose = () => world[Symbol.asyncDispose]();
  return { world, acme, credential: acme.credential, params: { thingId: id }, [Symbol.asyncDispose]: dispose };
}

async function refusalOf(call: Promise<Reply>): Promise<AppError> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof AppError, 'it was done');
  return error;
}

test('who may read a thing is told 403, who may not is told that it is not there', async () => {
  await using stage = await openStage();
  const { world, acme, params } = stage;
  const admin = await joinOrganization(world, acme, 'admin');
  const member = await joinOrganization(world, acme, 'member');
  // An admin reads all things and deletes none: the ceiling says so without looking.
  assert.equal(
    (await refusalOf(world.call('thing.delete', { credential: admin.credential, params }))).code,
    'auth.forbidden',
  );
  for (const route of ['thing.get', 'thing.update'])
    assert.equal(
      (
        await refusalOf(
          world.call(route, {
            credential: member.credential,
            params,
            body: route === 'thing.get' ? undefined : { name: 'x' },
          }),
        )
      ).code,
      'resource.not_found',
    );
  await world.admin('update holdfast.thing set owner_user_id = $1', [member.userId]);
  assert.equal(
    (await world.call('thing.update', { credential: member.credential, params, body: { name: 'mine' } })).status,
    200,
  );
});

test('a person whose proof is older than 15 minutes proves it again; the challenge says how fresh', async () => {
  await using stage = await openStage();
  const { world, credential, params } = stage;
  const proveAgo = (seconds: number) =>
    world.admin('update holdfast.session set proven_at = now() - make_interval(secs => $1)', [seconds]);
  await proveAgo(STEP_UP_SECONDS + 1);
  const refusal = await refusalOf(world.call('thing.delete', { credential, params }));
  assert.equal(refusal.code, 'auth.step_up');
  assert.match(
    refusal.headers['www-authenticate'] ?? '',
    /error="insufficient_user_authentication", acr_values="password", max_age="900"/,
  );
  assert.equal(await countThings(world), 1);
  const [event] = await eventsOf(world, 'thing.deleted');
  assert.deepEqual([event?.outcome, event?.facts['code']], ['denied', 'auth.step_up']);
  assert.equal(
    (await world.call('thing.get', { credential, params })).status,
    200,
    'a route without step-up asks for none',
  );
  await proveAgo(STEP_UP_SECONDS - 60);
  assert.equal((await world.call('thing.delete', { credential, params })).status, 204);
  assert.equal(await countThings(world), 0);
});

test('a change is made to the version that was read, or not at all', async () => {
  await using stage = await openStage();
  const { world, credential, params } = stage;
  const rename = (ifMatch: string | undefined): Promise<Reply> =>
    world.call('thing.update', {
      credential,
      params,
      body: { name: 'new' },
      ...(ifMatch === undefined ? {} : { ifMatch }),
    } satisfies Partial<Call>);
  assert.equal((await world.call('thing.get', { credential, params })).headers['etag'], '"1"');
  assert.equal((await rename('"1"')).headers['etag'], '"2"');
  for (const stale of ['"1"', '2', '"22"', '""', 'W/"2"', '"2', '"1", "3"']) {
    const refusal = await refusalOf(rename(stale));
    assert.equal(refusal.code, 'resource.changed', stale);
  }
  assert.equal((await rename('"7", "2"')).headers['etag'], '"3"');
  assert.equal((await rename('*')).headers['etag'], '"4"');
  assert.equal((await rename(undefined)).headers['etag'], '"5"');
  assert.equal((await eventsOf(world, 'thing.renamed')).length, 4);
});

test('of ten changes to the version that was read, one is made', async () => {
  await using stage = await openStage();
  const { world, credential, params } = stage;
  const ended = await Promise.allSettled(
    Array.from({ length: 10 }, (_, n) =>
      world.call('thing.update', { credential, params, body: { name: `n${String(n)}` }, ifMatch: '"1"' }),
    ),
  );
  assert.equal(ended.filter(({ status }) => status === 'fulfilled').length, 1);
  for (const one of ended)
    if (one.status === 'rejected') assert.equal((one.reason as AppError).code, 'resource.changed');
});

test('a tab of another organization changes nothing in this one', async () => {
  await using stage = await openStage();
  const { world, credential, params } = stage;
  const other = await world.found('other');
  const refusal = await refusalOf(
    world.call('thing.delete', { credential, params, organization: other.organizationId }),
  );
  assert.equal(refusal.code, 'auth.organization_mismatch');
  assert.equal(await countThings(world), 1);
});

test('a key is not asked to prove who it is, and does no more than its scopes', async () => {
  await using stage = await openStage();
  const { world, credential, params } = stage;
  const key = await makeKey(world, credential, ['thing:read']);
  assert.equal((await world.call('thing.get', { credential: key.credential, params })).status, 200);
  for (const route of ['thing.delete', 'thing.update'])
    assert.equal(
      (
        await refusalOf(
          world.call(route, {
            credential: key.credential,
            params,
            body: route === 'thing.update' ? { name: 'x' } : undefined,
          }),
        )
      ).code,
      'auth.forbidden',
    );
  assert.equal(
    (await refusalOf(world.call('thing.create', { credential: key.credential, body: { name: 'x' } }))).code,
    'auth.forbidden',
  );
});

test('every fault of the input is told at once, and what is not declared is one', async () => {
  await using stage = await openStage();
  const { world, credential } = stage;
  const call = { credential, params: { thingId: 'thg_short' }, query: { extra: '1' }, body: { name: '', more: true } };
  const refusal = await refusalOf(world.call('thing.update', call));
  assert.equal(refusal.code, 'request.invalid');
  assert.deepEqual(refusal.fields.map(({ pointer }) => pointer).toSorted(), [
    '/body',
    '/body/name',
    '/params/thingId',
    '/query',
  ]);
});
