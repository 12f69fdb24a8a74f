// A filter of a list shows what the whole list has of that kind, all of it and nothing else; never more than the caller may see.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { encodeId } from '@holdfast/protocol/ids.ts';
import { startSequencer } from '#modules/audit.ts';
import type { Call } from '#kernel/call.ts';
import { joinOrganization, makeKey, type Person } from './people.ts';
import { createWorld, type World } from './world.ts';

type Item = Readonly<Record<string, unknown>>;

describe('lists', () => {
  let world: World;
  let owner: Person;
  let member: Person;

  before(async () => {
    world = await createWorld({ outboundAllow: '127.0.0.1' });
    const acme = { ...(await world.found('acme')), slug: 'acme' };
    owner = await joinOrganization(world, acme, 'owner');
    member = await joinOrganization(world, acme, 'member');
    const suspended = await joinOrganization(world, acme, 'viewer');
    await world.admin("update holdfast.member set status = 'suspended' where user_id = $1", [suspended.userId]);
    for (const { credential } of [owner, owner, owner, member]) await makeKey(world, credential, ['models:use']);
    const { items } = await list('api_key.list', {}, member.credential);
    await world.call('api_key.revoke', {
      credential: owner.credential,
      params: { apiKeyId: String(items[0]?.['id']) },
    });
    await world.admin(
      `update holdfast.api_key set expires_at = now() where id = (select min(id::text)::uuid from holdfast.api_key)`,
    );
    for (const kind of ['openai', 'ollama']) {
      const body = {
        name: `of ${kind}`,
        kind,
        local: kind === 'ollama',
        ...(kind === 'openai' ? { apiKey: 'sk-x' } : {}),
      };
      await world.call('provider.create', { credential: owner.credential, body });
    }
    await assert.rejects(
      world.call('provider.test', { credential: member.credential, params: { providerId: 'prv_x' } }),
      { code: 'auth.forbidden' },
    );
    const { lanes, tools } = world.kernel;
    await startSequencer({
      lanes,
      keys: tools.keyring.audit,
      newOrigin: () => 'holdfast.test/lists',
      onFailure: (error) => assert.fail(String(error)),
    }).stop();
  });
  after(() => world?.[Symbol.asyncDispose]());

  async function list(id: string, query: object, credential: Call['credential'] = owner.credential) {
    return (await world.call(id, { credential, query: { limit: 200, ...query } })).body as { items: readonly Item[] };
  }

  async function assertSplits(id: string, filter: string, values: readonly string[], valueOf: (item: Item) => unknown) {
    const { items } = await list(id, {});
    for (const value of values) {
      const expected = items.filter((item) => valueOf(item) === value);
      const found = await list(id, { [filter]: value });
      assert.deepEqual(found.items, expected, `${filter}=${value}`);
    }
    assert.ok(
      values.filter((value) => items.some((item) => valueOf(item) === value)).length > 1,
      'nothing was told apart',
    );
    await assert.rejects(list(id, { [filter]: 'no such' }), { code: 'request.invalid' });
  }

  it('of members are told apart by role and by state', async () => {
    await assertSplits('member.list', 'role', ['owner', 'admin', 'member', 'viewer'], ({ role }) => role);
    await assertSplits('member.list', 'status', ['active', 'suspended'], ({ status }) => status);
  });

  it('of keys are told apart by what became of them', async () => {
    const stateOf = ({ revokedAt, expiresAt }: Item): string => {
      if (revokedAt !== null) return 'revoked';
      return new Date(String(expiresAt)) <= new Date() ? 'expired' : 'works';
    };
    await assertSplits('api_key.list', 'state', ['works', 'expired', 'revoked'], stateOf);
    assert.deepEqual((await list('api_key.list', { state: 'works' }, member.credential)).items, []);
    assert.equal((await list('api_key.list', { state: 'revoked' }, member.credential)).items.length, 1);
  });

  it('of providers are told apart by kind', async () => {
    await assertSplits('provider.list', 'kind', ['openai', 'ollama', 'google'], ({ kind }) => kind);
  });

  it('of the log are told apart by outcome, person and time', async () => {
    await assertSplits('audit.list', 'outcome', ['allowed', 'denied', 'failed'], ({ outcome }) => outcome);
    const { items } = await list('audit.list', {});
    const theirs = (await list('audit.list', { user: encodeId('usr', member.userId) })).items;
    assert.deepEqual(
      theirs,
      items.filter(({ actor }) => (actor as Item)['user'] === member.userId),
    );
    assert.ok(theirs.length > 0 && theirs.length < items.length);
    const made = (await list('audit.list', { action: 'api_key.created' })).items;
    assert.equal(made.length, 4);
    const [last, , , first] = made;
    const between = await list('audit.list', { action: 'api_key.created', from: first?.['at'], until: last?.['at'] });
    assert.deepEqual(between.items, made.slice(1));
    for (const from of ['yesterday', '2026-01-01', ''])
      await assert.rejects(list('audit.list', { from }), { code: 'request.invalid' });
    assert.deepEqual(
      (await list('audit.list', { search: 'API_KEY.revoked allowed' })).items,
      items.filter(({ action }) => action === 'api_key.revoked'),
    );
  });
});
