// What is open ends when what it rests on changes: those who watch an organization are told, and told when nobody can tell.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { decodeId } from '@holdfast/protocol/ids.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { startDatabaseProxy } from '../database-proxy.ts';
import { joinOrganization, makeKey } from '../people.ts';
import { createWorld, type Founded } from '../world.ts';

type Told = 'changed' | 'unreadable';

/** By default as somebody whose credential was looked up before anything that the test did. */
function watchOf(kernel: Kernel, { organizationId }: Founded, epoch = 'long ago') {
  const told: Told[] = [];
  const orgId = decodeId('org', organizationId) ?? assert.fail();
  const watch = kernel.epochs.watch({ orgId, epoch }, (why) => told.push(why));
  return { told, watch };
}

/** Waits until it is so, or far longer than it ever takes. */
async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries += 1) {
    assert.ok(tries < 1_000, 'nobody was told');
    await wait(20);
  }
}

test('a revocation is told to who watches the organization, and to no other', async () => {
  await using world = await createWorld();
  const [acme, other] = [await world.found('acme'), await world.found('other')];
  const key = await makeKey(world, acme.credential, ['session:read']);
  const [mine, theirs, left] = [watchOf(world.kernel, acme), watchOf(world.kernel, other), watchOf(world.kernel, acme)];
  // Once soon after the start, since something has changed before it.
  await until(() => mine.told.length === 1 && theirs.told.length === 1 && left.told.length === 1);
  left.watch[Symbol.dispose]();
  await world.call('api_key.revoke', { credential: acme.credential, params: { apiKeyId: key.id } });
  await until(() => mine.told.length === 2);
  const late = watchOf(world.kernel, other);
  await until(() => late.told.length === 1);
  assert.deepEqual([mine.told, theirs.told, left.told], [['changed', 'changed'], ['changed'], ['changed']]);
});

test('what changed since the credential was looked up is told by the first reading, and nothing else by any', async () => {
  await using world = await createWorld();
  const acme = await world.found('acme');
  const current = async (): Promise<string> => {
    const { rows } = await world.admin('select holdfast.epoch_of($1) as epoch', [decodeId('org', acme.organizationId)]);
    return String(rows[0]?.['epoch']);
  };
  for (const scope of ['session:read', 'audit:read']) {
    const before = await current();
    const key = await makeKey(world, acme.credential, [scope]);
    await world.call('api_key.revoke', { credential: acme.credential, params: { apiKeyId: key.id } });
    assert.notEqual(await current(), before);
    const [late, inTime] = [watchOf(world.kernel, acme, before), watchOf(world.kernel, acme, await current())];
    await until(() => late.told.length === 1);
    // A second reading, which has to bring nothing either.
    const next = watchOf(world.kernel, acme);
    await until(() => next.told.length === 1);
    assert.deepEqual([late.told, inTime.told], [['changed'], []]);
    for (const { watch } of [late, inTime, next]) watch[Symbol.dispose]();
  }
});

test('ending a session is told too', async () => {
  await using world = await createWorld();
  const acme = { ...(await world.found('acme')), slug: 'acme' };
  const member = await joinOrganization(world, acme, 'member');
  const { told } = watchOf(world.kernel, acme);
  await until(() => told.length === 1);
  await world.call('session.delete', { credential: member.credential });
  await until(() => told.length === 2);
  assert.deepEqual(told, ['changed', 'changed']);
});

test('when epochs cannot be read, who watches is told so, once and for all', async () => {
  await using world = await createWorld();
  const acme = await world.found('acme');
  await using proxy = await startDatabaseProxy(world.settings);
  const { kernel } = await world.openReplica(proxy.settings);
  const { told } = watchOf(kernel, acme);
  await until(() => told.length === 1);
  for (const fault of ['silent', 'down'] as const) {
    const during = watchOf(kernel, acme);
    await proxy.set(fault);
    await until(() => during.told.at(-1) === 'unreadable');
    await proxy.set('pass');
    const after = watchOf(kernel, acme);
    await until(() => after.told.length > 0);
    assert.equal(during.told.filter((why) => why === 'unreadable').length, 1);
    assert.equal(during.told.at(-1), 'unreadable', 'who was told the end is told nothing more');
    after.watch[Symbol.dispose]();
  }
  assert.equal(told.at(-1), 'unreadable');
});
