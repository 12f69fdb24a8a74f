// What projects promise: who is in one sees it, its leads say who else is in it, and what is archived stands still.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { makeRole } from '#test/authority-examples.ts';
import { fiftyTimes } from '#test/fifty-times.ts';
import { makeProvider } from '#test/made-providers.ts';
import { memberIdOf } from '#test/memberships.ts';
import { joinOrganization, type Person } from '#test/people.ts';
import { makeProject } from '#test/project-examples.ts';
import { whenLookedUp } from '#test/when-looked-up.ts';
import { createWorld, type World } from '#test/world.ts';

type Shown = Readonly<Record<string, unknown>>;
type Listed = { readonly items: readonly Shown[]; readonly nextCursor: string };

describe('projects', () => {
  let world: World;
  let acme: { readonly organizationId: string; readonly slug: string };
  let owner: Person;
  let admin: Person;

  before(async () => {
    world = await createWorld();
    acme = { ...(await world.found('acme')), slug: 'acme' };
    owner = await joinOrganization(world, acme, 'owner');
    admin = await joinOrganization(world, acme, 'admin');
  });
  after(() => world?.[Symbol.asyncDispose]());

  const join = (role: 'member' | 'viewer' = 'member'): Promise<Person> => joinOrganization(world, acme, role);
  const ask = async (actor: Person, id: string, projectId: string, rest: object = {}): Promise<unknown> =>
    (await world.call(id, { credential: actor.credential, params: { projectId }, ...rest })).body;
  const get = async (actor: Person, projectId: string) => (await ask(actor, 'project.get', projectId)) as Shown;
  const place = async (actor: Person, projectId: string, person: Person, body: object = {}) =>
    ask(actor, 'project.place_member', projectId, {
      params: { projectId, memberId: await memberIdOf(world, person) },
      body,
    });
  const takeOut = async (actor: Person, projectId: string, person: Person) =>
    ask(actor, 'project.take_out_member', projectId, {
      params: { projectId, memberId: await memberIdOf(world, person) },
    });
  const list = async (actor: Person, query: object = {}) =>
    (await world.call('project.list', { credential: actor.credential, query: { limit: 200, ...query } }))
      .body as Listed;
  const create = (name: string, actor: Person = owner) =>
    world.call('project.create', { credential: actor.credential, body: { name } });

  it('are seen by who is in them and by who sees all; for everybody else they are not there', async () => {
    const [inside, outside] = [await join('viewer'), await join()];
    const projectId = await makeProject({ world, owner }, [{ person: inside, isLead: false }]);
    await makeProject({ world, owner });
    assert.deepEqual(
      (await list(inside)).items.map(({ id, isYours, isLedByYou }) => [id, isYours, isLedByYou]),
      [[projectId, true, false]],
    );
    assert.deepEqual((await list(outside)).items, []);
    assert.ok((await list(admin)).items.length >= 2);
    assert.deepEqual([(await get(inside, projectId))['members'], (await get(admin, projectId))['isYours']], [1, false]);
    const { items } = (await ask(inside, 'project.list_members', projectId)) as Listed;
    assert.deepEqual(
      items.map(({ email, isLead }) => [email, isLead]),
      [[inside.email, false]],
    );
    for (const id of ['project.get', 'project.list_members', 'project.leave'])
      await assert.rejects(ask(outside, id, projectId), { code: 'resource.not_found' });
    await assert.rejects(create('mine', inside), { code: 'auth.forbidden' });
  });

  it('are filled by their leads, and leads are made by who manages the members of all projects', async () => {
    const [lead, person, colleague] = [await join(), await join(), await join('viewer')];
    const projectId = await makeProject({ world, owner }, [
      { person: lead, isLead: true },
      { person, isLead: false },
    ]);
    const forbidden = { code: 'auth.forbidden' };
    await assert.rejects(place(person, projectId, colleague), forbidden);
    await assert.rejects(takeOut(person, projectId, lead), forbidden);
    await assert.rejects(place(colleague, projectId, colleague), { code: 'resource.not_found' });
    await place(lead, projectId, colleague);
    await assert.rejects(place(lead, projectId, colleague, { isLead: true }), forbidden);
    await assert.rejects(place(lead, projectId, lead, { isLead: false }), forbidden);
    await place(admin, projectId, colleague, { isLead: true });
    await assert.rejects(takeOut(lead, projectId, colleague), forbidden);
    // Being placed again takes nothing away.
    await place(lead, projectId, colleague);
    assert.equal((await get(colleague, projectId))['isLedByYou'], true);
    await takeOut(lead, projectId, person);
    await assert.rejects(takeOut(lead, projectId, person), { code: 'resource.not_found' });
    await ask(colleague, 'project.leave', projectId);
    await assert.rejects(ask(colleague, 'project.leave', projectId), { code: 'resource.not_found' });
    await takeOut(lead, projectId, lead);
    assert.equal((await get(owner, projectId))['members'], 0);
  });

  it('are filled by nobody who lost the right while their call was under way', async () => {
    const [person, accomplice] = [await join(), await join()];
    const projectId = await makeProject({ world, owner });
    const params = {
      roleId: await makeRole({ world, owner }, ['project:read', 'project:manage_members']),
      memberId: await memberIdOf(world, person),
    };
    await world.call('role.give', { credential: owner.credential, params });
    const taken = whenLookedUp(world.kernel, 'identify_session', () =>
      world.call('role.take', { credential: owner.credential, params }),
    );
    const call = { params: { projectId, memberId: await memberIdOf(world, accomplice) }, body: {} };
    await assert.rejects(world.call('project.place_member', { credential: person.credential, ...call }, taken), {
      code: 'auth.forbidden',
    });
    assert.equal((await get(owner, projectId))['members'], 0);
    await world.call('role.give', { credential: owner.credential, params });
    await world.call('project.place_member', { credential: person.credential, ...call });
    assert.equal((await get(owner, projectId))['members'], 1);
  });

  it('that hold more than whoever fills them are filled by who is in them, and by who holds all of that', async () => {
    const [person, accomplice, lead] = [await join(), await join(), await join()];
    const projectId = await makeProject({ world, owner }, [{ person: lead, isLead: true }]);
    const params = {
      roleId: await makeRole({ world, owner }, ['project:read', 'project:manage_members']),
      memberId: await memberIdOf(world, person),
    };
    await world.call('role.give', { credential: owner.credential, params });
    await place(person, projectId, accomplice);
    await takeOut(person, projectId, accomplice);
    const objectId = await makeProvider({ world, owner, upstream: 'https://models.example.com/v1' });
    const grant = { credential: owner.credential, params: { objectId }, body: { level: 'editor', projectId } };
    await world.call('grant.give', grant);
    for (const one of [person, accomplice])
      await assert.rejects(place(person, projectId, one), { code: 'project.beyond_yours' });
    await place(lead, projectId, accomplice);
    await place(admin, projectId, person);
    await takeOut(person, projectId, accomplice);
    await place(person, projectId, accomplice);
  });

  it('of one name are made once by fifty at once, in whatever letters, and changed by one of fifty who read the same', async () => {
    const write = (n: number): string => (n % 3 === 0 ? 'Moon shot' : n % 3 === 1 ? 'MOON SHOT' : 'moon Shot');
    const endings = await fiftyTimes(world, (on, n) =>
      world.call('project.create', { credential: owner.credential, body: { name: write(n) } }, on),
    );
    assert.deepEqual(endings, { done: 1, 'project.name_taken': 49 });
    const projectId = await makeProject({ world, owner });
    const changes = await fiftyTimes(world, (on, n) =>
      world.call(
        'project.update',
        {
          credential: owner.credential,
          params: { projectId },
          body: { description: `as ${String(n)} says` },
          ifMatch: '"1"',
        },
        on,
      ),
    );
    assert.deepEqual(changes, { done: 1, 'resource.changed': 49 });
    assert.equal((await get(owner, projectId))['version'], 2);
  });

  it('that are archived stand still, give their name free, and come back with everybody in them', async () => {
    const [lead, person] = [await join(), await join()];
    const projectId = await makeProject({ world, owner }, [{ person: lead, isLead: true }], 'Phoenix');
    const archived = (await ask(admin, 'project.archive', projectId)) as Shown;
    assert.deepEqual([archived['status'], archived['version']], ['archived', 2]);
    assert.deepEqual(await ask(admin, 'project.archive', projectId), archived);
    const still = { code: 'project.archived' };
    await assert.rejects(place(lead, projectId, person), still);
    await assert.rejects(place(owner, projectId, person), still);
    await assert.rejects(ask(owner, 'project.update', projectId, { body: { name: 'Ashes' } }), still);
    const { id: other } = (await create('phoenix')).body as { readonly id: string };
    await assert.rejects(ask(owner, 'project.restore', projectId), { code: 'project.name_taken' });
    await ask(owner, 'project.update', other, { body: { name: 'Ashes' } });
    const back = (await ask(owner, 'project.restore', projectId)) as Shown;
    assert.deepEqual([back['status'], back['archivedAt'], back['members']], ['active', null, 1]);
    await place(lead, projectId, person);
    await assert.rejects(ask(owner, 'project.update', other, { body: { name: 'PHOENIX' } }), {
      code: 'project.name_taken',
    });
  });

  it('are deleted when they are archived, and say who was in them', async () => {
    const [lead, person] = [await join(), await join()];
    const projectId = await makeProject({ world, owner }, [
      { person: lead, isLead: true },
      { person, isLead: false },
    ]);
    await assert.rejects(ask(owner, 'project.delete', projectId), { code: 'project.not_archived' });
    await ask(owner, 'project.archive', projectId);
    // Leaving needs nothing that stands.
    await ask(person, 'project.leave', projectId);
    await assert.rejects(ask(lead, 'project.delete', projectId), { code: 'auth.forbidden' });
    assert.deepEqual(await ask(admin, 'project.delete', projectId), { ended: { members: 1 } });
    await assert.rejects(get(lead, projectId), { code: 'resource.not_found' });
    const { rows } = await world.admin('select from holdfast.project_member where user_id = $1', [lead.userId]);
    assert.deepEqual(rows, []);
  });

  it('are left by whoever leaves the organization, and both the reply and the log say how many', async () => {
    const person = await join();
    for (const isLead of [true, false]) await makeProject({ world, owner }, [{ person, isLead }]);
    const params = { memberId: await memberIdOf(world, person) };
    const { body } = await world.call('member.remove', { credential: owner.credential, params });
    assert.equal((body as { readonly ended: { readonly projects: number } }).ended.projects, 2);
    const { rows: told } = await world.admin(
      `select facts -> 'projectsLeft' as left from holdfast.audit_pending where action = 'member.removed' and facts ->> 'user' = $1`,
      [person.userId],
    );
    assert.deepEqual(told, [{ left: 2 }]);
    const { rows } = await world.admin('select from holdfast.project_member where user_id = $1', [person.userId]);
    assert.deepEqual(rows, []);
  });

  it('move the epoch of the organization when somebody comes or goes, so that open streams ask again', async () => {
    const [person, projectId] = [await join(), await makeProject({ world, owner })];
    const epoch = async (): Promise<unknown> =>
      (await world.admin(`select sum(value) as value from holdfast.epoch where kind = 'session'`)).rows;
    for (const change of [() => place(owner, projectId, person), () => takeOut(owner, projectId, person)]) {
      const before = await epoch();
      await change();
      assert.notDeepEqual(await epoch(), before);
    }
  });

  it('are listed by state, words and page; a member’s are told to them and to who sees all', async () => {
    const [lead, person] = [await join(), await join()];
    const names = ['Zebra crossing', 'zebra herd', 'Zebra zoo'];
    const ids: string[] = [];
    for (const name of names) ids.push(await makeProject({ world, owner }, [{ person: lead, isLead: true }], name));
    await ask(owner, 'project.archive', ids[1] ?? '');
    const named = async (query: object) => (await list(owner, query)).items.map(({ name }) => name);
    assert.deepEqual(await named({ search: 'ZEBRA', status: 'active' }), [names[0], names[2]]);
    assert.deepEqual(await named({ search: 'zebra', status: 'archived' }), [names[1]]);
    const first = await list(lead, { limit: 2, sort: '-createdAt' });
    const rest = await list(lead, { limit: 2, sort: '-createdAt', cursor: first.nextCursor });
    assert.deepEqual(
      [...first.items, ...rest.items].map(({ id }) => id),
      ids.toReversed(),
    );
    const ofLead = { params: { memberId: await memberIdOf(world, lead) } };
    for (const { credential } of [lead, admin]) {
      const { items } = (await world.call('project.list_of_member', { credential, ...ofLead })).body as Listed;
      assert.deepEqual(
        items.map(({ name, status, isLead }) => [name, status, isLead]),
        [
          [names[0], 'active', true],
          [names[1], 'archived', true],
          [names[2], 'active', true],
        ],
      );
    }
    await assert.rejects(world.call('project.list_of_member', { credential: person.credential, ...ofLead }), {
      code: 'resource.not_found',
    });
  });

  it('list who is in them by name and place, page by page', async () => {
    const people = [await join(), await join(), await join()];
    const projectId = await makeProject(
      { world, owner },
      people.map((person, n) => ({ person, isLead: n === 0 })),
    );
    const members = async (query: object) =>
      (await ask(people[2] ?? owner, 'project.list_members', projectId, { query })) as Listed;
    const first = await members({ limit: 2, sort: 'email' });
    const rest = await members({ limit: 2, sort: 'email', cursor: first.nextCursor });
    assert.deepEqual(
      [...first.items, ...rest.items].map(({ email }) => email),
      people.map(({ email }) => email).toSorted(),
    );
    assert.deepEqual(
      (await members({ place: 'lead' })).items.map(({ email }) => email),
      [people[0]?.email],
    );
    assert.equal((await members({ place: 'member', search: people[1]?.email })).items.length, 1);
  });
});
