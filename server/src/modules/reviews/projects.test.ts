// What reviews promise of places in projects: they are seen, covered and ended, and the wall of the project stands where it stood.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { decodeId } from '@holdfast/protocol/ids.ts';
import { inProject, inScope, type OrgTx } from '#db/scope.ts';
import { memberIdOf } from '#test/memberships.ts';
import { joinOrganization, type Person } from '#test/people.ts';
import { makeProject } from '#test/project-examples.ts';
import { decideOn, itemAbout, startReview } from '#test/reviews.ts';
import { createWorld, type World } from '#test/world.ts';

type Item = { readonly id: string; readonly title: string; readonly gives: readonly string[]; readonly flags: unknown };

describe('a place in a project', () => {
  let world: World;
  let organizationId: string;
  let owner: Person;
  let member: Person;
  let stranger: Person;

  before(async () => {
    world = await createWorld();
    const acme = { ...(await world.found('acme')), slug: 'acme' };
    const beta = { ...(await world.found('beta')), slug: 'beta' };
    organizationId = acme.organizationId;
    owner = await joinOrganization(world, acme, 'owner');
    member = await joinOrganization(world, acme, 'member');
    stranger = await joinOrganization(world, beta, 'owner');
    await makeProject({ world, owner: stranger }, [{ person: stranger, isLead: true }]);
  });
  after(() => world?.[Symbol.asyncDispose]());

  const listed = async ({ credential }: Person): Promise<readonly Item[]> => {
    const reply = await world.call('access_report.get', { credential, query: { kind: 'project_place' } });
    return (reply.body as { readonly items: readonly Item[] }).items;
  };
  let shared = 0;
  const share = async (projectId: string, level: 'viewer' | 'manager'): Promise<void> => {
    const { credential } = owner;
    const wanted = { name: `shared ${String((shared += 1))}`, kind: 'openai', apiKey: 'sk-shared' };
    const made = await world.call('provider.create', { credential, body: wanted });
    const { id: objectId } = made.body as { readonly id: string };
    const body = { projectId, level, expiresAt: null };
    await world.call('grant.give', { credential, params: { objectId }, body });
  };
  const decide = async (as: Person, reviewId: string, accessId: string, decision: 'keep' | 'revoke') => {
    const { id } = await itemAbout(world, owner.credential, reviewId, accessId);
    return decideOn(world, as.credential, reviewId, { items: [id], decision }).then(
      ({ body }) => body,
      (error: { readonly code?: string }) => error.code,
    );
  };
  const seesIt = async (projectId: string): Promise<boolean> =>
    world.call('project.get', { credential: member.credential, params: { projectId } }).then(
      () => true,
      () => false,
    );

  it('is in the report with what is shared with the project, in its own organization alone', async () => {
    const projectId = await makeProject({ world, owner }, [{ person: member, isLead: true }], 'Reported');
    await share(projectId, 'viewer');
    const place = (await listed(owner)).find(({ title }) => title === 'Reported');
    assert.deepEqual(
      [place?.id, place?.gives, place?.flags],
      [`${projectId}/${await memberIdOf(world, member)}`, ['provider:viewer'], ['lead']],
    );
    const theirs = await listed(stranger);
    assert.equal(theirs.length, 1);
    assert.ok(!theirs.some(({ id }) => id.startsWith(projectId)));
  });

  it('ends when it is revoked, with the event of it, and that of nobody else does', async () => {
    const people = [member, owner].map((person) => ({ person, isLead: false }));
    const [projectId, otherId] = [
      await makeProject({ world, owner }, people),
      await makeProject({ world, owner }, [{ person: member, isLead: false }]),
    ];
    const memberId = await memberIdOf(world, member);
    const { id } = await startReview(world, owner.credential);
    assert.deepEqual(await decide(owner, id, `${projectId}/${memberId}`, 'revoke'), { kept: 0, revoked: 1, gone: 0 });
    assert.deepEqual([await seesIt(projectId), await seesIt(otherId)], [false, true]);
    const { rows } = await world.admin(
      `select target ->> 'id' as project, facts ->> 'member' as member from holdfast.audit_pending
        where action = 'project.member_taken_out'`,
    );
    assert.deepEqual(rows, [{ project: decodeId('prj', projectId), member: decodeId('mem', memberId) }]);
    const places = (await listed(owner)).map((item) => item.id);
    const ownersPlace = `${projectId}/${await memberIdOf(world, owner)}`;
    assert.ok(places.includes(ownersPlace) && places.includes(`${otherId}/${memberId}`));
    const params = { projectId: otherId, memberId };
    await world.call('project.take_out_member', { credential: owner.credential, params });
    assert.deepEqual(await decide(owner, id, `${otherId}/${memberId}`, 'keep'), { kept: 0, revoked: 0, gone: 1 });
  });

  it('is decided about by nobody who has it, and by nobody who holds less than is shared with the project', async () => {
    const acme = { organizationId, slug: 'acme' };
    const [viewer, other] = [
      await joinOrganization(world, acme, 'viewer'),
      await joinOrganization(world, acme, 'member'),
    ];
    const people = [viewer, other].map((person) => ({ person, isLead: false }));
    const projectId = await makeProject({ world, owner }, people);
    await share(projectId, 'manager');
    const [viewerId, otherId] = [await memberIdOf(world, viewer), await memberIdOf(world, other)];
    const { id } = await startReview(world, owner.credential, { reviewers: [otherId] });
    assert.equal(await decide(other, id, `${projectId}/${otherId}`, 'keep'), 'access_review.own_access');
    for (const decision of ['keep', 'revoke'] as const)
      assert.equal(await decide(other, id, `${projectId}/${viewerId}`, decision), 'project.beyond_yours');
    assert.deepEqual(await decide(owner, id, `${projectId}/${viewerId}`, 'keep'), { kept: 1, revoked: 0, gone: 0 });
  });

  it('is looked at inside its wall alone: the transaction is where it was afterwards, whatever happened', async () => {
    const projectId = decodeId('prj', await makeProject({ world, owner }, [{ person: member, isLead: false }]));
    const orgId = decodeId('org', organizationId);
    assert.ok(projectId !== undefined && orgId !== undefined);
    const seen: number[] = [];
    await inScope<OrgTx, void>(world.kernel.lanes, { orgId }, async ({ tx }) => {
      const look = async (): Promise<void> => {
        // The type would not let this be asked outside: the wall has to stand without it.
        const within = tx as Parameters<Parameters<typeof inProject>[2]>[0];
        seen.push((await within.selectFrom('project_member').select('user_id').execute()).length);
      };
      await look();
      await inProject(tx, projectId, look);
      await look();
      await assert.rejects(
        inProject(tx, projectId, () => Promise.reject(new Error('refused'))),
        /refused/u,
      );
      await look();
    });
    assert.deepEqual(seen, [0, 1, 0, 0]);
  });
});
