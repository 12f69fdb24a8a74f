// Whoever asks again and again for what does not exist for them is told of once, whoever they are and however they ask.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startWorker } from '#jobs/worker.ts';
import type { Credential } from '#kernel/credential.ts';
import { encodeId } from '#kernel/fields.ts';
import { createMemoryStore } from '#kernel/limits/memory-store.ts';
import type { LimitStore } from '#kernel/limits/limits.ts';
import { type Attempt, PROBED, watchProbing } from '#kernel/probing.ts';
import { decodeId } from '@holdfast/protocol/ids.ts';
import { until } from '#test/outbox.ts';
import { joinOrganization, makeKey, signIn } from '#test/people.ts';
import { createWorld, type Founded, type World } from '#test/world.ts';

describe('probing for what is another organization’s', () => {
  let world: World;
  let acme: Founded & { readonly slug: string };
  let foreign: string;

  before(async () => {
    world = await createWorld({ watchesProbing: true });
    acme = { ...(await world.found('acme')), slug: 'acme' };
    const other = { ...(await world.found('other')), slug: 'other' };
    foreign = (await makeKey(world, other.credential, ['session:read'])).id;
  });
  after(() => world[Symbol.asyncDispose]());

  const absent = (): string => encodeId('key', world.kernel.tools.newId());
  const ask = (credential: Credential, apiKeyId: string) =>
    assert.rejects(world.call('api_key.get', { credential, params: { apiKeyId } }), { code: 'resource.not_found' });
  async function alarms(): Promise<number> {
    // Flushing waits for what is being counted too.
    await world.kernel.recorder.flush();
    const { rows } = await world.admin(`select 1 from holdfast.audit_pending where action = $1`, [PROBED]);
    return rows.length;
  }
  const fresh = async (): Promise<Credential> => {
    const { email } = await joinOrganization(world, acme, 'admin');
    return signIn(world, email);
  };

  it('is told of once for fifty attempts at once, of what is foreign and of what is nobody’s alike', async () => {
    for (const idOf of [() => foreign, absent]) {
      const [credential, before] = [await fresh(), await alarms()];
      await Promise.all(Array.from({ length: 50 }, () => ask(credential, idOf())));
      assert.equal((await alarms()) - before, 1);
    }
  });

  it('is not told of for a dozen, and what one did is not added to another', async () => {
    const [one, two, before] = [await fresh(), await fresh(), await alarms()];
    for (let turn = 0; turn < 12; turn += 1) for (const each of [one, two]) await ask(each, foreign);
    assert.equal((await alarms()) - before, 0);
    await ask(one, foreign);
    await ask(one, foreign);
    assert.equal((await alarms()) - before, 1);
  });

  it('is told to webhooks, in the organization of whoever asks, without a name', async () => {
    const credential = await fresh();
    await world.call('webhook.create', {
      credential: acme.credential,
      body: { name: 'Pager', url: 'https://pager.example/' },
    });
    for (let turn = 0; turn < 13; turn += 1) await ask(credential, foreign);
    await alarms();
    const worked = world.admin(`select body from holdfast.webhook_delivery where type = $1`, [PROBED]);
    assert.deepEqual((await worked).rows, []);
    const worker = startWorker({
      kernel: world.kernel,
      pollMs: 20,
      // Nobody is at that address; that it cannot be sent is no failure of what tells.
      onFailure: ({ error }) => world.unexpected.push(error),
    });
    const told = () =>
      world.admin(`select body::jsonb -> 'data' as data, org_id from holdfast.webhook_delivery where type = $1`, [
        PROBED,
      ]);
    await until(async () => (await told()).rows.length > 0);
    await worker.stop();
    const { rows } = await told();
    const data = { organizationId: acme.organizationId, kind: 'user' };
    const [first] = rows as readonly { readonly data: object; readonly org_id: string }[];
    assert.deepEqual(first, { data, org_id: decodeId('org', acme.organizationId) });
  });

  const attempt = (actorId: string): Attempt => ({
    stream: { kind: 'org', id: decodeId('org', acme.organizationId) ?? '' },
    actor: { kind: 'user', id: actorId },
    requestId: 'req_probing',
    route: 'api_key.get',
    asked: [foreign],
  });
  const watch = (limits: LimitStore, heard: Attempt[], lost: unknown[]) =>
    watchProbing({
      lanes: world.kernel.lanes,
      limits,
      onAlarm: (one) => void heard.push(one),
      onLost: (error) => void lost.push(error),
    });

  it('is counted over all servers that share a store', async () => {
    const [store, heard, lost] = [createMemoryStore(), [] as Attempt[], [] as unknown[]];
    const servers = [watch(store, heard, lost), watch(store, heard, lost)];
    for (let turn = 0; turn < 25; turn += 1) for (const { note } of servers) note(attempt('everywhere'));
    await Promise.all(servers.map(({ settle }) => settle()));
    assert.deepEqual([heard.length, lost], [1, []]);
  });

  it('costs no more memory under a flood, and a store that is down throws at nobody', async () => {
    const [heard, lost]: [Attempt[], unknown[]] = [[], []];
    let asked = 0;
    const held = Promise.withResolvers<never>();
    const store: LimitStore = {
      take: () => {
        asked += 1;
        return held.promise;
      },
    };
    const { note, settle } = watch(store, heard, lost);
    for (let turn = 0; turn < 10_000; turn += 1) note(attempt(`flood ${String(turn)}`));
    assert.equal(asked, 50);
    held.reject(new Error('the store is down'));
    await settle();
    assert.deepEqual([heard.length, lost.length], [0, 50]);
    note(attempt('after'));
    assert.equal(asked, 51);
    await settle();
  });

  it('is nothing where no id was named, or where nobody is anybody', async () => {
    const [heard, lost]: [Attempt[], unknown[]] = [[], []];
    const { note, settle } = watch(createMemoryStore(), heard, lost);
    for (let turn = 0; turn < 20; turn += 1) {
      note({ ...attempt('without an id'), asked: [] });
      note({ ...attempt('of the installation'), stream: { kind: 'system', id: attempt('').stream.id } });
    }
    await settle();
    assert.deepEqual([heard, lost], [[], []]);
    assert.deepEqual(world.unexpected, []);
  });
});
