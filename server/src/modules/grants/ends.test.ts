// When grants end: another end is given by the rules of giving one.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { makeProvider } from '#test/made-providers.ts';
import { memberIdOf } from '#test/memberships.ts';
import { joinOrganization, type Person } from '#test/people.ts';
import { createWorld, type World } from '#test/world.ts';

type Body = Readonly<Record<string, unknown>>;

describe('ends of grants', () => {
  let world: World;
  let acme: { readonly organizationId: string; readonly slug: string };
  let owner: Person;

  before(async () => {
    world = await createWorld();
    acme = { ...(await world.found('acme')), slug: 'acme' };
    owner = await joinOrganization(world, acme, 'owner');
  });
  after(() => world?.[Symbol.asyncDispose]());

  async function give(): Promise<Body> {
    const objectId = await makeProvider({ world, owner, upstream: 'https://models.example.com/v1' });
    const memberId = await memberIdOf(world, await joinOrganization(world, acme, 'member'));
    const call = { credential: owner.credential, params: { objectId }, body: { level: 'editor', memberId } };
    return (await world.call('grant.give', call)).body as Body;
  }

  it('get another end, or none, by the rules of giving', async () => {
    const grant = await give();
    const setEnd = async (expiresAt: string | null) => {
      const params = { grantId: String(grant['id']) };
      const { body } = await world.call('grant.update', { credential: owner.credential, params, body: { expiresAt } });
      return [(body as Body)['expiresAt'], (body as Body)['level']];
    };
    const soon = new Date(Date.now() + 3_600_000).toISOString();
    assert.deepEqual(await setEnd(soon), [soon, 'editor']);
    for (const bad of [new Date(Date.now() - 1_000), new Date(Date.now() + 6 * 366 * 86_400_000)])
      await assert.rejects(setEnd(bad.toISOString()), { code: 'grant.unfit_end' });
    assert.deepEqual(await setEnd(null), [null, 'editor']);
  });
});
