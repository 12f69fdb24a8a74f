// The controls of people, sign-ins and keys turn red when the running system is broken where they look.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { kernelErrors } from '#kernel/errors.ts';
import type { Limit } from '#kernel/limits/limits.ts';
import type { Tools } from '#kernel/tools.ts';
import { PASSWORD } from '#test/world.ts';
import { changeTools, identifyOtherwise, putIn, runStatements } from './breakages.ts';
import { setUp } from './people.ts';
import { changeRequests } from './requests.ts';
import { assertTurnsRed, startSystem, type System, verify } from './system.ts';

let system: System;

/** Published, and no reason to refuse anybody: its password is not. */
const OWNER = 'admin@example.com';
const WIDE: Limit = { perMinute: 1_000, burst: 1_000 };

/** A session of the owner, as a Cookie header. */
async function signIn(): Promise<string> {
  const reply = await fetch(`${system.server.origin}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: OWNER, password: PASSWORD }),
  });
  assert.equal(reply.status, 201);
  return reply.headers.get('set-cookie')?.split(';')[0] ?? '';
}

describe('controls of people, sign-ins and keys, on the running system', () => {
  before(async () => {
    system = await startSystem();
  });
  after(() => system[Symbol.asyncDispose]());

  it('ID2 passes before the first run, and sees somebody who was put in before it', () =>
    assertTurnsRed(
      system,
      { id: 'ID2', at: 'people before the first run' },
      putIn(system, { email: 'somebody@example.net', password: 'a-Password-of-theirs-1' }),
    ));

  it('the first run is still open after the controls have looked', () => setUp(system, OWNER));

  it('ID2 passes beside an owner whose address is published but whose password is not', async () => {
    assert.equal((await verify(system, 'ID2')).controls[0]?.verdict, 'pass');
  });

  it('ID2 sees a published pair that opens a session', () =>
    assertTurnsRed(
      system,
      { id: 'ID2', at: 'published pair of name and password' },
      putIn(system, { email: 'test@test.com', password: 'changeme', organization: 'acme' }),
    ));

  it('ID2 sees a published pair that is right without an organization to enter', () =>
    assertTurnsRed(
      system,
      { id: 'ID2', at: 'published pair of name and password' },
      putIn(system, { email: 'root@localhost.localdomain', password: 'root' }),
    ));

  it('ID2 sees an account that is older than the first run', () =>
    assertTurnsRed(
      system,
      { id: 'ID2', at: 'people before the first run' },
      putIn(system, {
        email: 'somebody@example.net',
        password: 'a-Password-of-theirs-1',
        createdAt: '2020-01-01',
      }),
    ));

  it('ID2 sees a first run that is offered again', () =>
    assertTurnsRed(system, { id: 'ID2', at: 'state of the first run' }, async () => {
      const [row] = await system.admin(`select pg_get_functiondef('holdfast.setup_is_done()'::regprocedure) as text`);
      await system.admin(
        `create or replace function holdfast.setup_is_done() returns table (done boolean) language sql stable
             security definer set search_path = holdfast, pg_temp as 'select false'`,
      );
      return () => system.admin(String(row?.['text']));
    }));

  it('ID2 sees a setup token that is left over', () =>
    assertTurnsRed(
      system,
      { id: 'ID2', at: 'live setup tokens' },
      runStatements(
        system,
        `insert into holdfast.setup_token values (sha256('left over'), now(), now() + interval '1 hour')`,
        'delete from holdfast.setup_token',
      ),
    ));

  it('OA3 sees a proxy that turns a name into a credential', async () => {
    const cookie = await signIn();
    await assertTurnsRed(
      system,
      { id: 'OA3', at: 'forged identity headers' },
      changeRequests(({ headers }) => {
        if (headers['x-forwarded-user'] !== undefined) headers.cookie = cookie;
      }),
    );
  });

  it('OA3 sees a middleware that reads tokens and checks no signature', async () => {
    const cookie = await signIn();
    await assertTurnsRed(
      system,
      { id: 'OA3', at: 'tokens that nobody signed' },
      changeRequests(({ headers }) => {
        if (!/^Bearer eyJ[\w-]+\.eyJ[\w-]+\.$/.test(headers.authorization ?? '')) return;
        delete headers.authorization;
        headers.cookie = cookie;
      }),
    );
  });

  it('OA3 sees a key that is taken for a session', () =>
    assertTurnsRed(
      system,
      { id: 'OA3', at: 'secrets of another purpose' },
      identifyOtherwise(system, 'session', async (tools, secret, identify) => {
        const byKey = system.kernel.registry.credentials.get('api_key');
        return (await identify(tools, secret)) ?? byKey?.identify(tools, secret);
      }),
    ));

  it('OA3 sees a variable that appears while the server runs', () =>
    assertTurnsRed(system, { id: 'OA3', at: 'environment and flags of the process' }, async () => {
      process.env['NODE_USE_ENV_PROXY'] = '1';
      return async () => delete process.env['NODE_USE_ENV_PROXY'];
    }));

  it('ID3 sees an account that has no limit', () =>
    assertTurnsRed(
      system,
      { id: 'ID3', at: 'failures of one account' },
      changeTools(system, { signInFailures: { account: WIDE } }),
    ));

  it('ID3 sees an address that has no limit', () =>
    assertTurnsRed(
      system,
      { id: 'ID3', at: 'failures from one address' },
      changeTools(system, { signInFailures: { address: WIDE } }),
    ));

  it('ID3 sees a sign-in that tells who has no account', () => {
    const { lookup } = system.kernel.tools;
    const telling: Tools['lookup'] = async <Row>(name: string, ...rest: [readonly unknown[]]) => {
      const rows = await lookup<Row>(name, ...rest);
      if (name === 'find_password' && rows.length === 0) throw kernelErrors['resource.not_found']();
      return rows;
    };
    // ID2 tries accounts that do not exist, and an answer it does not know proves nothing to it.
    return assertTurnsRed(
      system,
      { id: 'ID3', at: 'answer to a wrong password', beside: ['ID2'] },
      changeTools(system, { lookup: telling }),
    );
  });

  it('ID3 sees a lock that anybody can close on others', async () => {
    const { limits } = system.kernel.tools;
    const everywhere: Tools['limits'] = {
      ...limits,
      take: (takings) =>
        limits.take(takings.map((each) => ({ ...each, key: each.key.replace(/^(sign_in:.+@[^:]+):.*/, '$1') }))),
    };
    assert.equal((await verify(system, 'ID3')).controls[0]?.verdict, 'pass');
    const mend = await changeTools(system, { limits: everywhere })();
    // Alone: whatever else signs in as the probe is kept out too.
    const [control] = (await verify(system, 'ID3')).controls;
    await mend();
    assert.equal(control?.verdict, 'fail');
    assert.ok(control.findings.some(({ at }) => at === 'the right password from another address'));
    assert.equal((await verify(system, 'ID3')).controls[0]?.verdict, 'pass');
  });
});
