// The controls of passwords, sessions and second factors turn red when the running system keeps people otherwise.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { NO_FRESH_PROOF } from '../../src/kernel/controls/no-fresh-proof.ts';
import type { Principal } from '#kernel/principal.ts';
import type { AnyRoute } from '#kernel/route.ts';
import { changeFunction, changeTools, identifyOtherwise, runStatements } from './breakages.ts';
import { setUp } from './people.ts';
import { changeReplies } from './replies.ts';
import { changeRequests } from './requests.ts';
import { assertTurnsRed, type Breakage, startSystem, type System } from './system.ts';

const OWNER = `(select user_id from holdfast.person where email = 'owner@acme.example')`;
const SIGN_IN = 'identify_session(bytea)';

let system: System;

/** Rows of the first owner, taken away again. */
function putRow(table: 'session' | 'factor', columns: string, mending = ''): Breakage {
  return runStatements(
    system,
    `insert into holdfast.${table} ${columns}`,
    `delete from holdfast.${table} where user_id = ${OWNER} ${mending}`,
  );
}

function sessionsOfOwner(count: number, idleMinutes: number, lives: string): Breakage {
  return putRow(
    'session',
    `(user_id, id, org_id, token_hash, created_at, last_seen_at, proven_at, idle_minutes, expires_at, address, device)
     select user_id, gen_random_uuid(), org_id, sha256(gen_random_uuid()::text::bytea), now(), now(), now(), ${idleMinutes},
            now() + interval '${lives}', '127.0.0.1', 'x'
       from holdfast.member, generate_series(1, ${count}) where user_id = ${OWNER}`,
  );
}

/** A function of the database that runs on a change of a table, until it is dropped. */
function onChange(table: string, when: string, body: string): Breakage {
  return runStatements(
    system,
    `create function holdfast.broken() returns trigger language plpgsql as $$ begin ${body} end $$;
     grant execute on function holdfast.broken() to public;
     create trigger broken ${when} on holdfast.${table} for each row execute function holdfast.broken()`,
    'drop function holdfast.broken() cascade',
  );
}

