// What inviting promises, on a real database.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { hashToken } from '#crypto/hash.ts';
import { toSecret } from '#crypto/secret.ts';
import type { Credential } from '#kernel/credential.ts';
import type { BuiltInRole } from '#kernel/permissions.ts';
import { enrollApp } from '#test/authenticator-app.ts';
import { acceptAnew, freshAddress, invite, withFreshBudgets } from '#test/invitations.ts';
import { changeMember, removeMember, signInTo } from '#test/memberships.ts';
import { listMails, newestMail, newestToken } from '#test/outbox.ts';
import { joinOrganization, type Person } from '#test/people.ts';
import { createWorld, type Founded, PASSWORD, type World } from '#test/world.ts';

type Listed = {
  readonly id: string;
  readonly email: string;
  readonly state: string;
  readonly role: string;
  readonly invitedBy: { readonly name: string } | null;
};

describe('inviting', () => {
  let world: World;
  let acme: Founded & { readonly slug: string };
  let other: Founded;

  before(async () => {
    world = await createWorld();
    acme = { ...(await world.found('acme')), slug: 'acme' };
    other = await world.found('other');
  });
  after(() => world[Symbol.asyncDispose]());

  const join = (role: BuiltInRole): Promise<Person> => joinOrganization(world, acme, role);
  const tryToInvite = (credential: Credential, role: BuiltInRole, email = freshAddress()) =>
    world.call('invitation.create', { credential, body: { email, role } }, withFreshBudgets(world));
  const listed = async (email: string): Promise<Listed> => {
    const { body } = await world.call('invitation.list', { credential: acme.credential, query: { limit: '200' } });
    const found = (body as { readonly items: readonly Listed[] }).items.find((each) => each.email === email);
    return found ?? assert.fail(`nobody invited ${email}`);
  };
  const accept = (token: string, name: string | undefined = 'Ina', password = PASSWORD) =>
    world.call('invitation.accept', { body: { token, password, ...(name === undefined ? {} : { name }) } });
  const acceptOld = (token: string, password = PASSWORD) =>
    world.call('invitation.accept', { body: { token, password } });
  const sessionOf = async (credential: Credential) =>
    (await world.call('session.get', { credential })).body as {
      readonly role: string;
      readonly user: { readonly email: string };
      readonly organization: { readonly slug: string };
    };

  it('gives nobody more than the inviter holds, and owners are invited by owners alone', async () => {
    const admin = await join('admin');
    await assert.rejects(tryToInvite(admin.credential, 'owner'), { code: 'member.beyond_yours' });
    for (const role of ['admin', 'member', 'viewer'] as const)
      assert.equal((await tryToInvite(admin.credential, role)).status, 201);
    assert.equal((await tryToInvite(acme.credential, 'owner')).status, 201);
    for (const role of ['member', 'viewer'] as const)
      await assert.rejects(tryToInvite((await join(role)).credential, 'viewer'), { code: 'auth.forbidden' });
  });

  it('takes a stranger in with a new account of just that address, which counts as proven', async () => {
    const invited = await invite(world, acme.credential, 'viewer');
    assert.equal((await listed(invited.email)).state, 'open');
    const credential = await acceptAnew(world, invited);
    const session = await sessionOf(credential);
    assert.deepEqual([session.role, session.user.email, session.organization.slug], ['viewer', invited.email, 'acme']);
    const { body } = await world.call('account.get', { credential });
    assert.notEqual((body as { readonly emailVerifiedAt: string | null }).emailVerifiedAt, null);
    const { state, invitedBy } = await listed(invited.email);
    assert.deepEqual([state, invitedBy?.name], ['accepted', 'Olga Owner']);
  });

  it('demands of a new account what it demands of every password', async () => {
    const { token } = await invite(world, acme.credential);
    await assert.rejects(accept(token, 'Ina', 'password'), { code: 'request.invalid' });
    assert.equal((await accept(token)).status, 201);
  });

  it('takes somebody in with the account they have, and asks for its factor as every sign-in does', async () => {
    const person = await joinOrganization(world, { ...other, slug: 'other' }, 'member');
    const invited = await invite(world, acme.credential, 'member', person.email);
    const look = await world.call('invitation.look', { body: { token: invited.token } });
    assert.equal((look.body as { readonly hasAccount: boolean }).hasAccount, true);
    await assert.rejects(accept(invited.token, 'Ina'), { code: 'invitation.has_account' });
    await assert.rejects(acceptOld(invited.token, 'wrong-Horse-battery-8'), { code: 'invitation.wrong_password' });
    const { recoveryCodes } = await enrollApp(world, person.credential);
    const reply = await acceptOld(invited.token);
    const { challenge, expiresAt } = reply.body as {
      readonly challenge: { readonly token: string } | null;
      readonly expiresAt: string | null;
    };
    assert.equal(expiresAt, null);
    assert.equal(reply.headers['set-cookie'], undefined);
    const body = { challenge: challenge?.token, recoveryCode: recoveryCodes[0] };
    const opened = await world.call('session.create_with_factor', { body });
    const secret = (opened.headers['set-cookie'] ?? '').slice('session='.length);
    assert.equal((await sessionOf({ kind: 'session', secret })).organization.slug, 'acme');
  });

  it('takes somebody in who is in no organization any more, whom nothing else lets in', async () => {
    const person = await join('member');
    await removeMember(world, person);
    await assert.rejects(signInTo(world, person.email, 'acme', undefined), { code: 'session.no_organization' });
    const { token } = await invite(world, acme.credential, 'member', person.email);
    assert.equal((await acceptOld(token)).status, 201);
  });

  it('takes in who is signed in with that address, and nobody who is signed in with another', async () => {
    const person = await joinOrganization(world, { ...other, slug: 'other' }, 'member');
    const { token } = await invite(world, acme.credential, 'member', person.email.toUpperCase());
    await assert.rejects(world.call('invitation.enter', { credential: other.credential, body: { token } }), {
      code: 'invitation.other_address',
    });
    const reply = await world.call('invitation.enter', { credential: person.credential, body: { token } });
    const secret = (reply.headers['set-cookie'] ?? '').slice('session='.length);
    assert.equal((await sessionOf({ kind: 'session', secret })).organization.slug, 'acme');
    await assert.rejects(world.call('session.get', { credential: person.credential }), { code: 'auth.invalid' });
    await assert.rejects(acceptOld(token), { code: 'invitation.over' });
  });

  it('opens nothing after a week, and after it was canceled', async () => {
    const [old, canceled] = [await invite(world, acme.credential), await invite(world, acme.credential)];
    await world.admin(
      "update holdfast.invitation set expires_at = now() - interval '1 second' where lower(email) = $1",
      [old.email],
    );
    await world.call('invitation.cancel', { credential: acme.credential, params: { invitationId: canceled.id } });
    for (const { token } of [old, canceled]) {
      await assert.rejects(accept(token), { code: 'invitation.over' });
      await assert.rejects(world.call('invitation.look', { body: { token } }), { code: 'invitation.over' });
    }
    assert.deepEqual([(await listed(old.email)).state, (await listed(canceled.email)).state], ['expired', 'canceled']);
  });

  it('is renewed with a new link for a new week, and the old link is nothing then', async () => {
    const { id, email, token } = await invite(world, acme.credential);
    await world.admin(
      "update holdfast.invitation set expires_at = now() - interval '1 second' where lower(email) = $1",
      [email],
    );
    const call = { credential: acme.credential, params: { invitationId: id } };
    await world.call('invitation.renew', call, withFreshBudgets(world));
    const newer = await newestToken(world, email, 'invitation');
    await assert.rejects(accept(token), { code: 'invitation.link_refused' });
    assert.equal((await accept(newer)).status, 201);
    await assert.rejects(world.call('invitation.renew', call, withFreshBudgets(world)), { code: 'invitation.over' });
  });

  it('is one at a time for an address, whatever its case, and none for members', async () => {
    const { email } = await invite(world, acme.credential);
    await assert.rejects(tryToInvite(acme.credential, 'viewer', email.toUpperCase()), {
      code: 'invitation.already_open',
    });
    const member = await join('member');
    await assert.rejects(tryToInvite(acme.credential, 'viewer', member.email), { code: 'invitation.already_member' });
    // Another organization is told nothing of that.
    assert.equal((await tryToInvite(other.credential, 'viewer', email)).status, 201);
    await world.admin("update holdfast.invitation set expires_at = now() - interval '1 second' where email = $1", [
      email,
    ]);
    assert.equal((await tryToInvite(acme.credential, 'viewer', email)).status, 201);
  });

  const losses: readonly (readonly [string, (inviter: Person) => Promise<unknown>])[] = [
    ['left', (inviter) => removeMember(world, inviter)],
    ['was suspended', (inviter) => changeMember(world, inviter, "set status = 'suspended'")],
    ['may not invite any more', (inviter) => changeMember(world, inviter, "set role = 'member'")],
    [
      'is suspended as a person',
      ({ userId }) => world.admin("update holdfast.person set status = 'suspended' where user_id = $1", [userId]),
    ],
  ];
  for (const [what, lose] of losses) {
    it(`is refused when the inviter ${what} meanwhile, and works again when somebody renews it`, async () => {
      const inviter = await join('admin');
      // No more than they hold afterwards, if they are anything then.
      const invited = await invite(world, inviter.credential, 'viewer');
      await lose(inviter);
      await assert.rejects(accept(invited.token), { code: 'invitation.inviter_lost_right' });
      const { rowCount } = await world.admin('select 1 from holdfast.person where email = $1', [invited.email]);
      assert.equal(rowCount, 0, 'a refused acceptance leaves no account');
      const call = { credential: acme.credential, params: { invitationId: invited.id } };
      await world.call('invitation.renew', call, withFreshBudgets(world));
      assert.equal((await accept(await newestToken(world, invited.email, 'invitation'))).status, 201);
    });
  }

  it('is refused when the inviter holds less than the role meanwhile', async () => {
    const inviter = await join('owner');
    const invited = await invite(world, inviter.credential, 'owner');
    await changeMember(world, inviter, "set role = 'admin'");
    await assert.rejects(accept(invited.token), { code: 'invitation.inviter_lost_right' });
  });

  it('does not come back with an inviter who comes back', async () => {
    const inviter = await join('admin');
    const invited = await invite(world, inviter.credential, 'admin');
    const again = await invite(world, acme.credential, 'viewer');
    await removeMember(world, inviter);
    await world.admin(
      `insert into holdfast.member (org_id, id, user_id, role, created_at)
       select org_id, gen_random_uuid(), $1, 'admin', now() from holdfast.organization where slug = 'acme'`,
      [inviter.userId],
    );
    await assert.rejects(accept(invited.token), { code: 'invitation.inviter_lost_right' });
    assert.equal((await accept(again.token)).status, 201);
  });

  it('can be renewed and canceled by who covers its role alone', async () => {
    const admin = await join('admin');
    const params = { invitationId: (await invite(world, acme.credential, 'owner')).id };
    for (const id of ['invitation.renew', 'invitation.cancel'])
      await assert.rejects(world.call(id, { credential: admin.credential, params }, withFreshBudgets(world)), {
        code: 'member.beyond_yours',
      });
    await world.call('invitation.cancel', { credential: acme.credential, params });
  });

  it('is told to whoever has the token alone, and names organization, role and address', async () => {
    const { email, token } = await invite(world, acme.credential, 'viewer');
    await assert.rejects(world.call('invitation.look', { body: { token: 'A'.repeat(43) } }), {
      code: 'invitation.link_refused',
    });
    const { body } = await world.call('invitation.look', { body: { token } });
    const { organization, role, email: told, hasAccount } = body as Record<string, unknown>;
    assert.deepEqual([organization, role, told, hasAccount], [{ name: 'acme' }, 'viewer', email, false]);
  });

  it('keeps the token in the mail alone: no reply and no event has it, and the subject names nobody', async () => {
    const email = freshAddress();
    const reply = await tryToInvite(acme.credential, 'viewer', email);
    const token = await newestToken(world, email, 'invitation');
    const { rows } = await world.admin('select * from holdfast.audit_pending');
    assert.equal(JSON.stringify([reply.body, rows]).includes(token), false);
    assert.match(
      await newestMail(world, email, 'invitation'),
      /owner@acme\.example invites you .*“acme”.*role “viewer”/,
    );
    const { id } = (await listMails(world)).find(({ to }) => to === email) ?? assert.fail('no mail');
    const { body } = await world.call('mail.show', {
      credential: { kind: 'operator', uid: 0 },
      params: { mailId: id },
    });
    assert.equal((body as { readonly subject: string }).subject, 'You are invited to an organization');
  });

  it('is taken from where the organization lets people in from alone', async () => {
    await world.found('far');
    await world.admin(
      `insert into holdfast.network_rules (org_id, console, updated_at)
       select org_id, '{192.0.2.0/24}', now() from holdfast.organization where slug = 'far'`,
    );
    const token = 'x'.repeat(43);
    const hash = hashToken(world.kernel.tools.keyring.lookupKey('invitation'), toSecret(token));
    await world.admin(
      `insert into holdfast.invitation (org_id, id, email, role, invited_by, token_hash, created_at, sent_at, expires_at)
       select o.org_id, gen_random_uuid(), 'far@far.example', 'viewer', m.id, $1, now(), now(), now() + interval '1 day'
         from holdfast.organization o join holdfast.member m on m.org_id = o.org_id where o.slug = 'far'`,
      [hash],
    );
    await assert.rejects(accept(token), { code: 'network.refused' });
    const caller = { address: '192.0.2.7', addressKey: '192.0.2.7', device: 'x' };
    const body = { token, name: 'Ina', password: PASSWORD };
    assert.equal((await world.call('invitation.accept', { body, caller })).status, 201);
  });

  it('cannot be seen or touched from another organization', async () => {
    const { id, email } = await invite(world, acme.credential);
    const { body } = await world.call('invitation.list', { credential: other.credential, query: { limit: '200' } });
    assert.equal(JSON.stringify(body).includes(`"${id}"`), false);
    const call = { credential: other.credential, params: { invitationId: id } };
    for (const route of ['invitation.renew', 'invitation.cancel'])
      await assert.rejects(world.call(route, call, withFreshBudgets(world)), { code: 'resource.not_found' });
    assert.equal((await listed(email)).state, 'open');
  });

  it('leaves a member whose id the log knows', async () => {
    const invited = await invite(world, acme.credential, 'viewer');
    const credential = await acceptAnew(world, invited);
    const { body } = await world.call('session.get', { credential });
    const { id: userId } = (body as { readonly user: { readonly id: string } }).user;
    const { rows } = await world.admin(
      `select e.facts ->> 'role' as role, e.facts ->> 'member' = m.id::text as is_member
         from holdfast.audit_pending e join holdfast.person p on p.email = $1 join holdfast.member m on m.user_id = p.user_id
        where e.action = 'invitation.accepted' and e.facts ->> 'user' = p.user_id::text`,
      [invited.email],
    );
    assert.deepEqual(rows, [{ role: 'viewer', is_member: true }], userId);
    assert.deepEqual(world.unexpected, []);
  });
});
