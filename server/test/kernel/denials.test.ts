// Refusals leave a trace that cannot become a weapon: twenty singly, then counts; and a lost trace changes no reply.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inScope, type SystemTx } from '#db/scope.ts';
import { AppError, kernelErrors } from '#kernel/errors.ts';
import { kernelModule } from '#kernel/housekeeping.ts';
import { createRecorder, SINGLY_A_MINUTE_MAX } from '#kernel/recorder.ts';
import type { Principal } from '#kernel/principal.ts';
import { NO_REACH } from '#kernel/permissions.ts';
import { joinOrganization } from '../people.ts';
import { createThingWorld, eventsOf, type ThingWorld } from './things.ts';

type Tally = { readonly stream_kind: string; readonly source: string; readonly reason: string; readonly count: string };

async function talliesOf(world: ThingWorld): Promise<readonly Tally[]> {
  await world.kernel.recorder.flush();
  const { rows } = await world.admin(
    'select stream_kind, source, reason, count from holdfast.denial_tally order by source, reason',
  );
  return rows as readonly Tally[];
}

const REFUSED = SINGLY_A_MINUTE_MAX + 5;

test('a principal’s denials are written singly up to twenty a minute, then counted', async () => {
  await using world = await createThingWorld();
  const acme = { ...(await world.found('acme')), slug: 'acme' };
  const viewer = await joinOrganization(world, acme, 'viewer');
  // A recorder whose minute does not end under the test.
  const recorder = createRecorder({
    lanes: world.kernel.lanes,
    onLost: (error) => world.unexpected.push(error),
    nowMs: () => 0,
  });
  const kernel = { ...world.kernel, recorder };
  for (let n = 0; n < REFUSED; n += 1)
    await assert.rejects(world.call('thing.create', { credential: viewer.credential, body: { name: 'x' } }, kernel), {
      code: 'auth.forbidden',
    });
  const events = await eventsOf(world, 'thing.created');
  assert.equal(events.length, SINGLY_A_MINUTE_MAX);
  assert.ok(
    events.every(
      ({ outcome, facts }) =>
        outcome === 'denied' && facts['code'] === 'auth.forbidden' && facts['route'] === 'thing.create',
    ),
  );
  await recorder.close();
  const [tally, ...others] = await talliesOf(world);
  assert.deepEqual([tally?.stream_kind, tally?.reason, tally?.count, others.length], ['org', 'auth.forbidden', '5', 0]);
  assert.match(tally?.source ?? '', /^user:[0-9a-f-]{36}$/);
});

test('a new minute writes singly again, and every principal has twenty of its own', async () => {
  await using world = await createThingWorld();
  let minute = 0;
  const recorder = createRecorder({
    lanes: world.kernel.lanes,
    onLost: (error) => world.unexpected.push(error),
    nowMs: () => minute * 60_000,
  });
  const who: Principal = { kind: 'operator', uid: 1, reach: NO_REACH };
  const refuse = (principal: Principal) =>
    recorder.record({
      principal,
      addressKey: '::1',
      requestId: 'r',
      action: 'thing.tried',
      route: 'thing.try',
      outcome: 'denied',
      code: 'auth.forbidden',
      asked: [],
    });
  for (let n = 0; n < REFUSED; n += 1) await refuse(who);
  minute = 1;
  await refuse(who);
  await refuse({ kind: 'operator', uid: 2, reach: NO_REACH });
  await recorder.close();
  assert.equal((await eventsOf(world, 'thing.tried')).length, SINGLY_A_MINUTE_MAX + 2);
  assert.deepEqual(
    (await talliesOf(world)).map(({ source, count }) => [source, count]),
    [['operator:1', '5']],
  );
});

test('strangers are one count an address, reason and minute, never a row each', async () => {
  await using world = await createThingWorld();
  const stranger = { credential: { kind: 'unknown' } as const };
  for (let n = 0; n < 30; n += 1) await assert.rejects(world.call('thing.peek', stranger), { code: 'auth.invalid' });
  for (let n = 0; n < 3; n += 1)
    await assert.rejects(
      world.call('thing.peek', { ...stranger, caller: { address: '192.0.2.1', addressKey: '192.0.2.1', device: '' } }),
      { code: 'auth.invalid' },
    );
  const tallies = await talliesOf(world);
  assert.deepEqual(
    tallies.map(({ stream_kind: kind, source, reason, count }) => [kind, source, reason, count]),
    [
      ['system', '127.0.0.1', 'auth.invalid', '30'],
      ['system', '192.0.2.1', 'auth.invalid', '3'],
    ],
  );
  const { rowCount } = await world.admin("select from holdfast.audit_pending where outcome = 'denied'");
  assert.equal(rowCount, 0);
});

