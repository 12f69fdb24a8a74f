// Network rules on the real database: who is let in from where, what shuts nobody out by mistake, and the way back in.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Call } from '#kernel/call.ts';
import type { Credential } from '#kernel/credential.ts';
import { codeOf, enrollApp } from '#test/authenticator-app.ts';
import { listMails } from '#test/outbox.ts';
import { joinOrganization, makeKey, type Person, signIn } from '#test/people.ts';
import { createWorld, type Founded, PASSWORD, type World } from '#test/world.ts';

const [OFFICE, HOME] = ['203.0.113.7', '198.51.100.20'] as const;
const NONE = { console: [], api: [], models: [] };
const OFFICE_ONLY = ['203.0.113.0/24'];

const from = (address: string): Pick<Call, 'caller'> => ({
  caller: { address, addressKey: address, device: 'test' },
});

describe('the network rules of an organization', () => {
  let world: World;
  let acme: Founded;
  let other: Founded;
  let owner: Credential;

  before(async () => {
    world = await createWorld();
    acme = await world.found('acme');
    other = await world.found('other');
    owner = acme.credential;
  });
  after(() => world[Symbol.asyncDispose]());
  beforeEach(() => world.admin('delete from holdfast.network_rules'));

  const put = (lists: object, address: string = OFFICE) =>
    world.call('network_rules.update', { credential: owner, body: { ...NONE, ...lists }, ...from(address) });
  const answer = (id: string, credential: Credential, address: string): Promise<string> =>
    world.call(id, { credential, ...from(address) }).then(
      () => 'done',
      (error: unknown) => (error as { readonly code: string }).code,
    );
  const join = (): Promise<Person> =>
    joinOrganization(world, { organizationId: acme.organizationId, slug: 'acme' }, 'member');

  it('let everybody in while there are none', async () => {
    const { body } = await world.call('network_rules.get', { credential: owner, ...from(HOME) });
    assert.deepEqual(body, { ...NONE, version: 0, updatedAt: null, yourAddress: HOME });
    assert.equal(await answer('organization.get', owner, HOME), 'done');
  });

  it('hold sessions to the console’s list at once, and say where the caller is seen', async () => {
    await put({ console: OFFICE_ONLY });
    assert.equal(await answer('organization.get', owner, OFFICE), 'done');
    await assert.rejects(world.call('organization.get', { credential: owner, ...from(HOME) }), {
      code: 'network.refused',
      detail: `This server sees you at ${HOME}, which the rules for the console do not name.`,
    });
    assert.equal(await answer('organization.get', owner, '::ffff:203.0.113.7'), 'done');
    assert.equal(await answer('organization.get', other.credential, HOME), 'done');
  });

  it('never shut a key out by what is said of the console, nor the API by what is said of models', async () => {
    const key = (await makeKey(world, owner, ['audit:read', 'models:use'])).credential;
    await put({ console: OFFICE_ONLY });
    assert.deepEqual([await answer('audit.list', key, HOME), await answer('model.list', key, HOME)], ['done', 'done']);
    await put({ api: OFFICE_ONLY });
    assert.deepEqual(
      [
        await answer('audit.list', key, HOME),
        await answer('model.list', key, HOME),
        await answer('audit.list', key, OFFICE),
      ],
      ['network.refused', 'done', 'done'],
    );
    await put({ models: OFFICE_ONLY });
    assert.deepEqual(
      [
        await answer('audit.list', key, HOME),
        await answer('model.list', key, HOME),
        await answer('model.list', key, OFFICE),
      ],
      ['done', 'network.refused', 'done'],
    );
  });

  it('hold one key to a list of its own beside them', async () => {
    const [held, free] = [await makeKey(world, owner, ['audit:read']), await makeKey(world, owner, ['audit:read'])];
    const params = { apiKeyId: held.id };
    const body = { networks: ['198.51.100.0/24', '203.0.113.0/24'] };
    await world.call('api_key.update_networks', { credential: owner, params, body });
    assert.deepEqual((await world.call('api_key.get_networks', { credential: owner, params })).body, body);
    assert.equal(await answer('audit.list', held.credential, '192.0.2.1'), 'network.refused');
    assert.equal(await answer('audit.list', free.credential, '192.0.2.1'), 'done');
    await put({ api: OFFICE_ONLY });
    assert.equal(await answer('audit.list', held.credential, HOME), 'network.refused');
    assert.equal(await answer('audit.list', held.credential, OFFICE), 'done');
    await world.call('api_key.update_networks', { credential: owner, params, body: { networks: [] } });
    await put(NONE);
    assert.equal(await answer('audit.list', held.credential, '192.0.2.1'), 'done');
  });

  it('are told at sign-in to who proved a password, and to nobody else', async () => {
    const person = await join();
    await put({ console: OFFICE_ONLY });
    const signInAs = (password: string, address: string) =>
      world.call('session.create', { body: { email: person.email, password }, ...from(address) });
    await assert.rejects(signInAs('wrong-Horse-battery-8', HOME), { code: 'session.wrong_credentials' });
    await assert.rejects(signInAs(PASSWORD, HOME), { code: 'network.refused' });
    assert.equal((await signInAs(PASSWORD, OFFICE)).status, 201);
  });

  it('are held to again when the second factor is shown from elsewhere', async () => {
    const person = await join();
    const { secret } = await enrollApp(world, person.credential);
    await put({ console: OFFICE_ONLY });
    const body = { email: person.email, password: PASSWORD };
    const asked = (await world.call('session.create', { body, ...from(OFFICE) })).body as {
      readonly challenge: { readonly token: string };
    };
    const show = (address: string) =>
      world.call('session.create_with_factor', {
        body: { challenge: asked.challenge.token, code: codeOf(secret) },
        ...from(address),
      });
    await assert.rejects(show(HOME), { code: 'network.refused' });
    assert.equal((await show(OFFICE)).status, 201);
  });

  it('keep nobody from an organization that lets them in, and let nobody enter one that does not', async () => {
    const person = await join();
    await world.admin(
      `insert into holdfast.member (org_id, id, user_id, role, created_at)
       select org_id, gen_random_uuid(), $1, 'member', now() from holdfast.organization where slug = 'other'`,
      [person.userId],
    );
    await put({ console: OFFICE_ONLY });
    const reply = await world.call('session.create', {
      body: { email: person.email, password: PASSWORD },
      ...from(HOME),
    });
    const credential: Credential = {
      kind: 'session',
      secret: (reply.headers['set-cookie'] ?? '').slice('session='.length),
    };
    const { body } = await world.call('session.get', { credential, ...from(HOME) });
    assert.equal((body as { readonly organization: { readonly slug: string } }).organization.slug, 'other');
    const enter = (address: string) =>
      world.call('session.enter', { credential, body: { organization: 'acme' }, ...from(address) });
    await assert.rejects(enter(HOME), { code: 'network.refused' });
    assert.equal((await enter(OFFICE)).status, 201);
  });

  it('leave no cookie in the way of signing in elsewhere', async () => {
    const person = await join();
    await put({ console: OFFICE_ONLY });
    assert.equal(await answer('session.get', person.credential, HOME), 'network.refused');
    const body = { email: 'owner@other.example', password: PASSWORD };
    const reply = await world.call('session.create', { credential: person.credential, body, ...from(HOME) });
    assert.equal(reply.status, 201);
  });

  it('leave a trace of each refusal, with who was refused', async () => {
    const person = await join();
    await put({ console: OFFICE_ONLY });
    await assert.rejects(
      world.call('organization.get', {
        credential: person.credential,
        requestId: 'req_refused_network',
        ...from(HOME),
      }),
    );
    const { rows } = await world.admin(
      `select outcome, actor ->> 'user' as person, facts ->> 'code' as code
         from holdfast.audit_pending where request_id = 'req_refused_network'`,
    );
    assert.deepEqual(rows, [{ outcome: 'denied', person: person.userId, code: 'network.refused' }]);
  });

  it('are not put when they shut out whoever puts them, unless that is wanted', async () => {
    await assert.rejects(put({ console: OFFICE_ONLY }, HOME), {
      code: 'network_rules.locks_you_out',
      detail: `This server sees you at ${HOME}.`,
    });
    assert.equal(await answer('organization.get', owner, HOME), 'done');
    await put({ api: OFFICE_ONLY, models: OFFICE_ONLY }, HOME);
    await put({ console: OFFICE_ONLY, confirmLockOut: true }, HOME);
    assert.equal(await answer('organization.get', owner, HOME), 'network.refused');
  });

  it('are refused in any but their canonical form, with every fault at its place', async () => {
    await assert.rejects(put({ console: ['10.0.0.0/8', '10.1.2.3/8'], models: ['10.0.0.1'] }), {
      code: 'network_rules.not_canonical',
      fields: [
        { pointer: '/body/console/1', message: 'has bits behind its prefix; the block around it is 10.0.0.0/8' },
        { pointer: '/body/models/0', message: 'has no prefix; a single address is 10.0.0.1/32' },
      ],
    });
    const many = Array.from({ length: 201 }, (_, n) => `10.0.${String(n)}.0/24`);
    await assert.rejects(put({ api: many }), { code: 'request.invalid' });
    await put({ api: many.slice(0, 200) });
  });

  it('are changed to the version that was read, or not at all', async () => {
    const { body } = await put({ models: OFFICE_ONLY });
    const { version } = body as { readonly version: number };
    const change = (ifMatch: string) =>
      world.call('network_rules.update', { credential: owner, body: NONE, ifMatch, ...from(OFFICE) });
    await assert.rejects(change(`"${String(version - 1)}"`), { code: 'resource.changed' });
    await change(`"${String(version)}"`);
  });

  it('are for owners to change, and for admins to read', async () => {
    const admin = await joinOrganization(world, { organizationId: acme.organizationId, slug: 'acme' }, 'admin');
    const { credential } = admin;
    await world.call('network_rules.get', { credential });
    await assert.rejects(world.call('network_rules.update', { credential, body: NONE }), { code: 'auth.forbidden' });
    await assert.rejects(world.call('network_rules.get', { credential: (await join()).credential }), {
      code: 'auth.forbidden',
    });
  });

  it('tell of an address which block lets it in', async () => {
    await put({ console: ['203.0.113.0/24', '2001:db8::/32'], api: ['192.0.2.0/24'] });
    const check = async (address: string) =>
      (await world.call('network_rules.check', { credential: owner, body: { address }, ...from(OFFICE) })).body;
    assert.deepEqual(await check('::ffff:203.0.113.9'), {
      address: '203.0.113.9',
      console: { letsIn: true, by: '203.0.113.0/24' },
      api: { letsIn: false, by: null },
      models: { letsIn: true, by: null },
    });
    assert.deepEqual(await check('2001:DB8::1'), {
      address: '2001:db8::1',
      console: { letsIn: true, by: '2001:db8::/32' },
      api: { letsIn: false, by: null },
      models: { letsIn: true, by: null },
    });
    for (const address of ['203.0.113.09', 'fe80::1%eth0', 'localhost', '203.0.113.0/24'])
      await assert.rejects(check(address), { code: 'request.invalid' });
  });

  it('are taken away at the host, with those of keys, and every owner is told', async () => {
    const key = await makeKey(world, owner, ['audit:read']);
    const body = { networks: ['192.0.2.0/24'] };
    await world.call('api_key.update_networks', { credential: owner, params: { apiKeyId: key.id }, body });
    await put({ console: OFFICE_ONLY, api: OFFICE_ONLY, confirmLockOut: true }, OFFICE);
    assert.equal(await answer('organization.get', owner, HOME), 'network.refused');
    const clear = (organization: string) =>
      world.call('network_rules.clear', { credential: { kind: 'operator', uid: 0 }, body: { organization } });
    await assert.rejects(clear('nobody'), { code: 'resource.not_found' });
    assert.deepEqual((await clear('acme')).body, { removed: 3 });
    assert.equal(await answer('organization.get', owner, HOME), 'done');
    assert.equal(await answer('audit.list', key.credential, HOME), 'done');
    const told = (await listMails(world)).filter(({ template }) => template === 'networks_cleared').map(({ to }) => to);
    assert.deepEqual(told, ['owner@acme.example']);
    assert.deepEqual(await signIn(world, 'owner@acme.example').then(() => world.unexpected), []);
  });
});
