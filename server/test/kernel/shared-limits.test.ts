// Step 5 where many share a budget: one API key over every class, one organization, everybody together.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '#kernel/errors.ts';
import type { Call, Reply } from '#kernel/call.ts';
import type { LimitTable } from '#kernel/kernel.ts';
import { makeKey } from '../people.ts';
import { WIDE_LIMITS } from '../world.ts';
import { createThingWorld, type ThingWorld } from './things.ts';

const body = { name: 'x' };
/** So slow that nothing comes back while a test runs. */
const few = (burst: number) => ({ perMinute: 0.001, burst });

async function outcomeOf(call: Promise<Reply>): Promise<string> {
  const ended: unknown = await call.catch((error: unknown) => error);
  if (!(ended instanceof AppError)) return 'done';
  return `${ended.code} ${/^"[a-z_]+"/.exec(ended.headers['ratelimit'] ?? '')?.[0] ?? ''}`;
}

/** Limits hold for a second server, so that making the world uses nothing up. */
async function openLimited(world: ThingWorld, limits: Partial<LimitTable>) {
  const replica = await world.openReplica();
  const kernel = { ...replica.kernel, limitTable: { ...WIDE_LIMITS, ...limits } };
  return (route: string, call: Partial<Call>) => outcomeOf(world.call(route, call, kernel));
}

test('an API key has one budget over all classes, and its person and another key have their own', async () => {
  await using world = await createThingWorld();
  const { credential } = await world.found();
  const scopes = ['thing:read', 'thing:create'];
  const [one, other] = [await makeKey(world, credential, scopes), await makeKey(world, credential, scopes)];
  const call = await openLimited(world, { api_key: few(2) });
  assert.equal(await call('thing.create', { credential: one.credential, body }), 'done');
  assert.equal(await call('thing.list', { credential: one.credential }), 'done');
  assert.equal(await call('thing.list', { credential: one.credential }), 'rate.exceeded "api_key"');
  assert.equal(await call('thing.create', { credential: one.credential, body }), 'rate.exceeded "api_key"');
  assert.equal(await call('thing.create', { credential: other.credential, body }), 'done');
  for (let n = 0; n < 3; n += 1) assert.equal(await call('thing.list', { credential }), 'done');
});

test('everybody together has one budget, the unknown included; only the operator of the host is outside', async () => {
  await using world = await createThingWorld();
  const [acme, other] = [await world.found('acme'), await world.found('other')];
  const call = await openLimited(world, { global: few(3) });
  assert.equal(await call('thing.list', { credential: acme.credential }), 'done');
  assert.equal(await call('thing.list', { credential: other.credential }), 'done');
  assert.equal(await call('setup.state', {}), 'done');
  assert.equal(await call('thing.list', { credential: acme.credential }), 'rate.exceeded "global"');
  assert.equal(await call('setup.state', {}), 'rate.exceeded "global"');
  assert.doesNotMatch(await call('setup.issue_token', { credential: { kind: 'operator', uid: 0 } }), /rate/);
});

test('calls refused for a budget of their own use up nothing that others share', async () => {
  await using world = await createThingWorld();
  const { credential } = await world.found();
  const key = await makeKey(world, credential, ['thing:read']);
  const call = await openLimited(world, { api_key: few(1), organization: few(3), global: few(4) });
  assert.equal(await call('thing.list', { credential: key.credential }), 'done');
  for (let n = 0; n < 10; n += 1)
    assert.equal(await call('thing.list', { credential: key.credential }), 'rate.exceeded "api_key"');
  assert.equal(await call('thing.list', { credential }), 'done');
  assert.equal(await call('thing.list', { credential }), 'done');
  for (let n = 0; n < 10; n += 1)
    assert.equal(await call('thing.list', { credential }), 'rate.exceeded "organization"');
  assert.equal(await call('setup.state', {}), 'done', 'nor does an organization that is over its own');
});