test('counts of a minute that is over become events with their count, once', async () => {
  await using world = await createThingWorld();
  for (let n = 0; n < 7; n += 1)
    await assert.rejects(world.call('thing.peek', { credential: { kind: 'unknown' } }), { code: 'auth.invalid' });
  await talliesOf(world);
  const job = kernelModule.jobs?.find(({ id }) => id === 'kernel.close_tallies');
  assert.ok(job !== undefined);
  const close = () =>
    inScope<SystemTx, void>(
      world.kernel.lanes,
      { system: true },
      ({ tx, now }) => job.run({ tx, now, requestId: 'job' }, {}),
      { role: 'holdfast_maintenance' },
    );
  await close();
  assert.equal((await talliesOf(world)).length, 1, 'the minute is not over');
  await world.admin("update holdfast.denial_tally set minute = minute - interval '5 minutes'");
  await close();
  await close();
  assert.equal((await talliesOf(world)).length, 0);
  const events = await eventsOf(world, 'access.refused');
  assert.deepEqual(
    events.map(({ outcome, facts }) => [outcome, facts['code'], facts['count']]),
    [['denied', 'auth.invalid', 7]],
  );
});

test('what is only a wrong request is no event', async () => {
  await using world = await createThingWorld();
  const { credential } = await world.found();
  await assert.rejects(world.call('thing.create', { credential, body: {} }), { code: 'request.invalid' });
  assert.deepEqual(await eventsOf(world, 'thing.created'), []);
  assert.deepEqual(await talliesOf(world), []);
});

test('a trace that cannot be written raises the alarm and changes no reply', async () => {
  await using world = await createThingWorld();
  const acme = { ...(await world.found('acme')), slug: 'acme' };
  const viewer = await joinOrganization(world, acme, 'viewer');
  await world.admin('revoke insert on holdfast.audit_pending, holdfast.denial_tally from holdfast_app');
  await assert.rejects(world.call('thing.create', { credential: viewer.credential, body: { name: 'x' } }), {
    code: 'auth.forbidden',
  });
  assert.equal(world.unexpected.length, 1);
  await assert.rejects(world.call('thing.peek', { credential: { kind: 'unknown' } }), { code: 'auth.invalid' });
  await world.kernel.recorder.flush();
  assert.equal(world.unexpected.length, 2);
  await world.admin('grant insert on holdfast.audit_pending, holdfast.denial_tally to holdfast_app');
  assert.deepEqual(
    (await talliesOf(world)).map(({ count }) => count),
    ['1'],
    'the count is kept until it can be written',
  );
});

test('what is counted while counts cannot be written is added to them', async () => {
  await using world = await createThingWorld();
  const refuse = () =>
    assert.rejects(world.call('thing.peek', { credential: { kind: 'unknown' } }), { code: 'auth.invalid' });
  await world.admin('revoke insert on holdfast.denial_tally from holdfast_app');
  await refuse();
  const flushing = world.kernel.recorder.flush();
  await refuse();
  await flushing;
  await world.admin('grant insert on holdfast.denial_tally to holdfast_app');
  assert.deepEqual(
    (await talliesOf(world)).map(({ count }) => count),
    ['2'],
  );
});

test('a failure of ours is recorded as failed, without its cause', async () => {
  await using world = await createThingWorld();
  const { credential } = await world.found();
  world.hooks.create = () => Promise.reject(new Error('sesame'));
  const error: unknown = await world
    .call('thing.create', { credential, body: { name: 'x' } })
    .catch((thrown: unknown) => thrown);
  assert.ok(error instanceof AppError);
  assert.equal(error.spec, kernelErrors['server.unexpected'].spec);
  const [event] = await eventsOf(world, 'thing.created');
  assert.deepEqual(
    [event?.outcome, event?.facts['code'], event?.facts['route']],
    ['failed', 'server.unexpected', 'thing.create'],
  );
  assert.doesNotMatch(JSON.stringify([event, error.message, error.detail]), /sesame/);
  assert.match(String(world.unexpected[0]), /sesame/);
});
