// The wall of a project: from another project of the same organization as from another organization, it is not there.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { decodeId } from '@holdfast/protocol/ids.ts';
import { inScope, type OrgTx, type ProjectTx, type Scope } from '#db/scope.ts';
import { memberIdOf } from '#test/memberships.ts';
import { joinOrganization, type Person } from '#test/people.ts';
import { makeProject } from '#test/project-examples.ts';
import { createWorld, type World } from '#test/world.ts';
import { deletePlace, findPlace, listPlacesOf, putPlace } from './queries.ts';

describe('the wall of a project', () => {
  let world: World;
  let owner: Person;
  let stranger: Person;
  let inside: Person;
  let neighbor: Person;
  let projectId: string;
  let otherId: string;
  let orgId: string;
  let strangeOrgId: string;
  let strangeProject: string;

  before(async () => {
    world = await createWorld();
    const acme = { ...(await world.found('acme')), slug: 'acme' };
    const beta = { ...(await world.found('beta')), slug: 'beta' };
    [owner, stranger] = [await joinOrganization(world, acme, 'owner'), await joinOrganization(world, beta, 'owner')];
    [inside, neighbor] = [await joinOrganization(world, acme, 'member'), await joinOrganization(world, acme, 'member')];
    projectId = await makeProject({ world, owner }, [{ person: inside, isLead: true }]);
    otherId = await makeProject({ world, owner }, [{ person: neighbor, isLead: true }]);
    strangeProject = await makeProject({ world, owner: stranger }, [{ person: stranger, isLead: true }]);
    orgId = uuidOf('org', acme.organizationId);
    strangeOrgId = uuidOf('org', beta.organizationId);
  });
  after(() => world?.[Symbol.asyncDispose]());

  const uuidOf = (prefix: string, id: string): string => decodeId(prefix, id) ?? assert.fail(id);
  const within = <T>(scope: Scope, work: (tx: OrgTx & ProjectTx) => Promise<T>): Promise<T> =>
    inScope<OrgTx & ProjectTx, T>(world.kernel.lanes, scope, ({ tx }) => work(tx));
  const everybody = async () => (await world.admin('select * from holdfast.project_member order by 1, 2, 3')).rows;
  const project = (id: string): string => uuidOf('prj', id);

  it('shows its rows in its own context and organization, and nowhere else', async () => {
    const look = (scope: Scope) => within(scope, (tx) => tx.selectFrom('project_member').select('user_id').execute());
    assert.deepEqual(await look({ orgId, projectId: project(projectId) }), [{ user_id: inside.userId }]);
    assert.deepEqual(await look({ orgId, projectId: project(otherId) }), [{ user_id: neighbor.userId }]);
    const nothing: readonly Scope[] = [
      {},
      { orgId },
      { orgId, userId: inside.userId },
      { orgId: strangeOrgId, projectId: project(projectId) },
      { orgId, projectId: project(strangeProject) },
      { userId: inside.userId },
      { system: true },
    ];
    for (const scope of nothing) assert.deepEqual(await look(scope), [], JSON.stringify(scope));
    await assert.rejects(look({ projectId: project(projectId) }), TypeError);
  });

  it('takes no row for another project, and lets none of another be changed or deleted', async () => {
    const before = await everybody();
    const row = { project_id: project(projectId), user_id: neighbor.userId, is_lead: true, added_at: new Date(0) };
    for (const scope of [{ orgId, projectId: project(otherId) }, { orgId }])
      await assert.rejects(
        within(scope, (tx) => putPlace(tx, { org_id: orgId, ...row })),
        ({ code }: { readonly code?: string }) => code === '42501',
      );
    await within({ orgId, projectId: project(otherId) }, async (tx) => {
      assert.equal(await findPlace(tx, inside.userId), undefined);
      await deletePlace(tx, inside.userId);
      await tx
        .updateTable('project_member')
        .set({ is_lead: false })
        .where('project_id', '=', project(projectId))
        .execute();
    });
    assert.deepEqual(await everybody(), before);
  });

  it('does not stand in the way of one’s own list, which names no one else and nothing of other organizations', async () => {
    const own = await within({ orgId, userId: inside.userId }, (tx) => listPlacesOf(tx, inside.userId));
    assert.deepEqual(
      own.map(({ id }) => id),
      [project(projectId)],
    );
    assert.deepEqual(await within({ orgId: strangeOrgId }, (tx) => listPlacesOf(tx, inside.userId)), []);
    assert.deepEqual(await within({}, (tx) => listPlacesOf(tx, inside.userId)), []);
  });

  it('answers every route of a project as if it were not there: to leads of others, and to owners elsewhere', async () => {
    const routes = world.kernel.registry.routes.filter(({ path }) => path.includes(':projectId'));
    assert.ok(routes.length > 8);
    const before = [await everybody(), (await world.admin('select * from holdfast.project order by id')).rows];
    const memberId = await memberIdOf(world, inside);
    const nowhere = 'prj_00000000000000000000000000';
    for (const { id, path } of routes) {
      for (const { credential } of [neighbor, stranger]) {
        const ask = async (asked: string): Promise<unknown> => {
          const params = { projectId: asked, ...(path.includes(':memberId') ? { memberId } : {}) };
          const body = id === 'project.update' ? { name: 'Taken over' } : {};
          const ended = await world.call(id, { credential, params, body }).catch((error: unknown) => error);
          const { code, status } = ended as { readonly code?: string; readonly status?: number };
          return [code, status];
        };
        assert.deepEqual(await ask(projectId), await ask(nowhere), id);
        // Whom no project at all would be open to is told so without a look; an owner is let in everywhere but here.
        const [code] = (await ask(projectId)) as readonly unknown[];
        const isClosed = credential === neighbor.credential && code === 'auth.forbidden';
        assert.ok(isClosed || code === 'resource.not_found', `${id}: ${String(code)}`);
      }
    }
    assert.deepEqual(
      [await everybody(), (await world.admin('select * from holdfast.project order by id')).rows],
      before,
    );
  });

  it('lets nobody be added who is of another organization', async () => {
    const params = { projectId, memberId: await memberIdOf(world, stranger) };
    for (const { credential } of [owner, inside])
      await assert.rejects(world.call('project.place_member', { credential, params, body: {} }), {
        code: 'resource.not_found',
      });
    const row = { org_id: orgId, project_id: project(projectId), user_id: stranger.userId };
    await assert.rejects(
      within({ orgId, projectId: project(projectId) }, (tx) =>
        putPlace(tx, { ...row, is_lead: false, added_at: new Date(0) }),
      ),
      ({ code }: { readonly code?: string }) => code === '23503',
    );
  });
});
