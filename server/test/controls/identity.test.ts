// The controls of people, sign-ins and keys turn red when the running system is broken where they look.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { parseApiKey } from '@holdfast/protocol/api-key.ts';
import { toSecret } from '#crypto/secret.ts';
import type { CredentialKind } from '#kernel/credential.ts';
import type { Principal } from '#kernel/principal.ts';
import { hashNewPassword } from '#modules/identity.ts';
import { PASSWORD } from '#test/world.ts';
import { changeRequests } from './requests.ts';
import { assertTurnsRed, type Breakage, startSystem, type System, verify } from './system.ts';

let system: System;

/** Published, and no reason to refuse anybody: its password is not. */
const OWNER = 'admin@example.com';

const statement =
  (breaking: string, mending: string): Breakage =>
  async () => {
    await system.admin(breaking);
    return () => system.admin(mending);
  };

/** A function of the database, replaced by one in which something reads otherwise. */
const inFunction =
  (signature: string, text: string, replacement: string): Breakage =>
  async () => {
    const [row] = await system.admin('select pg_get_functiondef($1::regprocedure) as text', [`holdfast.${signature}`]);
    const whole = String(row?.['text']);
    const broken = whole.replace(text, replacement);
    assert.notEqual(broken, whole);
    await system.admin(broken);
    return () => system.admin(whole);
  };

/** Somebody who was put into the database, past the API. */
const person =
  (email: string, password: string, options: { readonly early?: true; readonly isMember?: true }): Breakage =>
  async () => {
    const { kernel, admin } = system;
    const userId = kernel.tools.newId();
    const hash = await hashNewPassword(kernel.tools, toSecret(password));
    await admin(
      `insert into holdfast.person (user_id, email, name, created_at)
       values ($1, $2, 'Admin', case when $3 then timestamptz '2020-01-01' else now() end)`,
      [userId, email, options.early === true],
    );
    await admin('insert into holdfast.password (user_id, hash, changed_at) values ($1, $2, now())', [userId, hash]);
    if (options.isMember === true)
      await admin(
        `insert into holdfast.member (org_id, id, user_id, role, created_at)
         select org_id, $1, $2, 'viewer', now() from holdfast.organization where slug = 'acme'`,
        [kernel.tools.newId(), userId],
      );
    return () => admin('delete from holdfast.person where user_id = $1', [userId]);
  };

/** The key that AK1 makes is changed on its way into the database. */
const beforeEachKey = (change: string): Breakage =>
  statement(
    `create function holdfast.change_key() returns trigger language plpgsql as $$
       begin if new.name = 'probe AK1' then ${change}; end if; return new; end $$;
     grant execute on function holdfast.change_key() to public;
     create trigger change_key before insert on holdfast.api_key for each row execute function holdfast.change_key()`,
    'drop function holdfast.change_key() cascade',
  );

type Identify = CredentialKind['identify'];

/** The running server recognizes credentials of a kind in another way. */
const identifying =
  (
    kind: CredentialKind['kind'],
    other: (...args: [...Parameters<Identify>, Identify]) => ReturnType<Identify>,
  ): Breakage =>
  async () => {
    // The registry is made once and not meant to be changed; here it is.
    const credentials = system.kernel.registry.credentials as Map<string, CredentialKind>;
    const right = credentials.get(kind);
    assert.ok(right);
    credentials.set(kind, { kind, identify: (tools, secret) => other(tools, secret, right.identify) });
    return async () => credentials.set(kind, right);
  };

const seen = new Map<string, Principal>();

async function setUp(): Promise<void> {
  const { setupLink, origin } = system.server;
  const token = setupLink?.split('#token=')[1];
  const owner = { name: 'Olga', email: OWNER, password: PASSWORD };
  const reply = await fetch(`${origin}/api/v1/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, organization: { name: 'Acme', slug: 'acme' }, owner }),
  });
  assert.equal(reply.status, 201, await reply.text());
}

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
      person('somebody@example.net', 'a-Password-of-theirs-1', {}),
    ));

  it('the first run is still open after the controls have looked', setUp);

  it('ID2 passes beside an owner whose address is published but whose password is not', async () => {
    assert.equal((await verify(system, 'ID2')).controls[0]?.verdict, 'pass');
  });

  it('ID2 sees a published pair that opens a session', () =>
    assertTurnsRed(
      system,
      { id: 'ID2', at: 'published pair of name and password' },
      person('test@test.com', 'changeme', { isMember: true }),
    ));

  it('ID2 sees a published pair that is right without an organization to enter', () =>
    assertTurnsRed(
      system,
      { id: 'ID2', at: 'published pair of name and password' },
      person('root@localhost.localdomain', 'root', {}),
    ));

  it('ID2 sees an account that is older than the first run', () =>
    assertTurnsRed(
      system,
      { id: 'ID2', at: 'people before the first run' },
      person('somebody@example.net', 'a-Password-of-theirs-1', { early: true }),
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
      statement(
        `insert into holdfast.setup_token values (sha256('left over'), now(), now() + interval '1 hour')`,
        'delete from holdfast.setup_token',
      ),
    ));

  it('AK1 sees keys that still open something when they are revoked', () =>
    assertTurnsRed(
      system,
      { id: 'AK1', at: 'use of a key' },
      inFunction('identify_api_keys(uuid[])', ' and k.revoked_at is null', ''),
    ));

  it('AK1 sees keys that live too long when no lifetime is given', () =>
    assertTurnsRed(
      system,
      { id: 'AK1', at: 'lifetime of a key' },
      beforeEachKey(`new.expires_at = new.created_at + interval '200 days'`),
    ));

  it('AK1 sees keys without end', () =>
    assertTurnsRed(system, { id: 'AK1', at: 'lifetime of a key' }, beforeEachKey('new.expires_at = null')));

  it('AK1 sees a list that shows the stored hash', () =>
    assertTurnsRed(
      system,
      { id: 'AK1', at: 'a key shown again' },
      beforeEachKey(`new.name = encode(new.secret_hash, 'hex')`),
    ));

  it('AK1 sees keys whose scopes bind nothing', () =>
    assertTurnsRed(
      system,
      { id: 'AK1', at: 'scopes of a key' },
      identifying('api_key', async (tools, secret, identify) => {
        const principal = await identify(tools, secret);
        return principal?.kind === 'api_key' ? { ...principal, reach: tools.roles.reachOf(principal.role) } : principal;
      }),
    ));

  it('AK1 sees keys of which the id alone is looked at', () =>
    assertTurnsRed(
      system,
      { id: 'AK1', at: 'use of a key' },
      identifying('api_key', async (tools, secret, identify) => {
        const known = await identify(tools, secret);
        const uuid = parseApiKey(secret)?.uuid ?? '';
        if (known !== undefined) seen.set(uuid, known);
        return known ?? seen.get(uuid);
      }),
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
      identifying('session', async (tools, secret, identify) => {
        const byKey = system.kernel.registry.credentials.get('api_key');
        return (await identify(tools, secret)) ?? byKey?.identify(tools, secret);
      }),
    ));

  it('OA3 sees a variable that appears while the server runs', () =>
    assertTurnsRed(system, { id: 'OA3', at: 'environment and flags of the process' }, async () => {
      process.env['NODE_USE_ENV_PROXY'] = '1';
      return async () => delete process.env['NODE_USE_ENV_PROXY'];
    }));
});
