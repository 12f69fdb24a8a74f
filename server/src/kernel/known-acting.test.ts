// A caller that is remembered acts for whom it may act for now, by the text that is good now, with the limit it has now.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { decodeId, encodeId } from '@holdfast/protocol/ids.ts';
import { connectProvider, type Key, openCounted, outcomeOf, type Replica } from '#test/counted-replica.ts';
import { joinOrganization, makeKey, type Person, signIn } from '#test/people.ts';
import { createWorld, type Founded, type World } from '#test/world.ts';

const SCOPES = ['models:use'];

describe('a caller that is remembered and acts for somebody', () => {
  let world: World;
  let acme: Founded;
  let [replica, other]: readonly Replica[] = [];

  before(async () => {
    world = await createWorld();
    acme = await world.found();
    await connectProvider(world, acme.credential);
    [replica, other] = [await openCounted(world), await openCounted(world)];
  });
  after(() => world[Symbol.asyncDispose]());
  // What changes a role ends sessions too.
  beforeEach(async () => {
    acme = { ...acme, credential: await signIn(world, 'owner@acme.example') };
  });

  async function makeKnown(): Promise<Key> {
    const key = await makeKey(world, acme.credential, SCOPES);
    for (const one of [replica, other]) assert.equal(await outcomeOf(one, key), 'done');
    return key;
  }

  async function makeService(people: readonly Person[]): Promise<{ readonly id: string; readonly secret: string }> {
    const actsFor = people.map(({ userId }) => encodeId('usr', userId));
    const body = { kind: 'service', name: 'service', scopes: SCOPES, actsFor };
    const made = await world.call('api_key.create', { credential: acme.credential, body });
    const { id, key } = made.body as { readonly id: string; readonly key: string };
    return { id, secret: key };
  }
  const acting = ({ id, secret }: { readonly id: string; readonly secret: string }, { userId }: Person): Key => ({
    id,
    credential: { kind: 'api_key', secret, claims: { onBehalfOf: userId } },
  });

  test('is one caller for each person it acts for, and ends for one of them alone', async () => {
    const organization = { organizationId: acme.organizationId, slug: 'acme' };
    const people = [
      await joinOrganization(world, organization, 'member'),
      await joinOrganization(world, organization, 'member'),
      await joinOrganization(world, organization, 'member'),
    ] as const;
    const [one, another, unnamed] = people;
    const key = await makeService([one, another]);
    for (const replicaOf of [replica, other])
      for (const person of [one, another])
        for (let n = 0; n < 2; n += 1) assert.equal(await outcomeOf(replicaOf, acting(key, person)), 'done');
    const { rows } = await world.admin(
      'select owner_user_id as person, count(*)::int as calls from holdfast.model_call where key_id = $1 group by 1',
      [decodeId('key', key.id)],
    );
    assert.deepEqual(
      new Set(rows.map(({ person, calls }) => `${person} ${calls}`)),
      new Set([one, another].map(({ userId }) => `${userId} 4`)),
    );
    assert.equal(await outcomeOf(replica, acting(key, unnamed)), 'auth.behalf_refused');
    assert.equal(
      await outcomeOf(replica, { id: key.id, credential: { kind: 'api_key', secret: key.secret } }),
      'auth.behalf_refused',
    );
    // Nobody raised an epoch: the admission alone finds it.
    await world.admin('delete from holdfast.api_key_person where user_id = $1', [one.userId]);
    for (const replicaOf of [replica, other]) {
      assert.equal(await outcomeOf(replicaOf, acting(key, one)), 'auth.behalf_refused');
      assert.equal(await outcomeOf(replicaOf, acting(key, another)), 'done');
    }
    await world.admin("update holdfast.member set role = 'viewer' where user_id = $1", [another.userId]);
    for (const replicaOf of [replica, other])
      assert.equal(await outcomeOf(replicaOf, acting(key, another)), 'auth.forbidden');
  });

  test('is not known any more by the text before a rotation once the overlap is over, though nobody told', async () => {
    const key = await makeKnown();
    const rotated = await world.call('api_key.rotate', {
      credential: acme.credential,
      params: { apiKeyId: key.id },
      body: { overlapHours: 1 },
      ifMatch: '"1"',
    });
    const fresh: Key = {
      id: key.id,
      credential: { kind: 'api_key', secret: (rotated.body as { readonly key: string }).key },
    };
    for (const one of [replica, other])
      for (const text of [key, fresh, key, fresh]) assert.equal(await outcomeOf(one, text), 'done');
    await world.admin(
      "update holdfast.api_key set previous_until = now() - interval '1 second' where previous_until is not null",
    );
    for (const one of [replica, other]) {
      assert.equal(await outcomeOf(one, key), 'auth.invalid');
      assert.equal(await outcomeOf(one, fresh), 'done');
    }
  });

  test('is asked with the limit it has now', async () => {
    const key = await makeKnown();
    await world.admin('update holdfast.api_key set per_minute = 1 where id = $1', [decodeId('key', key.id)]);
    assert.equal(await outcomeOf(other, key), 'done');
    assert.equal(await outcomeOf(other, key), 'done');
    assert.equal(await outcomeOf(other, key), 'rate.exceeded');
  });
});
