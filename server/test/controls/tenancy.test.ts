// The controls of tenancy turn red when the running system lets one organization near another.
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { setHeader } from './replies.ts';
import { changeRequests } from './requests.ts';
import { assertTurnsRed, startSystem, type System, verify } from './system.ts';

let system: System;

/** Breaks the database by a statement, and mends it by another. */
function altered(breaking: string, mending: string) {
  return async () => {
    await system.admin(breaking);
    return () => system.admin(mending);
  };
}

/** A reply past the server. */
function replyInstead(response: ServerResponse, status: number, body: object): true {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  return true;
}

describe('controls of tenancy, on the running system', () => {
  before(async () => {
    system = await startSystem();
    // The organizations that exist to be probed are founded by the first run.
    await verify(system);
  });
  after(() => system[Symbol.asyncDispose]());

  it('TN1 sees a table whose owner passes its wall', () =>
    assertTurnsRed(
      system,
      { id: 'TN1', at: 'row security' },
      altered(
        'alter table holdfast.provider no force row level security',
        'alter table holdfast.provider force row level security',
      ),
    ));

  it('TN1 sees a new table without a wall', () =>
    assertTurnsRed(
      system,
      { id: 'TN1', at: 'rule' },
      altered('create table holdfast.thing (org_id uuid primary key)', 'drop table holdfast.thing'),
    ));

  it('TN1 sees a wall that is only one more permission', () =>
    assertTurnsRed(
      system,
      { id: 'TN1', at: 'wall' },
      altered(
        'alter policy wall on holdfast.provider using (true)',
        'alter policy wall on holdfast.provider using (org_id = (select holdfast.current_org()))',
      ),
    ));

  const PROJECT_WALL = 'org_id = (select holdfast.current_org()) and project_id = (select holdfast.current_project())';

  it('TN1 sees a project without its wall', () =>
    assertTurnsRed(
      system,
      { id: 'TN1', at: 'wall' },
      altered(
        'drop policy wall on holdfast.project_member',
        `create policy wall on holdfast.project_member as restrictive to holdfast_app using (${PROJECT_WALL}) with check (${PROJECT_WALL})`,
      ),
    ));

  it('TN1 sees a project that everybody of its organization looks into', () =>
    assertTurnsRed(
      system,
      { id: 'TN1', at: 'wall' },
      altered(
        'alter policy wall on holdfast.project_member using (org_id = (select holdfast.current_org()))',
        `alter policy wall on holdfast.project_member using (${PROJECT_WALL})`,
      ),
    ));

  it('TN1 sees a context that takes one project for granted', () => {
    const asked = "nullif(current_setting('holdfast.project_id', true), '')::uuid";
    const define = (value: string): string =>
      `create or replace function holdfast.current_project() returns uuid language sql stable parallel safe return ${value}`;
    return assertTurnsRed(
      system,
      { id: 'TN1', at: 'without a scope' },
      altered(define(`coalesce(${asked}, gen_random_uuid())`), define(asked)),
    );
  });

  it('TN1 sees a look-up that runs on the path of its caller', () =>
    assertTurnsRed(
      system,
      { id: 'TN1', at: 'search_path' },
      altered(
        'alter function holdfast.find_password(text) reset search_path',
        'alter function holdfast.find_password(text) set search_path = holdfast, pg_temp',
      ),
    ));

  it('TN1 sees a view that asks as its owner', () =>
    assertTurnsRed(
      system,
      { id: 'TN1', at: 'security_invoker' },
      altered('create view holdfast.people as table holdfast.person', 'drop view holdfast.people'),
    ));

  it('TN1 sees rows without a scope although the catalog is in order', () => {
    const define = (value: string): string =>
      `create or replace function holdfast.in_system_scope() returns boolean language sql stable parallel safe return ${value}`;
    return assertTurnsRed(
      system,
      { id: 'TN1', at: 'without a scope' },
      altered(define('true'), define(`coalesce(current_setting('holdfast.system', true), '') = 'on'`)),
    );
  });

  it('TN1 sees a wall that takes one organization for granted', () =>
    assertTurnsRed(system, { id: 'TN1', at: 'without a scope' }, async () => {
      const [probed] = await system.admin(
        "select value ->> 'organization' as id from holdfast.installation where name = 'probe_tenant_one'",
      );
      const define = (value: string) =>
        system.admin(
          `create or replace function holdfast.current_org() returns uuid language sql stable parallel safe return ${value}`,
        );
      const asked = "nullif(current_setting('holdfast.org_id', true), '')::uuid";
      await define(`coalesce(${asked}, '${String(probed?.['id'])}'::uuid)`);
      return () => define(asked);
    }));

  it('TN1 cannot be proven where the database shows less than it has', async () => {
    await system.admin('revoke select on holdfast.table_rule from holdfast_app');
    const [judged] = (await verify(system, 'TN1')).controls;
    await system.admin('grant select on holdfast.table_rule to holdfast_app');
    assert.equal(judged?.verdict, 'error');
  });

  it('TN2 sees a gateway that believes a tenant header', () =>
    assertTurnsRed(
      system,
      { id: 'TN2', at: 'tenant headers' },
      changeRequests(({ headers }, response) => {
        const hint = headers['x-tenant-id'];
        return hint === undefined || headers.cookie === undefined ? false : replyInstead(response, 200, { id: hint });
      }),
    ));

  it('TN2 sees a gateway that removes what a tab says', () =>
    assertTurnsRed(
      system,
      // Without it nobody notices either that a key is used for another organization than its own.
      { id: 'TN2', at: 'Holdfast-Organization', beside: ['AK3'] },
      changeRequests(({ headers }) => {
        delete headers['holdfast-organization'];
        return false;
      }),
    ));

  it('TN5 sees a wall that lets the keys of others through', () =>
    assertTurnsRed(
      system,
      // The catalog says so too, and rows of others are rows without an event of this organization.
      { id: 'TN5', at: 'reply', beside: ['TN1', 'AU1'] },
      altered(
        'alter policy wall on holdfast.api_key using (true)',
        'alter policy wall on holdfast.api_key using (org_id = (select holdfast.current_org()))',
      ),
    ));

  it('TN5 sees a log that loses what was denied', () =>
    assertTurnsRed(
      system,
      // What loses events is a trigger where none belongs.
      { id: 'TN5', at: 'audit log', beside: ['AU1'] },
      altered(
        `create function holdfast.forget() returns trigger language plpgsql as 'begin return null; end';
         create trigger forget before insert on holdfast.audit_pending for each row
           when (new.outcome = 'denied') execute function holdfast.forget()`,
        'drop function holdfast.forget() cascade',
      ),
    ));

  it('TN5 sees a server that raises no alarm', () =>
    assertTurnsRed(
      system,
      { id: 'TN5', at: 'alarm', beside: ['AU1'] },
      altered(
        `create function holdfast.hush() returns trigger language plpgsql as 'begin return null; end';
         create trigger hush before insert on holdfast.audit_pending for each row
           when (new.action = 'tenancy.probed') execute function holdfast.hush()`,
        'drop function holdfast.hush() cascade',
      ),
    ));

  it('RL5 sees a server that keeps no reply', () =>
    assertTurnsRed(
      system,
      // A stored reply is one of the sealed values that are looked at.
      { id: 'RL5', at: 'replay', beside: ['EN1'] },
      altered(
        `create function holdfast.forget() returns trigger language plpgsql as 'begin return null; end';
         create trigger forget before insert on holdfast.idempotency for each row execute function holdfast.forget()`,
        'drop function holdfast.forget() cascade',
      ),
    ));

  it('RB7 sees a door beside the one that asks', () =>
    assertTurnsRed(
      system,
      // RB1 lists members as nobody too, who is not denied any more.
      { id: 'RB7', at: 'without a credential', beside: ['RB1'] },
      changeRequests(({ url, headers }, response) =>
        url === '/api/v1/members' && headers.cookie === undefined ? replyInstead(response, 200, { items: [] }) : false,
      ),
    ));

  it('RB7 sees an operation that became public', () =>
    assertTurnsRed(system, { id: 'RB7', at: 'access' }, async () => {
      const { routes } = system.kernel.registry;
      const at = routes.findIndex(({ id }) => id === 'member.list');
      const route = routes[at];
      assert.ok(route !== undefined);
      const put = (value: typeof route) => assert.ok(Reflect.set(routes, at, value));
      put({ ...route, access: { public: 'everybody may know who is here' } });
      return async () => put(route);
    }));

  it('RB7 sees a path that nobody declared', () =>
    assertTurnsRed(
      system,
      { id: 'RB7', at: 'undeclared path' },
      changeRequests(({ url }, response) => (url === '/debug' ? replyInstead(response, 200, {}) : false)),
    ));

  it('RL1 sees an address that may guess without end', () =>
    assertTurnsRed(system, { id: 'RL1', at: 'over the limit' }, async () => {
      const { limitTable } = system.kernel;
      const { failed_credentials: limit } = limitTable;
      const put = (value: typeof limit) => assert.ok(Reflect.set(limitTable, 'failed_credentials', value));
      put({ perMinute: 1_000, burst: 1_000 });
      return async () => put(limit);
    }));

  it('RL1 sees a proxy that removes when to come back', () =>
    // Those who guess passwords are told when to come back too.
    assertTurnsRed(system, { id: 'RL1', at: 'Retry-After', beside: ['ID3'] }, setHeader('retry-after')));

  it('TN3 sees a role that passes the walls', () =>
    assertTurnsRed(
      system,
      { id: 'TN3', at: 'powers' },
      altered('alter role holdfast_maintenance bypassrls', 'alter role holdfast_maintenance nobypassrls'),
    ));

  it('TN3 sees a way past the walls by membership', () =>
    assertTurnsRed(
      system,
      { id: 'TN3', at: 'membership' },
      altered('grant holdfast_lookup to holdfast_sequencer', 'revoke holdfast_lookup from holdfast_sequencer'),
    ));

  it('TN3 sees a role that may change the schema', () =>
    assertTurnsRed(
      system,
      { id: 'TN3', at: 'create' },
      altered('grant create on schema holdfast to holdfast_app', 'revoke create on schema holdfast from holdfast_app'),
    ));

  it('TN3 sees a login with a published password', () =>
    assertTurnsRed(system, { id: 'TN3', at: 'published passwords' }, async () => {
      const [role] = await system.admin("select rolpassword from pg_authid where rolname = 'holdfast_migrator'");
      await system.admin("alter role holdfast_migrator password 'holdfast'");
      return () => system.admin(`alter role holdfast_migrator password '${String(role?.['rolpassword'])}'`);
    }));

  it('EN8 sees a database on another machine that is reached in plain text', async () => {
    const { database } = system.config;
    assert.ok(database.kind === 'external');
    const verdictOf = async () => (await verify(system, 'EN8')).controls[0];
    const { locality } = database.target;
    assert.equal((await verdictOf())?.verdict, 'not_applicable');
    assert.ok(Reflect.set(database.target, 'locality', 'remote'));
    const judged = await verdictOf();
    assert.ok(Reflect.set(database.target, 'locality', locality));
    assert.equal(judged?.verdict, 'fail');
    assert.deepEqual(
      judged.findings.map(({ at }) => at),
      ['sslmode', 'own session', 'pg_stat_ssl', 'certificate', 'plain text'],
    );
    assert.equal((await verdictOf())?.verdict, 'not_applicable');
  });
});
