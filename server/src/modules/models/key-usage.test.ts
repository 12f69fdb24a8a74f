// What is told of the use of a key: from where, with what, how often, and what about it deserves a look.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { decodeId } from '@holdfast/protocol/ids.ts';
import type { Credential } from '#kernel/credential.ts';
import { connectProvider, openCounted, outcomeOf } from '#test/counted-replica.ts';
import { createWorld, type Founded, type World } from '#test/world.ts';

type Usage = {
  readonly lastUsedAt: string | null;
  readonly flags: readonly string[];
  readonly calls: number;
  readonly failures: number;
  readonly cost: { readonly amounts: readonly object[]; readonly unpricedCalls: number };
  readonly days: readonly Readonly<Record<string, unknown>>[];
  readonly places: readonly Readonly<Record<string, unknown>>[];
  readonly clients: readonly Readonly<Record<string, unknown>>[];
  readonly models: readonly Readonly<Record<string, unknown>>[];
};

describe('the use of a key', () => {
  let world: World;
  let acme: Founded;

  before(async () => {
    world = await createWorld();
    acme = await world.found();
    await connectProvider(world, acme.credential);
  });
  after(() => world[Symbol.asyncDispose]());

  async function make(): Promise<{ readonly id: string; readonly credential: Credential }> {
    const body = { name: 'k', scopes: ['session:read', 'models:use'] };
    const { id, key } = (await world.call('api_key.create', { credential: acme.credential, body })).body as Record<
      'id' | 'key',
      string
    >;
    return { id, credential: { kind: 'api_key', secret: key } };
  }
  const from = (address: string, device: string) => ({ caller: { address, addressKey: address, device } });
  const flush = async (kernel = world.kernel): Promise<void> => {
    await kernel.registry.credentials.get('api_key')?.flush?.(kernel.tools);
  };
  async function usageOf(id: string): Promise<Usage> {
    const { body } = await world.call('api_key.usage', { credential: acme.credential, params: { apiKeyId: id } });
    return body as Usage;
  }

  test('is counted by address and program in our words, refused calls too, and costs no trip of its own', async () => {
    const { id, credential } = await make();
    const agents = ['OpenAI/Python 1.109.1', 'AsyncOpenAI/Python 2.0', 'curl/8.5.0', '<script>alert(1)</script>'];
    for (const agent of agents) await world.call('session.get', { credential, ...from('192.0.2.7', agent) });
    await assert.rejects(world.call('audit.list', { credential, ...from('2001:db8::/64', 'curl/8.5.0') }));
    const written = await world.admin('select key_id from holdfast.api_key_use');
    assert.deepEqual(written.rows, [], 'nothing is written before its time');
    // Whoever asks is told of what was counted here, at once.
    const usage = await usageOf(id);
    assert.deepEqual([usage.calls, usage.failures, usage.cost], [5, 1, { amounts: [], unpricedCalls: 0 }]);
    assert.deepEqual(
      new Set(usage.places.map(({ address, client, calls, failures }) => [address, client, calls, failures].join(' '))),
      new Set([
        '192.0.2.7 openai-python 2 0',
        '192.0.2.7 curl 1 0',
        '192.0.2.7 a program that we do not know 1 0',
        '2001:db8::/64 curl 1 1',
      ]),
    );
    assert.equal(usage.clients.length, 3);
    assert.deepEqual(usage.flags, ['several_clients']);
    assert.notEqual(usage.lastUsedAt, null);
    assert.equal(usage.days.length, 30);
    assert.deepEqual([usage.days.at(-1)?.['calls'], usage.days[0]?.['calls']], [5, 0]);
    const { rows } = await world.admin("select client from holdfast.api_key_use where client like '%script%'");
    assert.deepEqual(rows, []);
  });

  test('adds up over servers, and says which models were called', async () => {
    const { id, credential } = await make();
    const replicas = [await openCounted(world), await openCounted(world)];
    for (const replica of replicas)
      for (let n = 0; n < 3; n += 1) assert.equal(await outcomeOf(replica, { id, credential }), 'done');
    await Promise.all(replicas.map(({ kernel }) => flush(kernel)));
    await Promise.all(replicas.map(({ kernel }) => flush(kernel)));
    const usage = await usageOf(id);
    assert.equal(usage.calls, 6);
    assert.deepEqual(
      usage.models.map(({ model, calls }) => [model, calls]),
      [['m', 6]],
    );
  });

  test('costs what its tokens do at the prices that are set, in each currency, and says what has no price', async () => {
    const { id } = await make();
    const keyId = decodeId('key', id);
    const prices = [{ model: 'm', inputPerMillion: 2.5, outputPerMillion: 10 }];
    const { body } = await world.call('provider.list', { credential: acme.credential });
    const [{ id: providerId } = { id: '' }] = (body as { readonly items: readonly { readonly id: string }[] }).items;
    const set = (change: object) =>
      world.call('provider.update', { credential: acme.credential, params: { providerId }, body: change });
    const call = (model: string, input: number, output: number) =>
      world.admin(
        `insert into holdfast.model_call (org_id, id, owner_user_id, key_id, provider_id, model, endpoint, request_id, state, status,
           input_tokens, output_tokens, started_at)
         select k.org_id, gen_random_uuid(), k.owner_user_id, k.id, $2, $3, 'chat.completions', 'req', 'finished', 200, $4, $5, now()
           from holdfast.api_key k where k.id = $1`,
        [keyId, decodeId('prv', providerId), model, input, output],
      );
    await call('m', 1_000_000, 100_000);
    await call('m', 1, 0);
    await call('unpriced', 10, 10);
    await call('m', 0, 0);
    assert.deepEqual((await usageOf(id)).cost, { amounts: [], unpricedCalls: 3 });
    await set({ prices, currency: 'EUR' });
    assert.deepEqual((await usageOf(id)).cost, {
      amounts: [{ currency: 'EUR', amount: '3.500003' }],
      unpricedCalls: 1,
    });
    await assert.rejects(set({ prices: [...prices, ...prices] }), { code: 'request.invalid' });
    await assert.rejects(set({ currency: 'euro' }), { code: 'request.invalid' });
    await set({ prices: [] });
    assert.deepEqual((await usageOf(id)).cost, { amounts: [], unpricedCalls: 3 });
  });

  test('makes no more than fifty rows a day, however many addresses a caller has', async () => {
    const { id, credential } = await make();
    for (let n = 0; n < 120; n += 1) {
      await world.call('session.get', { credential, ...from(`198.51.100.${String(n)}`, 'curl/8') });
      if (n % 30 === 29) await flush();
    }
    const { rows } = await world.admin(
      'select count(*)::int as places, sum(calls)::int as calls from holdfast.api_key_use where key_id = $1',
      [decodeId('key', id)],
    );
    assert.deepEqual(rows, [{ places: 51, calls: 120 }]);
  });

  test('is lost by nobody when the database cannot take it, and written with the next', async () => {
    const { id, credential } = await make();
    const { kernel } = await world.openReplica();
    let isDown = true;
    const lookup: typeof kernel.tools.lookup = (name, args, lane) =>
      isDown && name === 'note_api_key_uses'
        ? Promise.reject(new Error('down'))
        : kernel.tools.lookup(name, args, lane);
    const shaky = { ...kernel, tools: { ...kernel.tools, lookup } };
    await world.call('session.get', { credential }, shaky);
    await flush(shaky);
    isDown = false;
    await world.call('session.get', { credential }, shaky);
    await flush(shaky);
    assert.equal((await usageOf(id)).calls, 2);
  });

  test('is flagged when there has been none for thirty days, never was any, or the end is near or never', async () => {
    const { id } = await make();
    const flagsWith = async (change: string) => {
      await world.admin(`update holdfast.api_key set ${change} where id = $1`, [decodeId('key', id)]);
      return (await usageOf(id)).flags;
    };
    assert.deepEqual(await flagsWith("last_used_at = now() - interval '31 days'"), ['idle']);
    assert.deepEqual(await flagsWith("last_used_at = now() - interval '29 days'"), []);
    assert.deepEqual(await flagsWith("last_used_at = null, created_at = now() - interval '31 days'"), [
      'idle',
      'never_used',
    ]);
    assert.deepEqual(await flagsWith("last_used_at = now(), expires_at = now() + interval '13 days'"), [
      'expires_soon',
    ]);
    assert.deepEqual(await flagsWith('expires_at = null'), ['no_expiry']);
    assert.deepEqual(await flagsWith('revoked_at = now()'), []);
  });
});
