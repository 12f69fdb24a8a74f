// What sharing with somebody from elsewhere promises: one object, nothing beside it, and on the log of both sides.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { decodeId } from '@holdfast/protocol/ids.ts';
import type { Credential } from '#kernel/credential.ts';
import { encodeId } from '#kernel/fields.ts';
import { makeRole, makeTeam } from '#test/authority-examples.ts';
import { acceptAnew, freshAddress, invite, inviteGuest, withFreshBudgets } from '#test/invitations.ts';
import { makeProvider } from '#test/made-providers.ts';
import { memberIdOf } from '#test/memberships.ts';
import { newestMail } from '#test/outbox.ts';
import { joinOrganization, makeKey, type Person, signIn } from '#test/people.ts';
import { createWorld, PASSWORD, type World } from '#test/world.ts';

type Body = Readonly<Record<string, unknown>>;
type Items = { readonly items: readonly Body[] };

describe('guests', () => {
  let world: World;
  let acme: { readonly organizationId: string; readonly slug: string };
  let owner: Person;

  before(async () => {
    world = await createWorld();
    acme = { ...(await world.found('acme')), slug: 'acme' };
    owner = await joinOrganization(world, acme, 'owner');
  });
  after(() => world?.[Symbol.asyncDispose]());

  const connect = (): Promise<string> => makeProvider({ world, owner, upstream: 'https://models.example.com/v1' });
  const read = async (id: string, credential: Credential, params: Body = {}): Promise<Body> =>
    (await world.call(id, { credential, params })).body as Body;
  const list = async (id: string, credential: Credential): Promise<readonly Body[]> =>
    ((await world.call(id, { credential, query: { limit: '200' } })).body as Items).items;
  const change = (credential: Credential, providerId: string) =>
    world.call('provider.update', { credential, params: { providerId }, body: { local: true } });
  const stateOf = async (email: string) =>
    (await list('invitation.list', owner.credential)).find((each) => each['email'] === email)?.['state'];
  const accept = (token: string) =>
    world.call('invitation.accept', { body: { token, name: 'Gus', password: PASSWORD } });

  async function bringGuest(objectId: string, level: 'viewer' | 'editor' = 'viewer') {
    const invited = await inviteGuest(world, owner.credential, objectId, { level });
    const credential = await acceptAnew(world, invited, 'Gus Guest');
    return { ...invited, credential, memberId: await memberOf(invited.email) };
  }

  /** As many people as an object can be granted to, past the routes. */
  async function fillWithGrants(objectId: string): Promise<void> {
    await world.admin(
      `with people as (insert into holdfast.person (user_id, email, name, created_at)
         select gen_random_uuid(), 'many' || n || '@many.example', 'One of many', now() from generate_series(1, 1000) n returning user_id),
       members as (insert into holdfast.member (org_id, id, user_id, role, created_at)
         select $1, gen_random_uuid(), user_id, 'member', now() from people returning org_id, id)
       insert into holdfast.object_grant (org_id, id, object_kind, object_id, rank, member_id, to_everybody, created_at)
       select org_id, gen_random_uuid(), 'provider', $2, 1, id, false, now() from members`,
      [decodeId('org', acme.organizationId), decodeId('prv', objectId)],
    );
  }

  async function memberOf(email: string): Promise<string> {
    const members = await list('member.list', owner.credential);
    return String(members.find((each) => each['email'] === email)?.['id']);
  }

  it('see the one object that was shared, and nothing else of the organization', async () => {
    const [shared, other] = [await connect(), await connect()];
    const { credential } = await bringGuest(shared);
    assert.equal((await read('session.get', credential))['role'], 'guest');
    assert.equal((await read('provider.get', credential, { providerId: shared }))['id'], shared);
    assert.deepEqual(
      (await list('provider.list', credential)).map(({ id }) => id),
      [shared],
    );
    await assert.rejects(read('provider.get', credential, { providerId: other }), { code: 'resource.not_found' });
    await assert.rejects(change(credential, shared), { code: 'auth.forbidden' });
    for (const beyond of ['member.list', 'organization.get', 'role.list', 'team.list', 'usage.sum', 'audit.list'])
      await assert.rejects(read(beyond, credential), { code: 'auth.forbidden' }, beyond);
    const own = await list('granted_object.list', credential);
    assert.deepEqual(
      own.map(({ object, by }) => [(object as Body)['id'], by]),
      [[shared, 'you']],
    );
  });

  it('change it where they were invited to, make no keys, and let nobody else in', async () => {
    const shared = await connect();
    const { credential, memberId } = await bringGuest(shared, 'editor');
    await change(credential, shared);
    const params = { objectId: shared };
    const visitor = await joinOrganization(world, acme, 'member');
    const toVisitor = { level: 'viewer', memberId: await memberIdOf(world, visitor) };
    await assert.rejects(world.call('grant.give', { credential, params, body: toVisitor }), { code: 'auth.forbidden' });
    await assert.rejects(makeKey(world, credential, ['models:use']), { code: 'auth.forbidden' });
    const asManager = { level: 'manager', memberId };
    await assert.rejects(world.call('grant.give', { credential: owner.credential, params, body: asManager }), {
      code: 'grant.guest_manages',
    });
    const [grant] = (await list('grant.list', owner.credential)).filter(({ to }) => (to as Body)['id'] === memberId);
    const higher = { params: { grantId: String(grant?.['id']) }, body: { level: 'manager' } };
    await assert.rejects(world.call('grant.update', { credential: owner.credential, ...higher }), {
      code: 'grant.guest_manages',
    });
    // Past every rule of ours, too.
    await world.admin('update holdfast.object_grant set rank = 3 where member_id = $1', [decodeId('mem', memberId)]);
    await assert.rejects(world.call('provider.delete', { credential, params: { providerId: shared } }), {
      code: 'auth.forbidden',
    });
  });

  it('have no part in what is for everybody, and no place in teams, projects and roles', async () => {
    const [shared, common] = [await connect(), await connect()];
    const { credential, memberId } = await bringGuest(shared);
    const toEverybody = { level: 'editor', toEverybody: true };
    await world.call('grant.give', { credential: owner.credential, params: { objectId: common }, body: toEverybody });
    await assert.rejects(read('provider.get', credential, { providerId: common }), { code: 'resource.not_found' });
    const isGuest = { code: 'member.is_guest' };
    const teamId = await makeTeam({ world, owner });
    const inTeam = { params: { teamId, memberId }, body: { isLead: false } };
    await assert.rejects(world.call('team.place_member', { credential: owner.credential, ...inTeam }), isGuest);
    const id = decodeId('mem', memberId);
    await assert.rejects(
      world.admin(
        `insert into holdfast.team_member (org_id, team_id, member_id, is_lead, joined_at)
         select org_id, $2, id, false, now() from holdfast.member where id = $1`,
        [id, decodeId('tem', teamId)],
      ),
      /a guest has no place/,
    );
    const own = await memberIdOf(world, owner);
    await assert.rejects(
      world.admin("update holdfast.member set role = 'guest' where id = $1", [decodeId('mem', own)]),
      /becomes a guest/,
    );
  });

  it('belong to the organization once they are given a role, and keep what was shared', async () => {
    const shared = await connect();
    const { email, memberId } = await bringGuest(shared, 'editor');
    const params = { memberId };
    await world.call('member.update', { credential: owner.credential, params, body: { role: 'viewer' } });
    const credential = await signIn(world, email);
    await list('member.list', credential);
    await change(credential, shared);
    const back = { params, body: { role: 'guest' } };
    await assert.rejects(world.call('member.update', { credential: owner.credential, ...back }), {
      code: 'request.invalid',
    });
  });

  it('are invited by who may invite and could grant it, and the log of both sides tells of it', async () => {
    const shared = await connect();
    const manager = await joinOrganization(world, acme, 'member');
    const params = { objectId: shared };
    const body = { level: 'manager', memberId: await memberIdOf(world, manager) };
    await world.call('grant.give', { credential: owner.credential, params, body });
    await assert.rejects(inviteGuest(world, manager.credential, shared, { level: 'viewer' }), {
      code: 'auth.forbidden',
    });
    const { email } = await bringGuest(shared);
    const { rows } = await world.admin(
      `select e.stream_kind, e.action, e.facts ->> 'object' as object
         from holdfast.audit_pending e where e.action in ('guest.invited', 'invitation.accepted')
          and e.facts ->> 'object' = $1 order by e.stream_kind, e.action`,
      [decodeId('prv', shared)],
    );
    assert.deepEqual(
      (rows as readonly Body[]).map(({ stream_kind, action }) => [stream_kind, action]),
      [
        ['org', 'guest.invited'],
        ['org', 'invitation.accepted'],
        ['person', 'invitation.accepted'],
      ],
    );
    const mail = await newestMail(world, email, 'guest_invitation');
    assert.match(mail, /model provider, with the level “viewer”/);
    assert.doesNotMatch(mail, /provider-\d/);
  });

  it('are never given more than their inviter holds', async () => {
    const shared = await connect();
    const inviter = await joinOrganization(world, acme, 'member');
    const roleId = await makeRole({ world, owner }, ['invitation:create', 'grant:give', 'grant:read']);
    const params = { roleId, memberId: await memberIdOf(world, inviter) };
    await world.call('role.give', { credential: owner.credential, params });
    await inviteGuest(world, inviter.credential, shared, { level: 'viewer' });
    await assert.rejects(inviteGuest(world, inviter.credential, shared, { level: 'editor' }), {
      code: 'grant.beyond_yours',
    });
    const own = await inviteGuest(world, inviter.credential, shared, { level: 'viewer' });
    const less = { params: { roleId }, body: { permissions: ['invitation:create'] } };
    await world.call('role.update', { credential: owner.credential, ...less });
    await assert.rejects(accept(own.token), { code: 'invitation.inviter_lost_right' });
    const theirs = await inviteGuest(world, owner.credential, shared, { level: 'editor' });
    const renewal = { credential: owner.credential, params: { invitationId: theirs.id } };
    await world.call('invitation.renew', renewal, withFreshBudgets(world));
    // The link that the renewal replaced opens nothing.
    await assert.rejects(accept(theirs.token), { code: 'invitation.link_refused' });
  });

  it('come in only while the object is there and the inviter could still grant it', async () => {
    const [gone, ended, kept] = [await connect(), await connect(), await connect()];
    const admin = await joinOrganization(world, acme, 'admin');
    const over = { code: 'invitation.over' };
    const toGone = await inviteGuest(world, owner.credential, gone, { level: 'viewer' });
    await world.call('provider.delete', { credential: owner.credential, params: { providerId: gone } });
    await assert.rejects(accept(toGone.token), over);
    const soon = new Date(Date.now() + 60_000).toISOString();
    const toEnded = await inviteGuest(world, owner.credential, ended, { level: 'viewer', expiresAt: soon });
    await world.admin("update holdfast.invitation set grant_expires_at = now() - interval '1 second' where id = $1", [
      decodeId('inv', toEnded.id),
    ]);
    await assert.rejects(accept(toEnded.token), over);
    const renewal = { credential: owner.credential, params: { invitationId: toEnded.id } };
    await assert.rejects(world.call('invitation.renew', renewal, withFreshBudgets(world)), over);
    const toKept = await inviteGuest(world, admin.credential, kept, { level: 'editor' });
    await world.admin("update holdfast.member set status = 'suspended' where user_id = $1", [admin.userId]);
    await assert.rejects(accept(toKept.token), { code: 'invitation.inviter_lost_right' });
    assert.equal(await stateOf(toKept.email), 'open');
  });

  it('are invited with what a guest can have, and nobody is a guest by an invitation to the organization', async () => {
    const shared = await connect();
    const params = { objectId: shared };
    const call = (body: Body) =>
      world.call('guest.invite', { credential: owner.credential, params, body }, withFreshBudgets(world));
    const email = freshAddress();
    await assert.rejects(call({ email, level: 'manager' }), { code: 'request.invalid' });
    await assert.rejects(call({ email, level: 'viewer', expiresAt: '2001-01-01T00:00:00Z' }), {
      code: 'grant.unfit_end',
    });
    await assert.rejects(call({ email: owner.email, level: 'viewer' }), { code: 'invitation.already_member' });
    await assert.rejects(invite(world, owner.credential, 'guest', email), { code: 'request.invalid' });
    await call({ email, level: 'viewer' });
    await assert.rejects(call({ email, level: 'viewer' }), { code: 'invitation.already_open' });
  });

  it('lose everything with the grant, and their place with the membership', async () => {
    const shared = await connect();
    const { credential, email, memberId } = await bringGuest(shared);
    const grants = await list('grant.list', owner.credential);
    const own = grants.find(({ to }) => (to as Body)['id'] === memberId);
    await world.call('grant.end', { credential: owner.credential, params: { grantId: String(own?.['id']) } });
    assert.deepEqual(await list('provider.list', credential), []);
    await world.call('member.remove', { credential: owner.credential, params: { memberId }, query: {} });
    await assert.rejects(read('session.get', credential), { code: 'auth.invalid' });
    assert.equal(await memberOf(email), 'undefined');
  });

  it('answer for no key of the organization, and are no grant beyond the most that there can be', async () => {
    const shared = await connect();
    const { email } = await bringGuest(shared);
    const { rows } = await world.admin('select user_id from holdfast.person where email = $1', [email]);
    const responsibleUserId = encodeId('usr', String((rows[0] as Body)['user_id']));
    const body = { name: 'of the organization', kind: 'service', scopes: ['models:read'] };
    const made = await world.call('api_key.create', { credential: owner.credential, body });
    const params = { apiKeyId: String((made.body as Body)['id']) };
    const handOver = { credential: owner.credential, params, body: { responsibleUserId } };
    await assert.rejects(world.call('api_key.update', handOver), { code: 'api_key.person_refused' });
    const late = await inviteGuest(world, owner.credential, shared, { level: 'viewer' });
    await fillWithGrants(shared);
    await assert.rejects(accept(late.token), { code: 'invitation.over' });
  });

  it('one of fifty who come at once with the same link gets in, with one grant', async () => {
    const shared = await connect();
    const invited = await inviteGuest(world, owner.credential, shared, { level: 'viewer' });
    const replies = await Promise.allSettled(Array.from({ length: 50 }, () => acceptAnew(world, invited)));
    assert.equal(replies.filter(({ status }) => status === 'fulfilled').length, 1);
    const { rows } = await world.admin('select 1 from holdfast.object_grant where object_id = $1', [
      decodeId('prv', shared),
    ]);
    assert.equal(rows.length, 1);
  });
});
