// What the report of ages promises: every live key and secret is in it, with the age it has, and due when the schedule says.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { decodeId } from '@holdfast/protocol/ids.ts';
import { makeKey } from '#test/people.ts';
import { createWorld, type Founded, type World } from '#test/world.ts';

type Item = Readonly<Record<'kind' | 'id' | 'keptAs' | 'since', string>> & {
  readonly ageDays: number;
  readonly isDue: boolean;
};
type Report = { readonly items: readonly Item[]; readonly dueCount: number; readonly schedule: object };

describe('the report of ages', () => {
  let world: World;
  let acme: Founded;

  before(async () => {
    world = await createWorld();
    acme = await world.found();
  });
  after(() => world?.[Symbol.asyncDispose]());

  const report = async (dueWithinDays?: number): Promise<Report> =>
    (await world.call('credential.report', { credential: acme.credential, query: { dueWithinDays } })).body as Report;
  const itemOf = async (id: string, dueWithinDays?: number): Promise<Item | undefined> =>
    (await report(dueWithinDays)).items.find((item) => item.id === id);

  test('has every live key, due when its secret is older than the schedule, and young again when it was rotated', async () => {
    const { id } = await makeKey(world, acme.credential, ['session:read']);
    assert.deepEqual([(await itemOf(id))?.ageDays, (await itemOf(id))?.isDue], [0, false]);
    assert.deepEqual([(await itemOf(id, 89))?.isDue, (await itemOf(id, 91))?.isDue], [false, true]);
    await world.admin(
      "update holdfast.api_key set created_at = now() - interval '91 days', expires_at = null where id = $1",
      [decodeId('key', id)],
    );
    assert.deepEqual([(await itemOf(id))?.ageDays, (await itemOf(id))?.isDue], [91, true]);
    await world.call('api_key.rotate', {
      credential: acme.credential,
      params: { apiKeyId: id },
      body: { overlapHours: 0 },
      ifMatch: '"1"',
    });
    assert.deepEqual([(await itemOf(id))?.ageDays, (await itemOf(id))?.isDue], [0, false]);
    await world.call('api_key.revoke', { credential: acme.credential, params: { apiKeyId: id } });
    assert.equal(await itemOf(id), undefined);
  });

  test('has every secret of a provider, as old as the secret and not as its row', async () => {
    const body = { name: 'p', kind: 'openai', apiKey: 'sk-one' };
    const made = await world.call('provider.create', { credential: acme.credential, body });
    const { id } = made.body as { readonly id: string };
    const bare = { name: 'bare', kind: 'openai_compatible', baseUrl: 'https://models.example.com/v1' };
    await world.call('provider.create', { credential: acme.credential, body: bare });
    await world.admin("update holdfast.provider set secret_set_at = now() - interval '366 days'");
    assert.deepEqual([(await itemOf(id))?.keptAs, (await itemOf(id))?.isDue], ['sealed', true]);
    assert.equal((await report()).items.filter(({ kind }) => kind === 'provider_secret').length, 1);
    const params = { providerId: id };
    await world.call('provider.update', { credential: acme.credential, params, body: { name: 'renamed' } });
    assert.equal((await itemOf(id))?.isDue, true);
    await world.call('provider.update', { credential: acme.credential, params, body: { apiKey: 'sk-two' } });
    assert.deepEqual([(await itemOf(id))?.ageDays, (await itemOf(id))?.isDue], [0, false]);
  });

  test('has the secret of every webhook, as old as the one that signs now', async () => {
    const body = { name: 'pager', url: 'https://hooks.example.com/in' };
    const made = await world.call('webhook.create', { credential: acme.credential, body });
    const { id } = made.body as { readonly id: string };
    await world.admin("update holdfast.webhook_secret set created_at = now() - interval '366 days'");
    assert.deepEqual([(await itemOf(id))?.kind, (await itemOf(id))?.isDue], ['webhook_secret', true]);
    const rotation = { params: { webhookId: id }, body: { overlapHours: 24 } };
    await world.call('webhook.rotate', { credential: acme.credential, ...rotation });
    assert.deepEqual([(await itemOf(id))?.ageDays, (await itemOf(id))?.isDue], [0, false]);
  });

  test('is held against the schedule of the organization', async () => {
    const { id } = await makeKey(world, acme.credential, ['session:read']);
    const put = (body: object) => world.call('credential.update_schedule', { credential: acme.credential, body });
    await put({ apiKeyDays: 1, providerSecretDays: 365 });
    await world.admin("update holdfast.api_key set created_at = now() - interval '25 hours' where id = $1", [
      decodeId('key', id),
    ]);
    assert.deepEqual([(await itemOf(id))?.isDue, (await report()).dueCount], [true, 1]);
    const second = await put({ apiKeyDays: 30, providerSecretDays: 10 });
    assert.deepEqual(second.body, { apiKeyDays: 30, providerSecretDays: 10, version: 2 });
    assert.equal((await itemOf(id))?.isDue, false);
    await assert.rejects(put({ apiKeyDays: 0, providerSecretDays: 10 }), { code: 'request.invalid' });
  });
});
