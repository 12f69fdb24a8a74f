// The secret of a provider that others have seen is not used until it is replaced, unless somebody chose so; owners are told.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { runStream } from '#kernel/stream-pipeline.ts';
import { connectedProviders } from '#modules/providers.ts';
import { listMails } from '#test/outbox.ts';
import { joinOrganization, type Person } from '#test/people.ts';
import { createWorld, type Founded, makeCall, type World } from '#test/world.ts';
import { chatCompletions } from './streams.ts';

type Shown = { readonly id: string; readonly exposedAt: string | null; readonly isBlocked: boolean };

describe('a provider whose secret others have seen', () => {
  let world: World;
  let acme: Founded & { readonly slug: string };
  let admin: Person;

  before(async () => {
    world = await createWorld();
    acme = { ...(await world.found('acme')), slug: 'acme' };
    admin = await joinOrganization(world, acme, 'admin');
  });
  after(() => world?.[Symbol.asyncDispose]());

  let made = 0;
  const connect = async (body: object = {}): Promise<string> => {
    const wanted = { name: `p${String((made += 1))}`, kind: 'openai', apiKey: 'sk-seen', models: ['m'], ...body };
    return ((await world.call('provider.create', { credential: admin.credential, body: wanted })).body as Shown).id;
  };
  const mark = async (providerId: string, body: object = {}) =>
    (await world.call('provider.mark_exposed', { credential: admin.credential, params: { providerId }, body }))
      .body as Shown & { readonly lastCalls: readonly { readonly model: string }[] };
  const get = async (providerId: string): Promise<Shown> =>
    (await world.call('provider.get', { credential: admin.credential, params: { providerId } })).body as Shown;
  const due = async (id: string) => {
    const { body } = await world.call('credential.report', { credential: admin.credential });
    const { items } = body as {
      readonly items: readonly { readonly id: string; readonly isDue: boolean; readonly exposedAt: string | null }[];
    };
    const found = items.find((item) => item.id === id);
    return [found?.isDue, found?.exposedAt !== null];
  };
  const secretsIn = async (epoch: string): Promise<readonly [boolean, boolean][]> => {
    const { rows } = await world.admin("select org_id from holdfast.organization where slug = 'acme'");
    const { org_id: orgId } = rows[0] as { readonly org_id: string };
    return (await connectedProviders(world.kernel.tools, orgId, epoch)).map(({ secret, isBlocked }) => [
      secret !== undefined,
      isBlocked,
    ]);
  };
  const askModel = () => {
    const call = {
      ...makeCall({ credential: admin.credential }),
      rawBody: Buffer.from('{"model":"m"}'),
      contentType: 'application/json',
    };
    const never = new AbortController().signal;
    const edge = { clientLeft: never, stopping: never, deliver: async () => undefined };
    return runStream({ kernel: world.kernel, stream: chatCompletions, call, edge });
  };

  it('is called no more, shows its last calls, and is told once to each owner', async () => {
    const id = await connect();
    assert.deepEqual(await secretsIn('1'), [[true, false]]);
    await world.admin(
      `insert into holdfast.model_call (org_id, id, owner_user_id, provider_id, model, endpoint, request_id, started_at)
         select p.org_id, gen_random_uuid(), $1, p.id, 'm', 'responses', 'r', now() from holdfast.provider p`,
      [admin.userId],
    );
    const { exposedAt, isBlocked, lastCalls } = await mark(id);
    assert.deepEqual([isBlocked, lastCalls.map(({ model }) => model)], [true, ['m']]);
    assert.deepEqual(await secretsIn('2'), [[false, true]]);
    await assert.rejects(askModel(), { code: 'model.provider_exposed' });
    const tested = await world.call('provider.test', { credential: admin.credential, params: { providerId: id } });
    assert.equal((tested.body as { readonly ok: boolean }).ok, false);
    assert.deepEqual([(await get(id)).exposedAt, await due(id)], [exposedAt, [true, true]]);
    assert.equal((await mark(id)).exposedAt, exposedAt);
    const mails = (await listMails(world)).filter(({ template }) => template === 'provider_exposed');
    assert.equal(mails.length, 1);
    await world.call('provider.update', {
      credential: admin.credential,
      params: { providerId: id },
      body: { apiKey: 'sk-new' },
    });
    assert.deepEqual(await secretsIn('3'), [[true, false]]);
    assert.deepEqual([(await get(id)).exposedAt, await due(id)], [null, [false, false]]);
    await world.call('provider.delete', { credential: admin.credential, params: { providerId: id } });
  });

  it('works on where somebody chose so, and a change of anything but the secret says nothing of it', async () => {
    const id = await connect();
    assert.equal((await mark(id, { keepsWorking: true })).isBlocked, false);
    assert.deepEqual(await secretsIn('4'), [[true, false]]);
    assert.equal((await get(id)).exposedAt === null, false);
    const params = { providerId: id };
    await world.call('provider.update', { credential: admin.credential, params, body: { name: 'renamed' } });
    assert.deepEqual([(await get(id)).exposedAt === null, await due(id)], [false, [true, true]]);
    assert.equal((await mark(id)).isBlocked, true);
    assert.deepEqual(await secretsIn('5'), [[false, true]]);
  });

  it('is marked by who may change providers alone, and only where there is a secret', async () => {
    const bare = await connect({
      kind: 'openai_compatible',
      baseUrl: 'https://models.example.com/v1',
      apiKey: undefined,
    });
    await assert.rejects(mark(bare), { code: 'provider.no_secret' });
    const { credential } = await joinOrganization(world, acme, 'member');
    const call = { credential, params: { providerId: bare }, body: {} };
    await assert.rejects(world.call('provider.mark_exposed', call), { code: 'auth.forbidden' });
  });
});
