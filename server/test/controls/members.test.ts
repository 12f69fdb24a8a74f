// Controls of members turn red on a running system whose invitations give too much, or whose leavers keep something.
import { after, before, describe, it } from 'node:test';
import { changeFunction, identifyOtherwise, runStatements } from './breakages.ts';
import { setUp } from './people.ts';
import { changeRequests } from './requests.ts';
import { assertTurnsRed, startSystem, type System } from './system.ts';

let system: System;

describe('the controls of members, on the running system', () => {
  before(async () => {
    system = await startSystem();
    await setUp(system, 'owner@acme.example');
  });
  after(() => system[Symbol.asyncDispose]());

  it('RB4 sees a server where everybody invites everybody', () =>
    assertTurnsRed(
      system,
      { id: 'RB4', at: 'inviting' },
      changeRequests(({ method, url, headers: { cookie } }, response) => {
        if (cookie === undefined || method !== 'POST' || url !== '/api/v1/invitations') return false;
        response.writeHead(201, { 'content-type': 'application/json' }).end('{}');
        return true;
      }),
    ));

  it('RB4 sees a server that takes every invitation', () =>
    assertTurnsRed(
      system,
      { id: 'RB4', at: 'accepting', beside: ['RB8'] },
      changeRequests(({ method, url, headers: { cookie } }, response) => {
        if (cookie === undefined || method !== 'POST' || url !== '/api/v1/invitations/enter') return false;
        response.writeHead(201, { 'content-type': 'application/json' }).end('{}');
        return true;
      }),
    ));

  it('RB8 sees a leaver who stays', () =>
    assertTurnsRed(
      system,
      { id: 'RB8', at: 'somebody who was taken out' },
      changeRequests(({ method, url = '', headers: { cookie, origin, host } }, response) => {
        // Other controls try this route without a cookie, from another page, and with ids that are none.
        const isOurs = cookie !== undefined && origin === `http://${String(host)}`;
        if (!isOurs || method !== 'DELETE' || !/^\/api\/v1\/members\/mem_[0-9a-z]{26}(?:\?|$)/.test(url)) return false;
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"ended":{"sessions":1,"apiKeys":1}}');
        return true;
      }),
    ));

  /** Something that happens in the database when a row of a table is about to be written, or when somebody joins. */
  const onRow = (table: string, when: string, body: string) =>
    runStatements(
      system,
      `create function holdfast.meddle() returns trigger language plpgsql security definer set search_path = holdfast as $$ begin ${body} return new; end $$;
       grant execute on function holdfast.meddle() to public;
       create trigger a_meddle ${when} on holdfast.${table} for each row execute function holdfast.meddle()`,
      'drop function holdfast.meddle() cascade',
    );
  const onJoining = (body: string) => onRow('member', 'after insert', body);

  it('RB4 sees an old link that goes on when another is sent', () =>
    assertTurnsRed(
      system,
      { id: 'RB4', at: 'sending again' },
      onRow('invitation', 'before update', `if new.state = 'open' then new.token_hash := old.token_hash; end if;`),
    ));

  it('RB4 sees an invitation that is sent again for no longer', () =>
    assertTurnsRed(
      system,
      { id: 'RB4', at: 'sending again' },
      onRow('invitation', 'before update', `if new.state = 'open' then new.expires_at := old.expires_at; end if;`),
    ));

  // Rows of somebody who was there before, as they would be kept for whom they name.
  for (const [what, statement] of [
    [
      'a grant',
      `insert into object_grant (org_id, id, object_kind, object_id, rank, member_id, created_at)
         select k.org_id, gen_random_uuid(), 'api_key', k.id, 1, new.id, now() from api_key k
          where k.org_id = new.org_id and k.name = 'probe' and k.revoked_at is null
            and (select count(*) from audit_pending p where p.action = 'member.removed') + (select count(*) from audit_entry e where e.action = 'member.removed') > 0;`,
    ],
    [
      'a place in a team',
      `insert into team_member (org_id, team_id, member_id, is_lead, joined_at)
         select org_id, id, new.id, false, now() from team t where t.org_id = new.org_id and t.name like 'probe RB8 %';`,
    ],
    [
      'a place in a project',
      `insert into project_member (org_id, project_id, user_id, is_lead, added_at)
         select org_id, id, new.user_id, false, now() from project p where p.org_id = new.org_id and p.name like 'probe RB8 %';`,
    ],
    [
      'a role',
      `insert into member_role (org_id, member_id, role_id, given_at)
         select org_id, new.id, id, now() from custom_role r where r.org_id = new.org_id and r.name like 'probe RB8 role %' and r.permissions @> '{audit:read}';`,
    ],
  ] as const)
    it(`RB8 sees ${what} that is kept for who comes back`, () =>
      assertTurnsRed(system, { id: 'RB8', at: 'somebody who comes back' }, onJoining(statement)));

  it('RB8 sees keys of the organization that are left alive against the choice', () =>
    assertTurnsRed(
      system,
      { id: 'RB8', at: 'somebody who was taken out' },
      onRow('api_key', 'before update', `if new.name = 'probe RB8' then new.revoked_at := null; end if;`),
    ));

  it('RB8 sees keys of the organization that end although they were handed over', () =>
    assertTurnsRed(
      system,
      { id: 'RB8', at: 'keys of the organization, when somebody goes' },
      runStatements(
        system,
        `create function holdfast.meddle() returns trigger language plpgsql security definer set search_path = holdfast as $$
           begin update api_key k set revoked_at = now() where k.org_id = old.org_id and k.id = old.key_id; return old; end $$;
         grant execute on function holdfast.meddle() to public;
         create trigger a_meddle before delete on holdfast.api_key_person for each row execute function holdfast.meddle()`,
        'drop function holdfast.meddle() cascade',
      ),
    ));

  it('RB8 sees a member who is taken out without a word about keys of the organization', () =>
    assertTurnsRed(
      system,
      { id: 'RB8', at: 'keys of the organization, when somebody goes' },
      changeRequests((request) => {
        const { method, url = '' } = request;
        if (method === 'DELETE' && /^\/api\/v1\/members\/mem_[0-9a-z]{26}$/.test(url))
          request.url = `${url}?organizationKeys=revoke`;
      }),
    ));

  it('RB8 sees keys that work in a suspension', () =>
    assertTurnsRed(
      system,
      { id: 'RB8', at: 'somebody who was suspended' },
      changeFunction(
        system,
        'identify_api_keys(uuid[],uuid[])',
        `coalesce(k.owner_user_id, k.responsible_user_id) and r.status = 'active'`,
        'coalesce(k.owner_user_id, k.responsible_user_id)',
      ),
    ));

  it('RB8 sees rights of an old role', () =>
    assertTurnsRed(
      system,
      { id: 'RB8', at: 'somebody with another role' },
      identifyOtherwise(system, 'api_key', async (tools, secret, identify) => {
        const principal = await identify(tools, secret);
        return principal?.kind === 'api_key' ? { ...principal, reach: tools.roles.reachOf('owner') } : principal;
      }),
    ));

  it('RB8 sees sessions that outlast a change of the role', () =>
    assertTurnsRed(
      system,
      { id: 'RB8', at: 'somebody with another role' },
      changeFunction(
        system,
        'member_changed()',
        'delete from session s where s.org_id = old.org_id and s.user_id = old.user_id;',
        `delete from session s where s.org_id = old.org_id and s.user_id = old.user_id and tg_op = 'DELETE';`,
      ),
    ));

  it('RB8 sees a server that forgets to count', () =>
    assertTurnsRed(
      system,
      { id: 'RB8', at: 'event of a change' },
      changeFunction(system, 'list_projects_of(uuid)', 'holdfast.current_org()', 'null::uuid'),
    ));
});
