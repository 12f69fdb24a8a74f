// Controls of an exposed system turn red: owners who rest on a password, and organizations that rest on one owner.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { runStatements } from './breakages.ts';
import { setUp } from './people.ts';
import { type Breakage, startSystem, type System, verify } from './system.ts';

const OWNER = `(select user_id from holdfast.person where email = 'owner@acme.example')`;
const ENROLL = `insert into holdfast.factor (user_id, id, kind, name, created_at, confirmed_at, sealed_secret, last_step)
  values (${OWNER}, gen_random_uuid(), 'totp', 'phone', now(), now(), '\\x0101'::bytea, 0)`;

let system: System;

/** Alone: other promises to the world are not what is tried here. */
async function look(id = 'ID6'): Promise<{ readonly verdict: string | undefined; readonly places: readonly string[] }> {
  const [control] = (await verify(system, id)).controls;
  return { verdict: control?.verdict, places: control?.findings.map(({ at }) => at ?? 'nowhere') ?? [] };
}

async function assertSees(at: string, breakIt: Breakage, id = 'ID6'): Promise<void> {
  assert.deepEqual(await look(id), { verdict: 'pass', places: [] });
  const mend = await breakIt();
  try {
    const { verdict, places } = await look(id);
    assert.equal(verdict, 'fail');
    assert.ok(places.includes(at), places.join());
  } finally {
    await mend();
  }
  assert.deepEqual(await look(id), { verdict: 'pass', places: [] });
}

const SECOND = `(select user_id from holdfast.person where email = 'second@acme.example')`;

describe('the controls of powerful people, on an exposed system', () => {
  before(async () => {
    system = await startSystem();
    await setUp(system, 'owner@acme.example');
    // By its own word alone: nothing else of an exposed system is needed here.
    Object.assign(system.config, { exposed: true });
    Object.assign(system.kernel.tools, { isExposed: true });
  });
  after(() => system[Symbol.asyncDispose]());

  it('fails as long as the owner has no second factor, whatever the session may do', async () => {
    assert.deepEqual(await look(), { verdict: 'fail', places: ['owners and admins'] });
    await system.admin(ENROLL);
  });

  it('ID6 sees an owner who has taken the factor away', () =>
    assertSees(
      'owners and admins',
      runStatements(system, `delete from holdfast.factor where user_id = ${OWNER}`, ENROLL),
    ));

  it('ID6 sees a member who is as powerful as an admin by a role of their organization, and no other', async () => {
    await system.admin(
      `with weak as (insert into holdfast.person (user_id, email, name, created_at)
         values (gen_random_uuid(), 'member@acme.example', 'Member', now()) returning user_id)
       insert into holdfast.member (org_id, id, user_id, role, created_at)
       select m.org_id, gen_random_uuid(), weak.user_id, 'member', now() from weak, holdfast.member m where m.user_id = ${OWNER}`,
    );
    const give = (permission: string): string =>
      `with made as (insert into holdfast.custom_role (org_id, id, name, description, permissions, created_at)
         select org_id, gen_random_uuid(), 'strong', '', '{${permission}}', now() from holdfast.member where user_id = ${OWNER}
         returning org_id, id)
       insert into holdfast.member_role (org_id, member_id, role_id, given_at)
       select made.org_id, m.id, made.id, now() from made, holdfast.member m
        where m.user_id = (select user_id from holdfast.person where email = 'member@acme.example')`;
    const take = 'delete from holdfast.custom_role';
    await system.admin(give('models:use'));
    assert.deepEqual(await look(), { verdict: 'pass', places: [] });
    await system.admin(take);
    await assertSees('owners and admins', runStatements(system, give('security_configuration:manage'), take));
  });

  it('ID6 sees a server that lets owners in with a password alone', () =>
    assertSees('an owner with a password alone', async () => {
      const { tools } = system.kernel;
      Object.assign(tools, { isExposed: false });
      return async () => Object.assign(tools, { isExposed: true });
    }));

  it('RB2 fails as long as the organization has one owner', async () => {
    assert.deepEqual(await look('RB2'), { verdict: 'fail', places: ['owners of organizations'] });
    await system.admin(
      `with second as (insert into holdfast.person (user_id, email, name, created_at)
         values (gen_random_uuid(), 'second@acme.example', 'Second', now()) returning user_id)
       insert into holdfast.member (org_id, id, user_id, role, created_at)
       select m.org_id, gen_random_uuid(), second.user_id, 'owner', now() from second, holdfast.member m where m.user_id = ${OWNER}`,
    );
  });

  it('RB2 sees that the second owner is suspended', () =>
    assertSees(
      'owners of organizations',
      runStatements(
        system,
        `update holdfast.person set status = 'suspended' where user_id = ${SECOND}`,
        `update holdfast.person set status = 'active' where user_id = ${SECOND}`,
      ),
      'RB2',
    ));

  it('RB2 sees a database that lets the last owner go', () =>
    assertSees(
      'the last owner of an organization',
      runStatements(
        system,
        'alter table holdfast.member disable trigger member_last_owner',
        'alter table holdfast.member enable trigger member_last_owner',
      ),
      'RB2',
    ));
});
