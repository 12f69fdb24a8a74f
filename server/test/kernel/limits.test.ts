// Steps 1, 2 and 5: budgets of an address, of its failed credentials, of callers, organizations and inputs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '#kernel/errors.ts';
import type { Call, Reply } from '#kernel/call.ts';
import type { LimitTable } from '#kernel/kernel.ts';
import type { LimitStore } from '#kernel/limits/limits.ts';
import { joinOrganization } from '../people.ts';
import { WIDE_LIMITS } from '../world.ts';
import { countThings, createThingWorld, type ThingWorld } from './things.ts';

const body = { name: 'x' };
/** So slow that nothing comes back while a test runs. */
const few = (burst: number) => ({ perMinute: 0.001, burst });

async function codeOf(call: Promise<Reply>): Promise<string> {
  const ended: unknown = await call.catch((error: unknown) => error);
  return ended instanceof AppError ? ended.code : 'done';
}

async function codesOf(times: number, call: () => Promise<Reply>): Promise<readonly string[]> {
  const codes: string[] = [];
  for (let n = 0; n < times; n += 1) codes.push(await codeOf(call()));
  return codes;
}

/** Limits hold for a second server, so that making the world uses nothing up. */
async function withLimits(world: ThingWorld, limits: Partial<LimitTable>) {
  const replica = await world.openReplica();
  const kernel = { ...replica.kernel, limitTable: { ...WIDE_LIMITS, ...limits } };
  return { kernel, call: (route: string, call: Partial<Call>) => world.call(route, call, kernel) };
}

const from = (address: string): Partial<Call> => ({ caller: { address, addressKey: address, device: '' } });

test('a caller has a budget for each class; over it is 429 with the time to wait, and nothing is done', async () => {
  await using world = await createThingWorld();
  const acme = { ...(await world.found('acme')), slug: 'acme' };
  const member = await joinOrganization(world, acme, 'member');
  const { call } = await withLimits(world, { write: few(2) });
  const create = (credential: Call['credential']) => call('thing.create', { credential, body });
  const reply = await create(acme.credential);
  assert.match(reply.headers['ratelimit'] ?? '', /^"write";r=1;/);
  assert.deepEqual(await codesOf(3, () => create(acme.credential)), ['done', 'rate.exceeded', 'rate.exceeded']);
  const refusal: unknown = await create(acme.credential).catch((error: unknown) => error);
  assert.ok(refusal instanceof AppError && Number(refusal.headers['retry-after']) > 0);
  assert.deepEqual(await codesOf(3, () => create(member.credential)), ['done', 'done', 'rate.exceeded']);
  assert.equal(
    await codeOf(call('organization.get', { credential: acme.credential })),
    'done',
    'another class has its own',
  );
  assert.equal(await countThings(world), 4);
});

test('an organization has one budget for all its members, and another organization its own', async () => {
  await using world = await createThingWorld();
  const acme = { ...(await world.found('acme')), slug: 'acme' };
  const other = await world.found('other');
  const member = await joinOrganization(world, acme, 'member');
  const { call } = await withLimits(world, { organization: few(3) });
  const create = (credential: Call['credential']) => codeOf(call('thing.create', { credential, body }));
  const codes = [
    await create(acme.credential),
    await create(member.credential),
    await create(acme.credential),
    await create(member.credential),
  ];
  assert.deepEqual(codes, ['done', 'done', 'done', 'rate.exceeded']);
  assert.equal(await create(other.credential), 'done');
});

test('an address has a budget for everything, asked before anybody is looked up', async () => {
  await using world = await createThingWorld();
  const { credential } = await world.found();
  const { call } = await withLimits(world, { address: few(2) });
  assert.deepEqual(await codesOf(3, () => call('setup.state', from('192.0.2.1'))), ['done', 'done', 'rate.exceeded']);
  assert.equal(await codeOf(call('thing.peek', { credential, ...from('192.0.2.1') })), 'rate.exceeded');
  assert.equal(await codeOf(call('thing.peek', { credential, ...from('192.0.2.2') })), 'done');
});

test('only failed credentials use up the budget of failures; over it they are 429, and a good one is never refused for them', async () => {
  await using world = await createThingWorld();
  const { credential } = await world.found();
  const { call } = await withLimits(world, { failed_credentials: few(3) });
  const good = () => codeOf(call('thing.peek', { credential, ...from('192.0.2.1') }));
  const bad = (address: string) => () =>
    call('thing.peek', { credential: { kind: 'session', secret: 'guess' }, ...from(address) });
  for (let n = 0; n < 5; n += 1) assert.equal(await good(), 'done');
  const over = ['auth.invalid', 'auth.invalid', 'auth.invalid', 'rate.exceeded', 'rate.exceeded'];
  assert.deepEqual(await codesOf(5, bad('192.0.2.1')), over);
  assert.equal(await good(), 'done', 'a neighbor who guesses shuts nobody out');
  assert.deepEqual(await codesOf(1, bad('192.0.2.2')), ['auth.invalid'], 'another address has its own');
  assert.equal(await codeOf(call('setup.state', from('192.0.2.1'))), 'done', 'who brings no credential guesses none');
});

test('a store that answers for no key allows nothing', async () => {
  await using world = await createThingWorld();
  const { credential } = await world.found();
  const { kernel } = await withLimits(world, {});
  const silent: LimitStore = { ...kernel.limits, take: async () => [] };
  const call = world.call('thing.create', { credential, body }, { ...kernel, limits: silent });
  assert.equal(await codeOf(call), 'rate.exceeded');
  assert.equal(await countThings(world), 0);
});
