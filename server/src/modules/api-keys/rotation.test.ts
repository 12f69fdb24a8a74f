// Changing a key: what is rotated, narrowed, limited or handed over, and by whom.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { decodeId, encodeId } from '@holdfast/protocol/ids.ts';
import { inScope, type OrgTx } from '#db/scope.ts';
import type { Credential } from '#kernel/credential.ts';
import type { AppError } from '#kernel/errors.ts';
import { joinOrganization, type Person } from '#test/people.ts';
import { createWorld, type Founded, type World } from '#test/world.ts';
import { findOrganizationKeysOf, handOverOrganizationKeysOf, revokeOrganizationKeysOf } from './index.ts';

type Shown = { readonly id: string; readonly key: string; readonly version: number; readonly expiresAt: string | null };

describe('a key that is changed', () => {
  let world: World;
  let acme: Founded & { readonly slug: string };
  let [member, admin]: readonly Person[] = [];

  before(async () => {
    world = await createWorld();
    acme = { ...(await world.found()), slug: 'acme' };
    [member, admin] = [await joinOrganization(world, acme, 'member'), await joinOrganization(world, acme, 'admin')];
  });
  after(() => world[Symbol.asyncDispose]());

  async function make(body: object = {}, credential = acme.credential): Promise<Shown> {
    const reply = await world.call('api_key.create', {
      credential,
      body: { name: 'made for a test', scopes: ['session:read'], ...body },
    });
    return reply.body as Shown;
  }
  async function show(id: string) {
    const { body } = await world.call('api_key.get', { credential: acme.credential, params: { apiKeyId: id } });
    return body as Shown & Readonly<Record<string, unknown>>;
  }
  const rotate = async (key: Shown, overlapHours: number, more: object = {}): Promise<Shown> => {
    const { body } = await world.call('api_key.rotate', {
      credential: acme.credential,
      params: { apiKeyId: key.id },
      body: { overlapHours },
      ifMatch: `"${String(key.version)}"`,
      ...more,
    });
    return body as Shown;
  };
  const change = async (key: Shown, body: object, credential: Credential = acme.credential): Promise<Shown> =>
    (await world.call('api_key.update', { credential, params: { apiKeyId: key.id }, body })).body as Shown;
  const codeOf = (call: Promise<unknown>): Promise<string> =>
    call.then(
      () => 'done',
      (error: unknown) => (error as AppError).code,
    );
  const works = async (text: string): Promise<boolean> => {
    const outcome = await codeOf(world.call('session.get', { credential: { kind: 'api_key', secret: text } }));
    assert.ok(outcome === 'done' || outcome === 'auth.invalid', outcome);
    return outcome === 'done';
  };
  const uuidOf = (key: Shown): string => decodeId('key', key.id) ?? '';

  test('works with both texts until the overlap ends, and with the new one alone after it', async () => {
    const first = await make();
    const second = await rotate(first, 24);
    assert.equal(second.id, first.id);
    assert.notEqual(second.key, first.key);
    assert.deepEqual([await works(first.key), await works(second.key)], [true, true]);
    await world.admin("update holdfast.api_key set previous_until = now() - interval '1 second' where id = $1", [
      uuidOf(first),
    ]);
    assert.deepEqual([await works(first.key), await works(second.key)], [false, true]);
  });

  test('loses the old text at once when no overlap is wanted, and at the next rotation', async () => {
    const first = await make();
    const second = await rotate(first, 0);
    assert.deepEqual([await works(first.key), await works(second.key)], [false, true]);
    const third = await rotate(second, 1);
    const fourth = await rotate(third, 1);
    assert.deepEqual([await works(second.key), await works(third.key), await works(fourth.key)], [false, true, true]);
  });

  test('lives as long again, and its old text no longer than it was to', async () => {
    const first = await make({ expiresInDays: 30 });
    await world.admin(
      `update holdfast.api_key set created_at = now() - interval '30 days' + interval '1 hour', expires_at = now() + interval '1 hour'
        where id = $1`,
      [uuidOf(first)],
    );
    const second = await rotate(first, 24);
    const { previousUntil, expiresAt, rotatedAt, ageDays } = await show(first.id);
    const hoursUntil = (time: unknown): number =>
      (Date.parse(String(time)) - Date.parse(String(rotatedAt))) / 3_600_000;
    assert.ok(hoursUntil(previousUntil) <= 1);
    assert.equal(Math.round(hoursUntil(expiresAt)), 30 * 24);
    assert.equal(ageDays, 0);
    assert.ok(await works(second.key));
  });

  test('of fifty rotations at once one wins; the others learn that the key has changed', async () => {
    const key = await make();
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () =>
        rotate(key, 1).then(
          (won) => won.key,
          (error: unknown) => (error as AppError).code,
        ),
      ),
    );
    const won = outcomes.filter((outcome) => outcome.startsWith('hf_live_'));
    assert.equal(won.length, 1);
    assert.deepEqual([...new Set(outcomes.filter((outcome) => !won.includes(outcome)))], ['resource.changed']);
    assert.ok(await works(won[0] ?? ''));
    for (const ifMatch of [undefined, '*'])
      assert.equal(await codeOf(rotate(key, 1, { ifMatch })), 'resource.version_needed');
  });

  test('a rotation that is sent again with its idempotency key shows the same text', async () => {
    const key = await make();
    const once = { idempotencyKey: 'rotate-once' };
    const [first, again] = [await rotate(key, 1, once), await rotate(key, 1, once)];
    assert.equal(again.key, first.key);
    assert.ok(await works(first.key));
  });

  test('is rotated and changed by its own person alone; an admin who could would have the key of somebody else', async () => {
    const key = await make({}, member?.credential);
    for (const person of [acme.credential, admin?.credential])
      for (const call of [
        codeOf(rotate(key, 0, { credential: person })),
        codeOf(change(key, { name: 'mine' }, person)),
      ])
        assert.equal(await call, 'resource.not_found');
    assert.equal((await change(key, { name: 'mine' }, member?.credential)).version, 2);
    const ours = await make({ kind: 'service', scopes: ['audit:read'] });
    for (const person of [member, admin])
      assert.notEqual(await codeOf(rotate(ours, 0, { credential: person?.credential })), 'done');
  });

  test('only loses scopes, and loses them at once', async () => {
    const key = await make({ scopes: ['session:read', 'audit:read'] });
    await assert.rejects(change(key, { scopes: ['session:read', 'models:use'] }), { code: 'api_key.scope_refused' });
    await change(key, { scopes: ['audit:read'] });
    assert.equal(
      await codeOf(world.call('session.get', { credential: { kind: 'api_key', secret: key.key } })),
      'auth.forbidden',
    );
  });

  test('is not changed from a version that is not its own, nor after its end', async () => {
    const key = await make();
    const stale = world.call('api_key.update', {
      credential: acme.credential,
      params: { apiKeyId: key.id },
      body: { name: 'x' },
      ifMatch: '"7"',
    });
    await assert.rejects(stale, { code: 'resource.changed' });
    await world.call('api_key.revoke', { credential: acme.credential, params: { apiKeyId: key.id } });
    await assert.rejects(change(key, { name: 'x' }), { code: 'api_key.ended' });
    await assert.rejects(rotate({ ...key, version: 2 }, 0), { code: 'api_key.ended' });
  });

  test('has a limit of its own over all routes, told in every reply, and none above its organization', async () => {
    const key = await make({ perMinute: 2 });
    const credential = { kind: 'api_key', secret: key.key } as const;
    const { headers } = await world.call('session.get', { credential });
    assert.match(headers['ratelimit-policy'] ?? '', /"api_key";q=2;w=60/);
    assert.match(headers['ratelimit'] ?? '', /"api_key";r=1;/);
    await world.call('session.get', { credential });
    await assert.rejects(world.call('session.get', { credential }), { code: 'rate.exceeded' });
    await change(key, { perMinute: null });
    await world.call('session.get', { credential });
    await assert.rejects(make({ perMinute: 1_000_000 + 1 }), { code: 'request.invalid' });
    const { kernel } = world;
    const narrow = { ...kernel, tools: { ...kernel.tools, keyLimits: { perMinute: 10, perMinuteMax: 10 } } };
    const body = { name: 'k', scopes: ['session:read'], perMinute: 11 };
    await assert.rejects(world.call('api_key.create', { credential: acme.credential, body }, narrow), {
      code: 'api_key.limit_refused',
    });
  });

  async function withKeysOf<T>(
    act: (ctx: { tx: OrgTx; now: Date; raiseEpoch: () => Promise<void> }) => Promise<T>,
  ): Promise<T> {
    const orgId = decodeId('org', acme.organizationId) ?? '';
    return inScope<OrgTx, T>(world.kernel.lanes, { orgId }, ({ tx, now }) =>
      act({ tx, now, raiseEpoch: async () => undefined }),
    );
  }

  test('of a leaver, is found whether they answer for it or are named by it, and revoked or handed over', async () => {
    const leave = async () => {
      const leaver = await joinOrganization(world, acme, 'owner');
      const theirs = await make({ kind: 'service', scopes: ['audit:read'], name: 'theirs' }, leaver.credential);
      const naming = await make({
        kind: 'service',
        name: 'naming',
        scopes: ['audit:read'],
        actsFor: [encodeId('usr', leaver.userId), encodeId('usr', admin?.userId ?? '')],
      });
      const found = await withKeysOf(({ tx }) => findOrganizationKeysOf(tx, leaver.userId));
      assert.deepEqual(
        found.map(({ name, isTheirs }) => [name, isTheirs]),
        [
          ['theirs', true],
          ['naming', false],
        ],
      );
      return { leaver, theirs, naming };
    };
    const audit = (key: Shown, onBehalfOf?: string) =>
      codeOf(
        world.call('audit.list', {
          credential: {
            kind: 'api_key',
            secret: key.key,
            ...(onBehalfOf === undefined ? {} : { claims: { onBehalfOf } }),
          },
        }),
      );

    const first = await leave();
    await withKeysOf((ctx) => revokeOrganizationKeysOf(ctx, first.leaver.userId));
    assert.deepEqual(
      [await audit(first.theirs), await audit(first.naming, admin?.userId)],
      ['auth.invalid', 'auth.invalid'],
    );

    const second = await leave();
    await withKeysOf((ctx) => handOverOrganizationKeysOf(ctx, second.leaver.userId, admin?.userId ?? ''));
    await world.admin('delete from holdfast.member where user_id = $1', [second.leaver.userId]);
    assert.deepEqual([await audit(second.theirs), await audit(second.naming, admin?.userId)], ['done', 'done']);
    assert.equal(await audit(second.naming, second.leaver.userId), 'auth.behalf_refused');
  });
});
