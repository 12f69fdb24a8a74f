// What reviews promise while they are open: who may decide about what, that a decision is one, and that what is revoked has ended.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Credential } from '#kernel/credential.ts';
import { makeRole, makeTeam } from '#test/authority-examples.ts';
import { fiftyTimes } from '#test/fifty-times.ts';
import { memberIdOf } from '#test/memberships.ts';
import { listMails } from '#test/outbox.ts';
import { joinOrganization, makeKey, type Person } from '#test/people.ts';
import { decideOn, itemAbout, itemsOf, lookAtReview, REASON, startReview } from '#test/reviews.ts';
import { createWorld, type Founded, type World } from '#test/world.ts';

describe('a review of access', () => {
  let world: World;
  let acme: Founded;
  let owner: Person;
  let other: Person;
  let admin: Person;

  const join = (role: 'owner' | 'admin' | 'member' | 'viewer') =>
    joinOrganization(world, { organizationId: acme.organizationId, slug: 'acme' }, role);

  before(async () => {
    world = await createWorld();
    acme = await world.found('acme');
    owner = await join('owner');
    other = await join('owner');
    admin = await join('admin');
  });
  after(() => world?.[Symbol.asyncDispose]());
  beforeEach(async () => {
    await world.admin('delete from holdfast.review_campaign');
    await world.admin('delete from holdfast.mail_outbox');
  });

  const codeOf = (error: unknown): string => (error as { readonly code: string }).code;
  const seenAs = (credential: Credential, id = 'session.get'): Promise<string> =>
    world.call(id, { credential }).then(() => 'in', codeOf);
  const eventsOf = async (action: string): Promise<number> =>
    (await world.admin('select 1 from holdfast.audit_pending where action = $1', [action])).rowCount ?? 0;
  const decided = async (as: Person, reviewId: string, accessId: string, decision: 'keep' | 'revoke') => {
    const item = await itemAbout(world, owner.credential, reviewId, accessId);
    return decideOn(world, as.credential, reviewId, { items: [item.id], decision }).then(
      ({ body }) => body,
      (error: unknown) => codeOf(error),
    );
  };

  it('writes down everything that the report of access has, and asks its reviewers', async () => {
    const reviewers = [await memberIdOf(world, admin)];
    const review = await startReview(world, owner.credential, { reviewers });
    const report = await world.call('access_report.get', { credential: owner.credential });
    const { items } = report.body as { readonly items: readonly { readonly id: string }[] };
    const reviewed = await itemsOf(world, owner.credential, review.id);
    assert.deepEqual(reviewed.map(({ accessId }) => accessId).toSorted(), items.map(({ id }) => id).toSorted());
    assert.deepEqual([review.isFull, review.items, review.isYours], [true, items.length, false]);
    assert.equal((await lookAtReview(world, admin.credential, review.id)).isYours, true);
    const mails = (await listMails(world)).map(({ to, template }) => [to, template]);
    assert.deepEqual(mails, [[admin.email, 'access_review_started']]);
  });

  it('ends a membership that is revoked, with its sessions and keys, and the same event as anywhere', async () => {
    const member = await join('member');
    const key = await makeKey(world, member.credential, ['models:read']);
    const memberId = await memberIdOf(world, member);
    const { id } = await startReview(world, owner.credential);
    const before = await eventsOf('member.removed');
    assert.deepEqual([await seenAs(member.credential), await seenAs(key.credential, 'model.list')], ['in', 'in']);
    assert.deepEqual(await decided(owner, id, memberId, 'revoke'), { kept: 0, revoked: 1, gone: 0 });
    assert.equal(await seenAs(member.credential), 'auth.invalid');
    assert.equal(await seenAs(key.credential, 'model.list'), 'auth.invalid');
    assert.equal((await eventsOf('member.removed')) - before, 1);
    assert.deepEqual(await decided(owner, id, key.id, 'keep'), { kept: 0, revoked: 0, gone: 1 });
  });

  it('ends roles, places and roles of teams, definitions, invitations, keys and grants that are revoked', async () => {
    const member = await join('member');
    const [memberId, stage] = [await memberIdOf(world, member), { world, owner }];
    const { credential } = owner;
    const [roleId, teamRoleId, definitionId] = [
      await makeRole(stage, ['member:update']),
      await makeRole(stage, ['audit:read']),
      await makeRole(stage, ['audit:read']),
    ];
    const teamId = await makeTeam(stage, [{ person: member, isLead: false }]);
    await world.call('role.give', { credential, params: { roleId, memberId } });
    await world.call('team.give_role', { credential, params: { teamId, roleId: teamRoleId } });
    const key = await makeKey(world, member.credential, ['models:read']);
    const body = { email: 'new@acme.example', role: 'member' };
    const invited = await world.call('invitation.create', { credential, body });
    const { id: invitationId } = invited.body as { readonly id: string };
    const provider = { name: 'granted', kind: 'openai', apiKey: 'sk-granted' };
    const made = await world.call('provider.create', { credential, body: provider });
    const { id: objectId } = made.body as { readonly id: string };
    const granting = { memberId, level: 'viewer', expiresAt: null };
    const granted = await world.call('grant.give', { credential, params: { objectId }, body: granting });
    const { id: grantId } = granted.body as { readonly id: string };
    const { id } = await startReview(world, other.credential);
    const revoked = [
      `${memberId}/${roleId}`,
      `${teamId}/${memberId}`,
      `${teamId}/${teamRoleId}`,
      definitionId,
      invitationId,
      key.id,
      grantId,
    ];
    for (const accessId of revoked)
      assert.deepEqual(await decided(owner, id, accessId, 'revoke'), { kept: 0, revoked: 1, gone: 0 }, accessId);
    const report = await world.call('access_report.get', { credential });
    const left = (report.body as { readonly items: readonly { readonly id: string }[] }).items.map((item) => item.id);
    assert.deepEqual(
      left.filter((one) => revoked.includes(one)),
      [],
    );
    assert.equal(await seenAs(key.credential, 'model.list'), 'auth.invalid');
    for (const action of [
      'role.taken',
      'team.member_taken_out',
      'team.role_taken',
      'role.deleted',
      'invitation.canceled',
      'api_key.revoked',
      'grant.ended',
    ])
      assert.ok((await eventsOf(action)) > 0, action);
  });

  it('changes nothing of what is kept', async () => {
    const member = await join('member');
    const { id } = await startReview(world, owner.credential);
    assert.deepEqual(await decided(owner, id, await memberIdOf(world, member), 'keep'), {
      kept: 1,
      revoked: 0,
      gone: 0,
    });
    assert.equal(await seenAs(member.credential), 'in');
    const item = await itemAbout(world, owner.credential, id, await memberIdOf(world, member));
    assert.deepEqual([item.decision, item.outcome], ['keep', 'kept']);
    const { rows } = await world.admin(
      "select facts ->> 'reason' as reason from holdfast.audit_pending where action = 'access_review.decided' order by at desc limit 1",
    );
    assert.deepEqual(rows, [{ reason: REASON }]);
  });

  it('lets nobody decide about their own access, in whichever way they have it', async () => {
    const stage = { world, owner };
    const [adminId, roleId] = [await memberIdOf(world, admin), await makeRole(stage, ['organization:read'])];
    const teamId = await makeTeam(stage, [{ person: admin, isLead: false }]);
    await world.call('team.give_role', { credential: owner.credential, params: { teamId, roleId } });
    const key = await makeKey(world, admin.credential, ['models:read']);
    const { id } = await startReview(world, owner.credential, { reviewers: [adminId] });
    for (const accessId of [adminId, key.id, `${teamId}/${adminId}`, `${teamId}/${roleId}`, roleId])
      for (const decision of ['keep', 'revoke'] as const)
        assert.equal(await decided(admin, id, accessId, decision), 'access_review.own_access', accessId);
    assert.equal(await decided(owner, id, await memberIdOf(world, owner), 'keep'), 'access_review.own_access');
    assert.deepEqual(await decided(other, id, await memberIdOf(world, owner), 'keep'), {
      kept: 1,
      revoked: 0,
      gone: 0,
    });
  });

  it('lets nobody decide about more than they hold', async () => {
    const viewer = await join('viewer');
    const [adminId, viewerId] = [await memberIdOf(world, admin), await memberIdOf(world, viewer)];
    const roleId = await makeRole({ world, owner }, ['security_configuration:manage']);
    await world.call('role.give', { credential: owner.credential, params: { roleId, memberId: viewerId } });
    const ownersKey = await makeKey(world, owner.credential, ['audit:read']);
    const member = await join('member');
    const { id } = await startReview(world, owner.credential, {
      reviewers: [adminId, await memberIdOf(world, member)],
    });
    assert.equal(await decided(admin, id, await memberIdOf(world, owner), 'keep'), 'member.beyond_yours');
    assert.equal(await decided(admin, id, `${viewerId}/${roleId}`, 'revoke'), 'role.beyond_yours');
    assert.equal(await decided(admin, id, roleId, 'keep'), 'role.beyond_yours');
    assert.equal(await decided(member, id, ownersKey.id, 'revoke'), 'api_key.beyond_yours');
    assert.equal(await decided(member, id, adminId, 'revoke'), 'member.beyond_yours');
    assert.deepEqual(await decided(owner, id, `${viewerId}/${roleId}`, 'revoke'), { kept: 0, revoked: 1, gone: 0 });
  });

  it('is there for owners, admins and its reviewers, and decided about by owners and reviewers alone', async () => {
    const [member, stranger, invitee] = [await join('member'), await join('member'), 'someone@acme.example'];
    const body = { email: invitee, role: 'viewer' };
    const invited = await world.call('invitation.create', { credential: owner.credential, body });
    const { id: invitationId } = invited.body as { readonly id: string };
    const { id } = await startReview(world, owner.credential, { reviewers: [await memberIdOf(world, member)] });
    assert.equal(await decided(stranger, id, invitationId, 'keep'), 'resource.not_found');
    assert.equal(await decided(admin, id, invitationId, 'keep'), 'auth.forbidden');
    const listed = async ({ credential }: Person): Promise<number> => {
      const { body: page } = await world.call('access_review.list', { credential });
      return (page as { readonly items: readonly unknown[] }).items.length;
    };
    assert.deepEqual(
      [await listed(owner), await listed(admin), await listed(member), await listed(stranger)],
      [1, 1, 1, 0],
    );
    assert.ok((await itemsOf(world, member.credential, id)).length > 0);
    await assert.rejects(itemsOf(world, stranger.credential, id), { code: 'resource.not_found' });
    assert.deepEqual(await decided(member, id, invitationId, 'keep'), { kept: 1, revoked: 0, gone: 0 });
  });

  it('takes one of fifty decisions at once about the same item', async () => {
    const member = await join('member');
    const { id } = await startReview(world, owner.credential);
    const item = await itemAbout(world, owner.credential, id, await memberIdOf(world, member));
    const before = await eventsOf('member.removed');
    const endings = await fiftyTimes(world, (on, n) =>
      world.call(
        'access_review.decide',
        {
          credential: n % 3 === 0 ? owner.credential : other.credential,
          params: { reviewId: id },
          body: { items: [item.id], decision: n % 2 === 0 ? 'revoke' : 'keep', reason: REASON },
        },
        on,
      ),
    );
    assert.deepEqual(endings, { done: 1, 'access_review.decided': 49 });
    const settled = await itemAbout(world, owner.credential, id, item.accessId);
    assert.equal((await eventsOf('member.removed')) - before, settled.outcome === 'revoked' ? 1 : 0);
  });

  it('decides about all items of a call or about none', async () => {
    const [one, two] = [await join('member'), await join('member')];
    const { id } = await startReview(world, owner.credential);
    const about = async (person: Person) =>
      (await itemAbout(world, owner.credential, id, await memberIdOf(world, person))).id;
    const items = [await about(one), await about(two), await about(owner)];
    await assert.rejects(decideOn(world, owner.credential, id, { items, decision: 'revoke' }), {
      code: 'access_review.own_access',
    });
    assert.deepEqual([await seenAs(one.credential), await seenAs(two.credential)], ['in', 'in']);
    await decideOn(world, owner.credential, id, { items: items.slice(0, 2), decision: 'revoke' });
    assert.deepEqual([await seenAs(one.credential), await seenAs(two.credential)], ['auth.invalid', 'auth.invalid']);
    const { done, revoked } = await lookAtReview(world, owner.credential, id);
    assert.deepEqual([done, revoked], [2, 2]);
  });

  it('has what its scope names, and counts as whole only with everything of everybody', async () => {
    const member = await join('member');
    const teamId = await makeTeam({ world, owner }, [{ person: member, isLead: false }]);
    const memberId = await memberIdOf(world, member);
    const ofTeam = await startReview(world, owner.credential, { teams: [teamId] });
    const ids = (await itemsOf(world, owner.credential, ofTeam.id)).map(({ accessId }) => accessId);
    assert.deepEqual(ids.toSorted(), [memberId, `${teamId}/${memberId}`].toSorted());
    const ofAdmins = await startReview(world, owner.credential, { kinds: ['membership'], roles: ['admin'] });
    assert.deepEqual([ofTeam.isFull, ofAdmins.isFull, ofAdmins.items], [false, false, 1]);
    await assert.rejects(startReview(world, owner.credential, { teams: [teamId], kinds: ['invitation'] }), {
      code: 'access_review.unfit_scope',
    });
  });

  it('is started by owners, with reviewers who are there', async () => {
    await assert.rejects(startReview(world, admin.credential), { code: 'auth.forbidden' });
    const gone = await join('member');
    const reviewers = [await memberIdOf(world, gone)];
    await world.call('member.suspend', { credential: owner.credential, params: { memberId: reviewers[0] } });
    await assert.rejects(startReview(world, owner.credential, { reviewers }), { code: 'access_review.unfit_reviewer' });
  });

  it('revokes by itself only where an owner has said so, whoever else may start one', async () => {
    const member = await join('member');
    const roleId = await makeRole({ world, owner }, ['access_review:manage', 'organization:read']);
    const params = { roleId, memberId: await memberIdOf(world, member) };
    await world.call('role.give', { credential: owner.credential, params });
    await assert.rejects(startReview(world, member.credential, { onUnreviewed: 'revoke' }), {
      code: 'access_review.owner_needed',
    });
    assert.equal((await startReview(world, member.credential)).state, 'open');
  });
});
