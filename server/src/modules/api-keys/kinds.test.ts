// Keys of the organization: whom they act for, from which pages they work, and that neither is ever a way to more.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Credential } from '#kernel/credential.ts';
import type { AppError } from '#kernel/errors.ts';
import { decodeId, encodeId } from '@holdfast/protocol/ids.ts';
import { joinOrganization, type Person } from '#test/people.ts';
import { createWorld, type Founded, type World } from '#test/world.ts';

type Shown = { readonly id: string; readonly key: string; readonly version: number };

let world: World;
let acme: Founded & { readonly slug: string };
let [member, viewer, admin]: readonly Person[] = [];

describe('keys of the organization', () => {
  before(async () => {
    world = await createWorld();
    acme = { ...(await world.found()), slug: 'acme' };
    [member, viewer, admin] = [
      await joinOrganization(world, acme, 'member'),
      await joinOrganization(world, acme, 'viewer'),
      await joinOrganization(world, acme, 'admin'),
    ];
  });
  after(() => world[Symbol.asyncDispose]());

  async function make(body: object, credential: Credential = acme.credential): Promise<Shown> {
    const reply = await world.call('api_key.create', { credential, body: { name: 'made for a test', ...body } });
    return reply.body as Shown;
  }
  const service = (more: object = {}): Promise<Shown> =>
    make({ kind: 'service', scopes: ['session:read', 'audit:read'], ...more });
  const idOf = (person: Person | undefined): string => encodeId('usr', person?.userId ?? '');
  const asKey = ({ key }: Shown, claims?: object): Credential => ({
    kind: 'api_key',
    secret: key,
    ...(claims === undefined ? {} : { claims }),
  });
  const actingFor = (key: Shown, userId: string | undefined): Credential => asKey(key, { onBehalfOf: userId });

  async function outcomeOf(route: string, credential: Credential, more: object = {}): Promise<string> {
    return world.call(route, { credential, ...more }).then(
      () => 'done',
      (error: unknown) => (error as AppError).code,
    );
  }

  test('are made by owners alone', async () => {
    for (const kind of ['service', 'publishable'])
      for (const person of [admin, member])
        assert.equal(
          await outcomeOf('api_key.create', person?.credential as Credential, {
            body: {
              kind,
              name: 'k',
              scopes: ['models:read'],
              ...(kind === 'publishable' ? { origins: ['https://a.example'] } : {}),
            },
          }),
          'auth.forbidden',
        );
  });

  test('a key that acts for people has, of its scopes, what the named person may do, and the log names both', async () => {
    const key = await service({ actsFor: [idOf(member), idOf(viewer)] });
    const who = await world.call('session.get', { credential: actingFor(key, member?.userId), requestId: 'req_both' });
    const { user, role, permissions } = who.body as { user: { id: string }; role: string; permissions: string[] };
    assert.deepEqual([user.id, role, permissions], [idOf(member), 'member', ['session:read']]);
    // The owner who made it may read the log, the member may not.
    assert.equal(
      await outcomeOf('audit.list', actingFor(key, member?.userId), { requestId: 'req_denied' }),
      'auth.forbidden',
    );
    const { rows } = await world.admin(
      "select actor ->> 'id' as key, actor ->> 'user' as person from holdfast.audit_pending where request_id = 'req_denied'",
    );
    assert.deepEqual(rows, [{ key: decodeId('key', key.id), person: member?.userId }]);
  });

  test('whoever is unknown, not in the list, suspended or of another organization gets one and the same refusal', async () => {
    const other = await world.found('other');
    const stranger = await joinOrganization(world, { organizationId: other.organizationId, slug: 'other' }, 'owner');
    const suspended = await joinOrganization(world, acme, 'member');
    const key = await service({ actsFor: [idOf(member), idOf(suspended)] });
    await world.admin("update holdfast.member set status = 'suspended' where user_id = $1", [suspended.userId]);
    const refusals = new Set<string>();
    for (const person of [undefined, viewer?.userId, stranger.userId, suspended.userId, world.kernel.tools.newId()]) {
      const credential = person === undefined ? asKey(key) : actingFor(key, person);
      for (const route of ['session.get', 'audit.list', 'model.list']) {
        const error: unknown = await world.call(route, { credential }).catch((refusal: unknown) => refusal);
        const { code, spec, detail, fields, headers } = error as AppError;
        refusals.add(JSON.stringify({ code, status: spec.status, detail, fields, headers }));
      }
    }
    assert.deepEqual([...refusals], ['{"code":"auth.behalf_refused","status":403,"fields":[],"headers":{}}']);
    assert.equal(await outcomeOf('session.get', actingFor(key, member?.userId)), 'done');
  });

  test('no other key acts for anybody, not even for the person it belongs to', async () => {
    const personal = await make({ scopes: ['session:read'] }, member?.credential);
    const alone = await service({ scopes: ['audit:read'] });
    for (const key of [personal, alone])
      for (const person of [member, viewer])
        assert.equal(await outcomeOf('session.get', actingFor(key, person?.userId)), 'auth.behalf_refused');
    assert.equal(await outcomeOf('session.get', asKey(personal)), 'done');
  });

  test('a key that acts for nobody does what its scopes say where no person is needed, and is nobody', async () => {
    const key = await service({ scopes: ['audit:read', 'models:read'] });
    assert.equal(await outcomeOf('audit.list', asKey(key)), 'done');
    assert.equal(await outcomeOf('session.get', asKey(key)), 'auth.forbidden');
    await assert.rejects(service({ scopes: ['session:read'] }), { code: 'api_key.scope_refused' });
  });

  test('the list that has become empty lets the key do nothing', async () => {
    const leaver = await joinOrganization(world, acme, 'admin');
    const key = await service({ scopes: ['audit:read'], actsFor: [idOf(leaver)] });
    assert.equal(await outcomeOf('audit.list', actingFor(key, leaver.userId)), 'done');
    await world.admin('delete from holdfast.member where user_id = $1', [leaver.userId]);
    assert.equal(await outcomeOf('audit.list', actingFor(key, leaver.userId)), 'auth.behalf_refused');
    assert.equal(await outcomeOf('audit.list', asKey(key)), 'auth.behalf_refused');
  });

  test('two people who send one idempotency key through one service key do not get each other’s reply', async () => {
    const owners = [await joinOrganization(world, acme, 'owner'), await joinOrganization(world, acme, 'owner')];
    const key = await service({ scopes: ['controls:run'], actsFor: owners.map(idOf) });
    const run = (person: Person | undefined) =>
      world.call('controls.run', { credential: actingFor(key, person?.userId), idempotencyKey: 'same' });
    const replies = [await run(owners[0]), await run(owners[1]), await run(owners[0])];
    assert.deepEqual(
      replies.map(({ headers }) => headers['idempotency-replayed']),
      [undefined, undefined, 'true'],
    );
  });

  test('a key ends when the member who answers for it is suspended or goes, whoever takes them out', async () => {
    const owner = await joinOrganization(world, acme, 'owner');
    const key = await make({ kind: 'service', scopes: ['audit:read'] }, owner.credential);
    await world.admin("update holdfast.member set status = 'suspended' where user_id = $1", [owner.userId]);
    assert.equal(await outcomeOf('audit.list', asKey(key)), 'auth.invalid');
    await world.admin("update holdfast.member set status = 'active' where user_id = $1", [owner.userId]);
    assert.equal(await outcomeOf('audit.list', asKey(key)), 'done');
    await world.admin('delete from holdfast.member where user_id = $1', [owner.userId]);
    assert.equal(await outcomeOf('audit.list', asKey(key)), 'auth.invalid');
    const shown = await world.call('api_key.get', { credential: acme.credential, params: { apiKeyId: key.id } });
    const { revokedAt, responsibleUserId } = shown.body as Record<string, unknown>;
    assert.equal(responsibleUserId, null);
    assert.notEqual(revokedAt, null);
  });

  test('a publishable key works from its origins, letter by letter, and from nowhere else', async () => {
    const origins = ['https://shop.example', 'http://localhost:3000'];
    const key = await make({ kind: 'publishable', scopes: ['models:read'], origins });
    assert.match(key.key, /^hf_pub_/);
    for (const origin of origins) assert.equal(await outcomeOf('model.list', asKey(key, { origin })), 'done');
    const foreign = [
      undefined,
      'null',
      'https://evil-shop.example',
      'https://shop.example.evil.example',
      'http://shop.example',
      'https://shop.example:8443',
      'https://shop.example/',
      'https://SHOP.example',
    ];
    for (const origin of foreign)
      assert.equal(
        await outcomeOf('model.list', origin === undefined ? asKey(key) : asKey(key, { origin })),
        'auth.origin_refused',
        String(origin),
      );
    assert.equal(await outcomeOf('audit.list', asKey(key, { origin: origins[0] })), 'auth.forbidden');
  });

  test('a publishable key is given nothing but what everybody may see, and an origin that a browser would send', async () => {
    const origins = ['https://shop.example'];
    for (const scope of ['models:use', 'audit:read', 'session:read', 'usage:read'])
      await assert.rejects(make({ kind: 'publishable', scopes: [scope], origins }), { code: 'api_key.scope_refused' });
    for (const bad of [
      '*',
      'https://*.example',
      'https://shop.example/',
      'shop.example',
      'null',
      'https://a@shop.example',
    ])
      await assert.rejects(
        make({ kind: 'publishable', scopes: ['models:read'], origins: [bad] }),
        { code: 'request.invalid' },
        bad,
      );
    await assert.rejects(make({ kind: 'publishable', scopes: ['models:read'] }), { code: 'api_key.kind_mismatch' });
    await assert.rejects(make({ scopes: ['session:read'], origins }), { code: 'api_key.kind_mismatch' });
    await assert.rejects(make({ scopes: ['session:read'], actsFor: [idOf(member)] }), {
      code: 'api_key.kind_mismatch',
    });
  });

  test('a scope that was written into the table does not make a publishable key do more', async () => {
    const key = await make({ kind: 'publishable', scopes: ['models:read'], origins: ['https://shop.example'] });
    await world.admin("update holdfast.api_key set scopes = '{models:read,models:use,audit:read}' where id = $1", [
      decodeId('key', key.id),
    ]);
    assert.equal(await outcomeOf('audit.list', asKey(key, { origin: 'https://shop.example' })), 'auth.forbidden');
  });

  test('only who manages how programs get in makes a key without end', async () => {
    const body = { scopes: ['session:read'], expiresInDays: null };
    await assert.rejects(make(body, member?.credential), { code: 'api_key.expiry_needed' });
    const { id } = await make(body);
    const shown = await world.call('api_key.get', { credential: acme.credential, params: { apiKeyId: id } });
    assert.deepEqual((shown.body as { flags: string[] }).flags, ['never_used', 'no_expiry']);
  });
});
