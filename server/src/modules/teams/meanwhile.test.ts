// Who fills a team is asked when the call has its turn: whoever led it before that counts for nothing.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeId } from '@holdfast/protocol/ids.ts';
import { makeTeam } from '#test/authority-examples.ts';
import { endingBehind, refusalOf } from '#test/held-transaction.ts';
import { memberIdOf } from '#test/memberships.ts';
import { joinOrganization } from '#test/people.ts';
import { createWorld } from '#test/world.ts';

describe('a lead of a team', () => {
  it('who is taken out while their call waits for the team adds nobody and takes nobody out', async () => {
    await using world = await createWorld();
    const acme = { ...(await world.found('acme')), slug: 'acme' };
    const owner = await joinOrganization(world, acme, 'owner');
    const person = await joinOrganization(world, acme, 'member');
    for (const route of ['team.place_member', 'team.take_out_member']) {
      const lead = await joinOrganization(world, acme, 'member');
      const isAdded = route === 'team.place_member';
      const others = isAdded ? [] : [{ person, isLead: false }];
      const teamId = await makeTeam({ world, owner }, [{ person: lead, isLead: true }, ...others]);
      const id = decodeId('tem', teamId);
      const takingOut = [
        ['select from holdfast.team where id = $1 for no key update', [id]],
        ['delete from holdfast.team_member where team_id = $1 and is_lead', [id]],
      ] as const;
      const params = { teamId, memberId: await memberIdOf(world, person) };
      const ending = await endingBehind(world, takingOut, () =>
        world.call(route, { credential: lead.credential, params, ...(isAdded && { body: {} }) }),
      );
      assert.equal(refusalOf(ending), 'auth.forbidden', route);
      const { rowCount } = await world.admin('select from holdfast.team_member where team_id = $1', [id]);
      assert.equal(rowCount, others.length, route);
    }
    assert.deepEqual(world.unexpected, []);
  });
});
