// Who waits for memberships holds nothing that those need who have them: nobody waits for somebody who waits for them.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { decodeId } from '@holdfast/protocol/ids.ts';
import { makeRole, makeTeam } from '#test/authority-examples.ts';
import { makeGrant } from '#test/grant-examples.ts';
import { endingBehind } from '#test/held-transaction.ts';
import { memberIdOf } from '#test/memberships.ts';
import { joinOrganization, type Person } from '#test/people.ts';
import { decideOn, itemAbout, startReview } from '#test/reviews.ts';
import { createWorld, type World } from '#test/world.ts';

describe('a call that waits for memberships', () => {
  let world: World;
  let acme: { readonly organizationId: string; readonly slug: string };
  let owner: Person;
  let member: Person;

  before(async () => {
    world = await createWorld();
    acme = { ...(await world.found('acme')), slug: 'acme' };
    owner = await joinOrganization(world, acme, 'owner');
    member = await joinOrganization(world, acme, 'member');
  });
  after(() => world?.[Symbol.asyncDispose]());

  /** The call is made while somebody has memberships, who then takes what they need next and does not wait for it. */
  const meet = async (call: () => Promise<unknown>, next: string, id: string | undefined): Promise<void> => {
    const ofAcme = decodeId('org', acme.organizationId);
    const memberships = ['select from holdfast.organization where org_id = $1 for no key update', [ofAcme]] as const;
    const { status } = await endingBehind(world, [memberships], call, [[`${next} nowait`, [id]]]);
    assert.equal(status, 'fulfilled');
    assert.deepEqual(world.unexpected, []);
  };

  it('about a team, or a role, lets others refer to it', async () => {
    const { credential } = owner;
    const teamId = await makeTeam({ world, owner });
    const roleId = await makeRole({ world, owner });
    const memberId = await memberIdOf(world, member);
    const calls = [
      ['team.place_member', { params: { teamId, memberId }, body: {} }],
      ['team.give_role', { params: { teamId, roleId } }],
      ['role.give', { params: { roleId, memberId } }],
      ['team.delete', { params: { teamId } }],
    ] as const;
    for (const [route, rest] of calls) {
      const [table, id] =
        route === 'role.give' ? ['custom_role', decodeId('rol', roleId)] : ['team', decodeId('tem', teamId)];
      const refer = `select from holdfast.${table} where id = $1 for key share`;
      await meet(() => world.call(route, { credential, ...rest }), refer, id);
    }
  });

  it('to revoke a grant in a review has not got the grant yet', async () => {
    const { credential } = owner;
    const grantId = await makeGrant({ world, owner, visitor: member, upstream: 'https://models.example.com/v1' });
    const { id: reviewId } = await startReview(world, credential);
    const { id } = await itemAbout(world, credential, reviewId, grantId);
    const decide = () => decideOn(world, credential, reviewId, { items: [id], decision: 'revoke' });
    const lock = 'select from holdfast.object_grant where id = $1 for update';
    await meet(decide, lock, decodeId('grt', grantId));
    assert.equal((await world.admin('select from holdfast.object_grant')).rowCount, 0);
  });
});
