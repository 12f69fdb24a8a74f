// Ending a lock before its time: who may, for whom, and what it leaves.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Kernel } from '#kernel/kernel.ts';
import { memberIdOf } from '#test/memberships.ts';
import { joinOrganization, type Person } from '#test/people.ts';
import { createWorld, PASSWORD, type World, WIDE_LIMITS } from '#test/world.ts';

const OPERATOR = { credential: { kind: 'operator', uid: 0 } } as const;

/** The product's own number of failures. */
function locking(kernel: Kernel): Kernel {
  const signInFailures = { account: WIDE_LIMITS.sign_in, address: WIDE_LIMITS.sign_in };
  return { ...kernel, tools: { ...kernel.tools, signInFailures } };
}

const signIn = (world: World, email: string, password = PASSWORD) =>
  world.call('session.create', { body: { email, password } }, locking(world.kernel));

async function lock(world: World, email: string): Promise<void> {
  for (let n = 0; n < 10; n += 1) await assert.rejects(signIn(world, email, 'wrong'));
  await assert.rejects(signIn(world, email), { code: 'rate.exceeded' });
}

async function stage() {
  const world = await createWorld();
  const acme = await world.found('acme');
  const other = await world.found('other');
  const join = (role: 'admin' | 'member' | 'viewer'): Promise<Person> =>
    joinOrganization(world, { organizationId: acme.organizationId, slug: 'acme' }, role);
  return { world, acme, other, join, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

const events = async (world: World): Promise<readonly unknown[]> =>
  (
    await world.admin(
      "select stream_kind, outcome, target ->> 'id' as target, facts from holdfast.audit_pending where action = 'account.unlocked' and outcome = 'allowed' order by at",
    )
  ).rows;

test('an admin ends the lock of a member, and of nobody else; it is in the log', async () => {
  await using here = await stage();
  const { world } = here;
  const [admin, member, bystander] = [await here.join('admin'), await here.join('member'), await here.join('member')];
  await lock(world, member.email);
  await lock(world, bystander.email);
  const params = { memberId: await memberIdOf(world, member) };
  const { body } = await world.call('account.unlock_member', { credential: admin.credential, params });
  assert.deepEqual(body, { wasLocked: true });
  await signIn(world, member.email);
  await assert.rejects(signIn(world, bystander.email), { code: 'rate.exceeded' });
  assert.deepEqual(await events(world), [
    { stream_kind: 'org', outcome: 'allowed', target: member.userId, facts: { wasLocked: true } },
  ]);
  assert.deepEqual((await world.call('account.unlock_member', { credential: admin.credential, params })).body, {
    wasLocked: false,
  });
});

test('members, and admins of another organization, end no lock and learn nothing', async () => {
  await using here = await stage();
  const { world } = here;
  const [member, other] = [await here.join('member'), await here.join('viewer')];
  await lock(world, other.email);
  const params = { memberId: await memberIdOf(world, other) };
  await assert.rejects(world.call('account.unlock_member', { credential: member.credential, params }), {
    code: 'auth.forbidden',
  });
  await assert.rejects(world.call('account.unlock_member', { credential: here.other.credential, params }), {
    code: 'resource.not_found',
  });
  await assert.rejects(signIn(world, other.email), { code: 'rate.exceeded' });
});

test('it demands a fresh proof', async () => {
  await using here = await stage();
  const { world, acme } = here;
  const member = await here.join('member');
  await world.admin("update holdfast.session set proven_at = now() - interval '16 minutes'");
  const params = { memberId: await memberIdOf(world, member) };
  await assert.rejects(world.call('account.unlock_member', { credential: acme.credential, params }), {
    code: 'auth.step_up',
  });
});

test('the operator of the host ends the lock of anybody, and of nobody who has no account', async () => {
  await using here = await stage();
  const { world } = here;
  const email = 'owner@acme.example';
  await lock(world, email);
  const { body } = await world.call('account.unlock_by_operator', {
    ...OPERATOR,
    body: { email: email.toUpperCase() },
  });
  assert.deepEqual(body, { wasLocked: true });
  await signIn(world, email);
  await assert.rejects(
    world.call('account.unlock_by_operator', { ...OPERATOR, body: { email: 'nobody@acme.example' } }),
    { code: 'resource.not_found' },
  );
  assert.equal((await events(world)).length, 1);
});