describe('controls of passwords, sessions and second factors, on the running system', () => {
  before(async () => {
    system = await startSystem();
    await setUp(system, 'owner@acme.example');
    // Nobody looks as often within a quarter of an hour: accounts that ID2 and AU2 guess at would be locked.
    await changeTools(system, { signInFailures: { toLock: 1_000 } })();
  });
  after(() => system[Symbol.asyncDispose]());

  // The strong one is the longest that is tried.
  it('ID1 sees a door that takes weak passwords', () =>
    assertTurnsRed(
      system,
      { id: 'ID1', at: 'new passwords' },
      changeRequests(({ method, url, headers }, response) => {
        const isWeak = url === '/api/v1/account/password' && Number(headers['content-length']) < 130;
        if (method !== 'POST' || headers.cookie === undefined || !isWeak) return false;
        response.writeHead(204).end();
        return true;
      }),
    ));

  it('ID1 sees a stored password that is quick to guess', () =>
    assertTurnsRed(system, { id: 'ID1', at: 'holdfast.look_at_passwords()' }, async () => {
      const [row] = await system.admin(`select hash from holdfast.password where user_id = ${OWNER}`);
      const put = (hash: unknown) =>
        system.admin(`update holdfast.password set hash = $1 where user_id = ${OWNER}`, [hash]);
      await put(String(row?.['hash']).replace('m=19456', 'm=1024'));
      return () => put(row?.['hash']);
    }));

  it('SE2 sees sessions that may be idle for ever', () =>
    assertTurnsRed(
      system,
      { id: 'SE2', at: 'an idle session' },
      changeFunction(
        system,
        SIGN_IN,
        's.last_seen_at > now() - make_interval(mins => least(s.idle_minutes, y.idle_minutes))',
        'true',
      ),
    ));

  it('SE2 sees sessions that never end', () =>
    assertTurnsRed(
      system,
      { id: 'SE2', at: 'an old session' },
      changeFunction(system, SIGN_IN, 's.expires_at > now()', 'true'),
    ));

  it('SE2 sees one stored session that may live for a month', () =>
    assertTurnsRed(system, { id: 'SE2', at: 'holdfast.look_at_sessions()' }, sessionsOfOwner(1, 60, '30 days')));

  it('SE2 sees cookies that browsers keep for a year', () =>
    assertTurnsRed(
      system,
      { id: 'SE2', at: 'Max-Age of the session cookie' },
      changeReplies((headers) => {
        const cookies = headers.get('set-cookie');
        if (cookies === undefined) return;
        headers.set(
          'set-cookie',
          cookies.map((cookie) => cookie.replace(/Max-Age=[1-9]\d*/, 'Max-Age=31536000')),
        );
      }),
    ));

  it('SE3 sees a role that changes and ends nothing', () =>
    assertTurnsRed(
      system,
      // RB8 looks at that too, beside all else that a change ends.
      { id: 'SE3', at: 'sessions of somebody who changed', beside: ['RB8'] },
      runStatements(
        system,
        'alter table holdfast.member disable trigger member_changed',
        'alter table holdfast.member enable trigger member_changed',
      ),
    ));

  it('SE3 sees a suspension that ends nothing', () =>
    assertTurnsRed(
      system,
      { id: 'SE3', at: 'sessions of somebody who changed' },
      runStatements(
        system,
        'alter table holdfast.person disable trigger person_suspended',
        'alter table holdfast.person enable trigger person_suspended',
      ),
    ));

  it('SE3 sees a trigger that is switched off and tells no other replica', () =>
    assertTurnsRed(
      system,
      { id: 'SE3', at: 'triggers that end sessions' },
      runStatements(
        system,
        'alter table holdfast.session disable trigger session_ended',
        'alter table holdfast.session enable trigger session_ended',
      ),
    ));

  // It ends the sessions beside a change of one's own, which is the promise of RB8 too.
  it('SE3 sees a new password that ends nothing', () =>
    assertTurnsRed(
      system,
      { id: 'SE3', at: 'sessions beside a new password', beside: ['RB8'] },
      changeFunction(system, 'end_own_sessions(uuid)', 's.user_id = current_person()', 'false'),
    ));

  it('SE4 sees lists that do not say which device it is', () =>
    assertTurnsRed(
      system,
      { id: 'SE4', at: 'list of the own sessions' },
      onChange('session', 'before insert', `new.device = ''; return new;`),
    ));

  it('SE4 sees an owner whose word ends nothing', () =>
    assertTurnsRed(
      system,
      { id: 'SE4', at: 'a session ended from a list' },
      changeFunction(system, 'end_member_sessions(uuid, uuid)', 'm.org_id = current_org()', 'false'),
    ));

  it('SE4 sees an eleventh session', () =>
    assertTurnsRed(
      system,
      { id: 'SE4', at: 'number of sessions' },
      onChange('session', 'before delete', `if old.device = 'probe' then return null; end if; return old;`),
    ));

  it('SE4 sees a person with eleven sessions', () =>
    assertTurnsRed(
      system,
      { id: 'SE4', at: 'sessions of the person who has the most' },
      sessionsOfOwner(11, 60, '1 hour'),
    ));

  it('SE5 sees sessions that are always as good as new', () =>
    assertTurnsRed(
      system,
      { id: 'SE5', at: 'a session proven too long ago' },
      identifyOtherwise(system, 'session', async (tools, secret, identify): Promise<Principal | undefined> => {
        const principal = await identify(tools, secret);
        return principal?.kind === 'user' ? { ...principal, provenAt: new Date() } : principal;
      }),
    ));

  it('SE5 sees an operation that asks for no proof', () =>
    assertTurnsRed(system, { id: 'SE5', at: 'operations that change something' }, async () => {
      // The list is made once and not meant to be changed; here it is.
      const routes = system.kernel.registry.routes as AnyRoute[];
      const at = routes.findIndex(({ id }) => id === 'provider.create');
      const [route] = routes.slice(at, at + 1);
      assert.ok(route?.stepUp);
      const { stepUp: _, ...silent } = route;
      routes[at] = silent;
      return async () => (routes[at] = route);
    }));

  it('SE5 sees a refusal that says nothing of a fresh proof', () =>
    assertTurnsRed(
      system,
      { id: 'SE5', at: 'header www-authenticate' },
      changeReplies((headers) => {
        if (headers.get('www-authenticate')?.[0]?.includes('insufficient_user_authentication') === true)
          headers.set('www-authenticate', ['Bearer realm="holdfast", error="invalid_token"']);
      }),
    ));

  it('the short list of SE5 names operations that are there, and none that asks for a proof', () => {
    const { routes, streams } = system.kernel.registry;
    const silent = [...routes, ...streams].filter((each) => each.method !== 'GET' && !('stepUp' in each));
    const ids = new Set(silent.map(({ id }) => id));
    assert.deepEqual(
      [...NO_FRESH_PROOF.keys()].filter((id) => !ids.has(id)),
      [],
    );
  });

  it('MF1 sees codes that work twice', () =>
    assertTurnsRed(
      system,
      { id: 'MF1', at: 'code of an app' },
      onChange(
        'factor',
        'before update',
        'if old.confirmed_at is not null then new.last_step = old.last_step; end if; return new;',
      ),
    ));

  it('MF1 sees recovery codes that work twice', () =>
    assertTurnsRed(
      system,
      { id: 'MF1', at: 'recovery code' },
      // All of them at once are let go: that is how the account is cleared.
      onChange(
        'recovery_code',
        'after delete',
        `if exists (select from holdfast.recovery_code c where c.user_id = old.user_id) then
           insert into holdfast.recovery_code values (old.*); end if; return null;`,
      ),
    ));

  it('MF1 sees a sign-in that opens something before the factor was shown', () =>
    assertTurnsRed(
      system,
      { id: 'MF1', at: 'sign-in with a factor' },
      changeReplies((headers, { req, statusCode }) => {
        const isAsking = req.url === '/api/v1/session' && statusCode === 201 && !headers.has('set-cookie');
        if (isAsking) headers.set('set-cookie', ['session=opened; Path=/; HttpOnly; SameSite=Lax']);
      }),
    ));

  it('MF1 sees a stored secret that nobody sealed', () =>
    assertTurnsRed(
      system,
      { id: 'MF1', at: 'holdfast.look_at_factor_secrets()' },
      putRow(
        'factor',
        `(user_id, id, kind, name, created_at, sealed_secret, last_step)
         values (${OWNER}, gen_random_uuid(), 'totp', 'phone', now(), 'twenty bytes in clear'::bytea, -1)`,
      ),
    ));

  it('RB8 sees a log that does not say how many sessions a change has ended', () =>
    assertTurnsRed(
      system,
      { id: 'RB8', at: 'event of a change' },
      changeFunction(system, 'end_own_sessions(uuid)', 'return ended', 'return 0'),
    ));

  it('RB8 sees a change that ends nothing', () =>
    assertTurnsRed(
      system,
      { id: 'RB8', at: 'a new password', beside: ['SE3'] },
      changeFunction(system, 'end_own_sessions(uuid)', 's.user_id = current_person()', 'false'),
    ));
});
