// What the report of access promises: everything that lets anybody in or do more is in it, with its use and what deserves a look.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { decodeId } from '@holdfast/protocol/ids.ts';
import { makeRole, makeTeam } from '#test/authority-examples.ts';
import { memberIdOf } from '#test/memberships.ts';
import { joinOrganization, makeKey, type Person, signIn } from '#test/people.ts';
import { createWorld, type Founded, type World } from '#test/world.ts';

type Item = {
  readonly kind: string;
  readonly id: string;
  readonly holder: string;
  readonly gives: readonly string[];
  readonly flags: readonly string[];
  readonly lastUsedAt: string | null;
};
type Report = {
  readonly items: readonly Item[];
  readonly kinds: readonly { readonly kind: string; readonly count: number }[];
};

describe('the report of access', () => {
  let world: World;
  let acme: Founded;
  let owner: Person;
  let member: Person;

  before(async () => {
    world = await createWorld();
    acme = await world.found('acme');
    await world.found('other');
    const organization = { organizationId: acme.organizationId, slug: 'acme' };
    owner = await joinOrganization(world, organization, 'owner');
    member = await joinOrganization(world, organization, 'member');
  });
  after(() => world?.[Symbol.asyncDispose]());

  const report = async (query: object = {}): Promise<Report> =>
    (await world.call('access_report.get', { credential: owner.credential, query })).body as Report;
  const idsOf = async (kind: string): Promise<readonly string[]> => (await report({ kind })).items.map(({ id }) => id);
  const find = async (kind: string, id: string): Promise<Item> =>
    (await report({ kind })).items.find((item) => item.id === id) ?? assert.fail(`no ${kind} ${id}`);

  it('has members, roles, teams, invitations and keys of this organization, until they are gone', async () => {
    const stage = { world, owner };
    const memberId = await memberIdOf(world, member);
    const roleId = await makeRole(stage, ['security_configuration:manage']);
    const teamId = await makeTeam(stage, [{ person: member, isLead: true }]);
    const { credential } = owner;
    await world.call('role.give', { credential, params: { roleId, memberId } });
    await world.call('team.give_role', { credential, params: { teamId, roleId } });
    const invited = await world.call('invitation.create', {
      credential,
      body: { email: 'new@acme.example', role: 'viewer' },
    });
    const { id: invitationId } = invited.body as { readonly id: string };
    const key = await makeKey(world, member.credential, ['models:use']);

    const { flags: teamFlags, gives } = await find('team_place', `${teamId}/${memberId}`);
    assert.deepEqual([teamFlags, gives], [['lead', 'security'], ['security_configuration:manage']]);
    assert.deepEqual((await find('member_role', `${memberId}/${roleId}`)).flags, ['security']);
    assert.deepEqual((await find('team_role', `${teamId}/${roleId}`)).flags, ['security']);
    assert.deepEqual((await find('custom_role', roleId)).flags, ['security']);
    assert.deepEqual((await find('invitation', invitationId)).gives, ['viewer']);
    assert.deepEqual((await find('api_key', key.id)).flags, ['never_used']);
    assert.deepEqual((await find('membership', memberId)).flags, ['no_second_factor']);
    const { kinds, items } = await report();
    assert.equal(
      kinds.reduce((sum, { count }) => sum + count, 0),
      items.length,
    );

    await world.call('api_key.revoke', { credential, params: { apiKeyId: key.id } });
    await world.call('invitation.cancel', { credential, params: { invitationId } });
    await world.call('role.delete', { credential, params: { roleId } });
    for (const kind of ['api_key', 'invitation', 'member_role', 'team_role', 'custom_role'])
      assert.deepEqual(await idsOf(kind), [], kind);
  });

  it('tells when somebody was last here, and marks who was not for a month', async () => {
    const memberId = await memberIdOf(world, member);
    assert.notEqual((await find('membership', memberId)).lastUsedAt, null);
    await world.admin("update holdfast.session set last_seen_at = now() - interval '31 days' where user_id = $1", [
      member.userId,
    ]);
    assert.deepEqual((await find('membership', memberId)).flags, ['no_second_factor', 'idle']);
    const { items } = await report({ flag: 'idle' });
    assert.deepEqual(
      items.map(({ id }) => id),
      [memberId],
    );
  });

  it('marks keys that nobody has used for a month, and those without an end', async () => {
    const key = await makeKey(world, owner.credential, ['models:use']);
    await world.admin(
      `update holdfast.api_key set created_at = now() - interval '40 days', last_used_at = now() - interval '30 days',
         expires_at = null where id = $1`,
      [decodeId('key', key.id)],
    );
    assert.deepEqual((await find('api_key', key.id)).flags, ['idle', 'no_expiry']);
  });

  it('is for owners and admins, and its making is in the log', async () => {
    const credential = await signIn(world, member.email);
    await assert.rejects(world.call('access_report.get', { credential }), {
      code: 'auth.forbidden',
    });
    const { rows } = await world.admin(
      "select 1 from holdfast.audit_pending where action = 'access_report.made' and outcome = 'allowed' limit 1",
    );
    assert.equal(rows.length, 1);
  });
});
