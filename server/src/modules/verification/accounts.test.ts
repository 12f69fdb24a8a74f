// The account that exists to be probed is the same for every borrower, whatever the one before did to it, and one has it at a time.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProbeAccount } from '#verification/instance.ts';
import { addKeeper, NO_KEEPER } from '#test/memberships.ts';
import { createWorld, type World } from '#test/world.ts';
import { prepareAccounts } from './accounts.ts';

/** From now on: a file may be read long before its tests run. */
const soon = (): AbortSignal => AbortSignal.timeout(60_000);

function signIn(world: World, { email, password, probed }: ProbeAccount) {
  return world.call('session.create', { body: { email, password, organization: probed } });
}

async function rowsOf(world: World, table: string): Promise<number> {
  const { rows } = await world.admin(
    `select 1 from holdfast.${table} where user_id = (select user_id from holdfast.person where email = 'account@probe.invalid')`,
  );
  return rows.length;
}

test('whatever a run left behind, the next one signs in with a password, and leaves nothing itself', async () => {
  await using world = await createWorld();
  await prepareAccounts(world.kernel).borrow((account) => signIn(world, account), soon());
  assert.equal(await rowsOf(world, 'session'), 0);
  await addKeeper(world);
  // As after a crash in the middle: a factor, a suspension, another role and another password.
  const person = `(select user_id from holdfast.person where email = 'account@probe.invalid')`;
  await world.admin(
    `insert into holdfast.factor (user_id, id, kind, name, created_at, confirmed_at, sealed_secret, last_step)
     values (${person}, gen_random_uuid(), 'totp', 'left', now(), now(), '\\x00'::bytea, 0)`,
  );
  await world.admin(
    `update holdfast.member set role = 'viewer', status = 'suspended' where user_id = ${person} and ${NO_KEEPER}`,
  );
  await world.admin(`update holdfast.person set status = 'suspended' where user_id = ${person}`);
  const next = prepareAccounts(world.kernel);
  const reply = await next.borrow((account) => signIn(world, account), soon());
  assert.equal(reply.status, 201);
  assert.ok(reply.headers['set-cookie']);
  await assert.rejects(
    next.borrow(async () => {
      throw new Error('on purpose');
    }, soon()),
    /on purpose/,
  );
  assert.deepEqual([await rowsOf(world, 'session'), await rowsOf(world, 'factor')], [0, 0]);
});

test('of many borrowers, in one run and in several, one has it at a time', async () => {
  await using world = await createWorld();
  const runs = [prepareAccounts(world.kernel), prepareAccounts(world.kernel)];
  let holding = 0;
  const seen: number[] = [];
  const use = async (): Promise<void> => {
    holding += 1;
    seen.push(holding);
    await sleep(20);
    holding -= 1;
  };
  await Promise.all([...runs, ...runs].map((run) => run.borrow(use, soon())));
  assert.deepEqual(seen, [1, 1, 1, 1]);
});

test('nobody founds it twice, and nobody waits for it for ever', async () => {
  await using world = await createWorld();
  await Promise.all([1, 2].map(() => prepareAccounts(world.kernel).borrow(async () => undefined, soon())));
  const { rows } = await world.admin(`select 1 from holdfast.person where email = 'account@probe.invalid'`);
  assert.equal(rows.length, 1);
  const [held, lent] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const holder = prepareAccounts(world.kernel).borrow(() => {
    lent.resolve();
    return held.promise;
  }, soon());
  await lent.promise;
  const late = prepareAccounts(world.kernel).borrow(async () => undefined, AbortSignal.timeout(200));
  await assert.rejects(late);
  held.resolve();
  await holder;
});
