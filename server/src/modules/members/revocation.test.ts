// What rests on a membership ends with it on the other server, also where its person is signed in nowhere.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Credential } from '#kernel/credential.ts';
import { changeMember, removeMember } from '#test/memberships.ts';
import { until } from '#test/outbox.ts';
import { joinOrganization, makeKey, type Person } from '#test/people.ts';
import { openTwoReplicas, type TwoReplicas } from '#test/two-replicas.ts';

type Way = readonly [
  what: string,
  /** What a key of theirs is answered then. */
  answer: string,
  act: (stage: TwoReplicas, person: Person) => Promise<unknown>,
];

const ways: readonly Way[] = [
  ['is suspended', 'auth.invalid', ({ world }, { userId }) => suspend(world, userId)],
  [
    'has a suspended membership',
    'auth.invalid',
    ({ world }, person) => changeMember(world, person, "set status = 'suspended'"),
  ],
  ['is no member any more', 'auth.invalid', ({ world }, person) => removeMember(world, person)],
  [
    'may not call models any more',
    'auth.forbidden',
    ({ world }, person) => changeMember(world, person, "set role = 'viewer'"),
  ],
];

function suspend({ admin }: TwoReplicas['world'], userId: string): Promise<unknown> {
  return admin("update holdfast.person set status = 'suspended' where user_id = $1", [userId]);
}

describe('a key whose person is signed in nowhere', () => {
  let stage: TwoReplicas;

  before(async () => {
    stage = await openTwoReplicas();
  });
  after(() => stage[Symbol.asyncDispose]());

  async function makeKeyOf(person: Person): Promise<Credential> {
    const key = await makeKey(stage.world, person.credential, ['models:use']);
    await stage.world.call('session.delete', { credential: person.credential });
    return key.credential;
  }

  for (const [what, answer, act] of ways) {
    it(`is refused on the other server when the person ${what}, and its stream there ends`, async (t) => {
      const { world, acme, modelFor, hold } = stage;
      const organization = { organizationId: acme.organizationId, slug: 'acme' };
      const [person, neighbor] = [
        await joinOrganization(world, organization, 'member'),
        await joinOrganization(world, organization, 'member'),
      ];
      const [key, neighbors] = [await makeKeyOf(person), await makeKeyOf(neighbor)];
      for (const credential of [key, neighbors]) assert.equal(await modelFor(credential), 'done');
      const [held, beside] = [await hold(key), await hold(neighbors)];
      const asked = beside.asked();
      await act(stage, person);
      const actedMs = performance.now();
      assert.equal(await modelFor(key), answer);
      await until(() => !held.isOpen());
      assert.equal(await held.ended, 'auth.invalid');
      // The promise is a second. What a busy machine took is told; the test fails on what never happens.
      t.diagnostic(`the stream ended ${Math.round(performance.now() - actedMs)} ms after`);
      await beside.untilAsked(asked);
      assert.equal(await modelFor(neighbors), 'done');
      assert.equal(await beside.leave(), 'left');
      assert.deepEqual(world.unexpected, []);
    });
  }
});
