// What grants promise: one object for one member, team or everybody, for as long as is said, and never more than the giver holds.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { decodeId } from '@holdfast/protocol/ids.ts';
import { makeRole, makeTeam } from '#test/authority-examples.ts';
import { makeProvider } from '#test/made-providers.ts';
import { memberIdOf } from '#test/memberships.ts';
import { joinOrganization, makeKey, type Person } from '#test/people.ts';
import { createWorld, type World } from '#test/world.ts';

type Body = Readonly<Record<string, unknown>>;

describe('grants', () => {
  let world: World;
  let acme: { readonly organizationId: string; readonly slug: string };
  let owner: Person;
  const upstream = 'https://models.example.com/v1';

  before(async () => {
    world = await createWorld();
    acme = { ...(await world.found('acme')), slug: 'acme' };
    owner = await joinOrganization(world, acme, 'owner');
  });
  after(() => world?.[Symbol.asyncDispose]());

  const join = (role: 'admin' | 'member' | 'viewer' = 'member'): Promise<Person> => joinOrganization(world, acme, role);
  const connect = (): Promise<string> => makeProvider({ world, owner, upstream });
  const give = async (actor: Person, objectId: string, body: Body): Promise<Body> =>
    (await world.call('grant.give', { credential: actor.credential, params: { objectId }, body })).body as Body;
  const giveTo = async (actor: Person, objectId: string, person: Person, level: string, rest: Body = {}) =>
    give(actor, objectId, { level, memberId: await memberIdOf(world, person), ...rest });
  const end = ({ credential }: Person, grant: Body) =>
    world.call('grant.end', { credential, params: { grantId: String(grant['id']) } });
  const rename = ({ credential }: Pick<Person, 'credential'>, providerId: string) =>
    world.call('provider.update', { credential, params: { providerId }, body: { local: true } });
  const disconnect = ({ credential }: Person, providerId: string) =>
    world.call('provider.delete', { credential, params: { providerId } });
  const seeKey = ({ credential }: Pick<Person, 'credential'>, apiKeyId: string) =>
    world.call('api_key.get', { credential, params: { apiKeyId } });
  const keysSeenBy = async ({ credential }: Person): Promise<readonly string[]> => {
    const { body } = await world.call('api_key.list', { credential, query: { limit: '200' } });
    return (body as { readonly items: readonly { readonly id: string }[] }).items.map(({ id }) => id);
  };

  it('let somebody do with one object what their role does not, by level, and with no other', async () => {
    const [person, one, other] = [await join(), await connect(), await connect()];
    await assert.rejects(rename(person, one), { code: 'auth.forbidden' });
    const grant = await giveTo(owner, one, person, 'viewer');
    await assert.rejects(rename(person, one), { code: 'auth.forbidden' });
    await giveTo(owner, one, person, 'editor');
    await rename(person, one);
    await assert.rejects(rename(person, other), { code: 'auth.forbidden' });
    await assert.rejects(disconnect(person, one), { code: 'auth.forbidden' });
    await assert.rejects(giveTo(person, one, await join(), 'viewer'), { code: 'resource.not_found' });
    await giveTo(owner, one, person, 'manager');
    await end(owner, grant);
    await assert.rejects(disconnect(person, one), { code: 'auth.forbidden' });
    await giveTo(owner, one, person, 'manager');
    await disconnect(person, one);
  });

  it('make what somebody could not know of visible, and hide it again without a difference to what never was', async () => {
    const person = await join();
    const { id } = await makeKey(world, owner.credential, ['models:use']);
    await assert.rejects(seeKey(person, id), { code: 'resource.not_found' });
    assert.deepEqual(await keysSeenBy(person), []);
    const grant = await giveTo(owner, id, person, 'viewer');
    assert.equal(((await seeKey(person, id)).body as Body)['id'], id);
    assert.deepEqual(await keysSeenBy(person), [id]);
    await assert.rejects(world.call('api_key.revoke', { credential: person.credential, params: { apiKeyId: id } }), {
      code: 'auth.forbidden',
    });
    await end(owner, grant);
    await assert.rejects(seeKey(person, id), { code: 'resource.not_found' });
    assert.deepEqual(await keysSeenBy(person), []);
  });

  it('hold for everybody in a team for as long as they are in it, and for everybody in the organization', async () => {
    const [person, colleague] = [await join(), await join('viewer')];
    const teamId = await makeTeam({ world, owner }, [{ person, isLead: false }]);
    const providerId = await connect();
    await give(owner, providerId, { level: 'editor', teamId });
    await rename(person, providerId);
    await assert.rejects(rename(colleague, providerId), { code: 'auth.forbidden' });
    const params = { teamId, memberId: await memberIdOf(world, person) };
    await world.call('team.take_out_member', { credential: owner.credential, params });
    await assert.rejects(rename(person, providerId), { code: 'auth.forbidden' });
    const grant = await give(owner, providerId, { level: 'editor', toEverybody: true });
    await rename(person, providerId);
    await rename(colleague, providerId);
    await end(owner, grant);
    await assert.rejects(rename(colleague, providerId), { code: 'auth.forbidden' });
  });

  it('of a team come with a place in it, which is nobody’s to give who holds them neither by it nor otherwise', async () => {
    const [filler, person, providerId] = [await join(), await join(), await connect()];
    const role = await world.call('role.create', {
      credential: owner.credential,
      body: { name: 'fills teams', permissions: ['team:fill'] },
    });
    const roleId = String((role.body as Body)['id']);
    const params = { roleId, memberId: await memberIdOf(world, filler) };
    await world.call('role.give', { credential: owner.credential, params });
    const teamId = await makeTeam({ world, owner });
    const place = async (who: Person) =>
      world.call('team.place_member', {
        credential: filler.credential,
        params: { teamId, memberId: await memberIdOf(world, who) },
        body: {},
      });
    await place(person);
    await give(owner, providerId, { level: 'editor', teamId });
    await assert.rejects(place(filler), { code: 'team.beyond_yours' });
    await assert.rejects(rename(filler, providerId), { code: 'auth.forbidden' });
    await giveTo(owner, providerId, filler, 'editor');
    await place(filler);
  });

  it('are to no project that the giver cannot see', async () => {
    const [manager, providerId] = [await join(), await connect()];
    await giveTo(owner, providerId, manager, 'manager');
    const made = await world.call('project.create', { credential: owner.credential, body: { name: 'Borealis' } });
    const projectId = String((made.body as Body)['id']);
    await assert.rejects(give(manager, providerId, { level: 'viewer', projectId }), { code: 'grant.unfit' });
    await give(owner, providerId, { level: 'viewer', projectId });
  });

  it('hold for everybody in a project for as long as they are in it', async () => {
    const [person, providerId] = [await join(), await connect()];
    const made = await world.call('project.create', { credential: owner.credential, body: { name: 'Atlas' } });
    const projectId = String((made.body as Body)['id']);
    await give(owner, providerId, { level: 'editor', projectId });
    await assert.rejects(rename(person, providerId), { code: 'auth.forbidden' });
    const params = { projectId, memberId: await memberIdOf(world, person) };
    await world.call('project.place_member', { credential: owner.credential, params, body: {} });
    await rename(person, providerId);
    const own = await world.call('granted_object.list', { credential: person.credential });
    assert.deepEqual(
      (own.body as { items: readonly Body[] }).items.map(({ by, level }) => [by, level]),
      [['Atlas', 'editor']],
    );
    const archive = { credential: owner.credential, params: { projectId } };
    await world.call('project.archive', archive);
    await assert.rejects(rename(person, providerId), { code: 'auth.forbidden' });
    const keeper = await join();
    const roleId = await makeRole({ world, owner }, ['project:read', 'project:update']);
    const toKeeper = { roleId, memberId: await memberIdOf(world, keeper) };
    await world.call('role.give', { credential: owner.credential, params: toKeeper });
    // What was granted to it would hold again, and they do not hold that.
    await assert.rejects(world.call('project.restore', { ...archive, credential: keeper.credential }), {
      code: 'project.beyond_yours',
    });
    await world.call('project.restore', archive);
    await rename(person, providerId);
    await world.call('project.take_out_member', { credential: owner.credential, params });
    await assert.rejects(rename(person, providerId), { code: 'auth.forbidden' });
  });

  it('end by themselves when their time is over, and say so', async () => {
    const [person, providerId] = [await join(), await connect()];
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const grant = await giveTo(owner, providerId, person, 'editor', { expiresAt });
    assert.deepEqual([grant['expiresAt'], grant['isOver']], [expiresAt, false]);
    await rename(person, providerId);
    await world.admin("update holdfast.object_grant set expires_at = now() - interval '1 second'");
    await assert.rejects(rename(person, providerId), { code: 'auth.forbidden' });
    const { body } = await world.call('grant.list', { credential: owner.credential, query: { objectId: providerId } });
    assert.deepEqual(
      (body as { items: readonly Body[] }).items.map(({ isOver }) => isOver),
      [true],
    );
    const own = await world.call('granted_object.list', { credential: person.credential });
    assert.deepEqual((own.body as { items: readonly Body[] }).items, []);
    for (const bad of [new Date(Date.now() - 1_000), new Date(Date.now() + 6 * 366 * 86_400_000)])
      await assert.rejects(giveTo(owner, providerId, person, 'viewer', { expiresAt: bad.toISOString() }), {
        code: 'grant.unfit_end',
      });
  });

  it('are never more than their giver holds, whichever way the giver has it, and are taken back only by who holds them', async () => {
    const [manager, person] = [await join(), await join()];
    const providerId = await connect();
    const own = await giveTo(owner, providerId, manager, 'manager');
    const given = await giveTo(manager, providerId, person, 'manager');
    // Who manages one object grants no other, and sees no grants on others.
    await assert.rejects(giveTo(manager, await connect(), person, 'viewer'), { code: 'resource.not_found' });
    const listed = await world.call('grant.list', { credential: manager.credential });
    assert.deepEqual(
      (listed.body as { items: readonly { id: string }[] }).items.map(({ id }) => id).toSorted(),
      [String(own['id']), String(given['id'])].toSorted(),
    );
    await end(owner, own);
    await assert.rejects(end(manager, given), { code: 'resource.not_found' });
    // A custom role that lets somebody grant, but not delete providers, does not grant deleting them.
    const role = await world.call('role.create', {
      credential: owner.credential,
      body: { name: 'grants', permissions: ['grant:give', 'grant:end', 'grant:read', 'provider:update'] },
    });
    const params = { roleId: (role.body as { id: string }).id, memberId: await memberIdOf(world, manager) };
    await world.call('role.give', { credential: owner.credential, params });
    const beyond = { code: 'grant.beyond_yours' };
    await assert.rejects(giveTo(manager, providerId, await join(), 'manager'), beyond);
    await giveTo(manager, providerId, await join(), 'editor');
    await assert.rejects(giveTo(manager, providerId, person, 'viewer'), beyond);
    await assert.rejects(end(manager, given), beyond);
  });

  it('are to one each: giving again changes the one there is, and 50 at once leave one', async () => {
    const [person, providerId] = [await join(), await connect()];
    const first = await giveTo(owner, providerId, person, 'viewer');
    const second = await giveTo(owner, providerId, person, 'editor');
    assert.deepEqual([second['id'], second['level'], second['version']], [first['id'], 'editor', 2]);
    const target = await connect();
    const memberId = await memberIdOf(world, person);
    const all = await Promise.all(Array.from({ length: 50 }, () => give(owner, target, { level: 'editor', memberId })));
    assert.equal(new Set(all.map(({ id }) => id)).size, 1);
    for (const wrong of [{}, { memberId, toEverybody: true }])
      await assert.rejects(give(owner, target, { level: 'viewer', ...wrong }), { code: 'grant.to_whom' });
  });

  it('end with what they are on, with the membership and with the team, whoever ends those', async () => {
    const [person, leaver] = [await join(), await join()];
    const providerId = await connect();
    const teamId = await makeTeam({ world, owner });
    await giveTo(owner, providerId, person, 'viewer');
    await giveTo(owner, providerId, leaver, 'viewer');
    await give(owner, providerId, { level: 'viewer', teamId });
    const count = async (): Promise<number> => {
      const query = { objectId: providerId };
      const { body } = await world.call('grant.list', { credential: owner.credential, query });
      return (body as { items: readonly unknown[] }).items.length;
    };
    assert.equal(await count(), 3);
    const removed = await world.call('member.remove', {
      credential: owner.credential,
      params: { memberId: await memberIdOf(world, leaver) },
    });
    assert.equal((removed.body as { ended: { grants: number } }).ended.grants, 1);
    assert.equal(await count(), 2);
    await world.call('team.delete', { credential: owner.credential, params: { teamId } });
    assert.equal(await count(), 1);
    await disconnect(owner, providerId);
    assert.equal(await count(), 0);
    const left = 'select 1 from holdfast.object_grant where object_id = $1';
    assert.deepEqual((await world.admin(left, [decodeId('prv', providerId)])).rows, []);
  });

  it('reach a key of the person’s own with that scope, and no key of the organization', async () => {
    const [person, providerId] = [await join(), await connect()];
    const { id } = await makeKey(world, owner.credential, ['models:use']);
    await giveTo(owner, id, person, 'viewer');
    await giveTo(owner, providerId, person, 'editor');
    assert.equal(((await seeKey(person, id)).body as Body)['id'], id);
    const personal = await makeKey(world, person.credential, ['models:use']);
    // No key is given a permission to read keys or to change providers, whoever makes it.
    await assert.rejects(seeKey(personal, id), { code: 'auth.forbidden' });
    await assert.rejects(rename(personal, providerId), { code: 'auth.forbidden' });
  });

  it('of another organization are not there', async () => {
    const other = await world.found('other');
    const providerId = await connect();
    const person = await join();
    const grant = await giveTo(owner, providerId, person, 'viewer');
    const stranger = { credential: other.credential };
    const missing = { code: 'resource.not_found' };
    const params = { grantId: String(grant['id']) };
    await assert.rejects(world.call('grant.end', { ...stranger, params }), missing);
    await assert.rejects(world.call('grant.update', { ...stranger, params, body: { level: 'manager' } }), missing);
    await assert.rejects(
      world.call('grant.give', {
        ...stranger,
        params: { objectId: providerId },
        body: { level: 'viewer', toEverybody: true },
      }),
      missing,
    );
    const listed = await world.call('grant.list', stranger);
    assert.deepEqual((listed.body as { items: readonly unknown[] }).items, []);
    // Nor is a member of elsewhere somebody to grant to.
    const theirs = await joinOrganization(world, { ...other, slug: 'other' }, 'member');
    await assert.rejects(giveTo(owner, providerId, theirs, 'viewer'), { code: 'grant.unfit' });
  });

  it('that somebody tries to use without having them are refused and logged', async () => {
    const [person, { id }] = [await join(), await makeKey(world, owner.credential, ['models:use'])];
    const requestId = 'req_without_grant';
    await assert.rejects(
      world.call('api_key.get', { credential: person.credential, params: { apiKeyId: id }, requestId }),
      { code: 'resource.not_found' },
    );
    await world.kernel.recorder.flush();
    const { rows } = await world.admin('select outcome from holdfast.audit_pending where request_id = $1', [requestId]);
    assert.deepEqual(rows, [{ outcome: 'denied' }]);
  });
});
