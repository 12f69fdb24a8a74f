// `holdfast database prepare` on a real server: passwords are written down before they hold, and refusals change nothing.
import assert from 'node:assert/strict';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { makeAuthority } from '#test/certificates.ts';
import { startTestCluster, type TestCluster } from '#test/cluster.ts';
import { query } from '#test/embedded-support.ts';
import { type Finished, run } from './lib/processes.ts';
import { makeFolder } from './lib/replicas.ts';
import { type Settings, settingsOf } from './lib/settings.ts';
import { openTlsDoor } from './lib/tls-door.ts';

const NOBODY_PASSWORD = 'not-the-password-of-anybody-7';

describe('the preparation of a database', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let cluster: TestCluster;

  before(async () => {
    folder = await makeFolder();
    cluster = await startTestCluster();
  });

  after(async () => {
    await cluster[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  const inFolder = (name: string): string => join(folder.path, name);

  function urlOf({
    user = cluster.superuser.user,
    password = cluster.superuser.password,
    place = `${encodeURIComponent(cluster.superuser.host)}:${cluster.superuser.port}/postgres`,
  } = {}): string {
    return `postgresql://${user}:${password}@${place}`;
  }

  async function prepare(out: string, url: string, more: Settings = {}): Promise<Finished> {
    const settings = await settingsOf(inFolder('data'), more);
    const ended = await run(['database', 'prepare', '--out', inFolder(out), '--url-stdin'], { settings, input: url });
    assert.doesNotMatch(ended.screen + ended.complaint, /postgresql:\/\/\w+:(?!password@)|\.ts:\d/);
    for (const secret of [cluster.superuser.password, NOBODY_PASSWORD])
      assert.ok(!(ended.screen + ended.complaint).includes(secret));
    return ended;
  }

  async function storedPasswords(): Promise<readonly unknown[]> {
    const rows = await query(
      cluster.superuser,
      `select rolpassword from pg_authid where rolname in ('holdfast_migrator', 'holdfast_runtime') order by rolname`,
    );
    return rows.map(({ rolpassword }) => rolpassword);
  }

  async function urlsIn(out: string): Promise<readonly URL[]> {
    assert.equal((await stat(inFolder(out))).mode & 0o777, 0o600);
    const text = await readFile(inFolder(out), 'utf8');
    return [...text.matchAll(/^(?:DATABASE_URL|HOLDFAST_MIGRATOR_DATABASE_URL)=(.+)$/gm)].map(
      ([, url]) => new URL(url ?? ''),
    );
  }

  test('what the server stores was made here: it has the verifiers even when it would store weak digests itself', async () => {
    await query(cluster.superuser, `alter role ${cluster.superuser.user} set password_encryption = 'md5'`);
    const prepared = await prepare('first.env', urlOf());
    assert.equal(prepared.code, 0, prepared.complaint);
    for (const stored of await storedPasswords()) assert.match(String(stored), /^SCRAM-SHA-256\$4096:/);
    const urls = await urlsIn('first.env');
    assert.equal(urls.length, 2);
    for (const { username, password } of urls) {
      const settings = { ...cluster.superuser, user: username, password, database: 'holdfast' };
      assert.deepEqual(await query(settings, 'select session_user::text as who'), [{ who: username }]);
    }
  });

  test('an environment file that exists already is kept, and so are the passwords', async () => {
    await writeFile(inFolder('kept.env'), 'mine');
    const before = await storedPasswords();
    const refused = await prepare('kept.env', urlOf());
    assert.equal(refused.code, 1, refused.complaint);
    assert.match(refused.complaint, /kept\.env: exists\. It is never overwritten.*Nothing was changed/);
    assert.equal(await readFile(inFolder('kept.env'), 'utf8'), 'mine');
    assert.deepEqual(await storedPasswords(), before);
  });

  test('a failure before the passwords hold changes nothing and leaves no file', async () => {
    await query(
      cluster.superuser,
      `set password_encryption = 'scram-sha-256'; create role plain login createrole password '${NOBODY_PASSWORD}'`,
    );
    const before = await storedPasswords();
    const cases = [
      [urlOf({ password: NOBODY_PASSWORD }), /does not let this user in.*28P01/],
      [urlOf({ user: 'plain', password: NOBODY_PASSWORD }), /not a superuser.*42501/],
      [urlOf({ place: '127.0.0.1:9/postgres' }), /cannot be reached: .*ECONNREFUSED/],
    ] as const;
    for (const [url, says] of cases) {
      const refused = await prepare('none.env', url);
      assert.equal(refused.code, 1, refused.complaint);
      assert.match(refused.complaint, says);
      assert.match(refused.complaint, /Nothing was changed/);
    }
    assert.ok(!(await readdir(folder.path)).includes('none.env'));
    assert.deepEqual(await storedPasswords(), before);
  });

  test('a failure after the passwords hold leaves them in the file, and says so', async () => {
    await query(cluster.superuser, 'create database broken');
    await query(
      { ...cluster.superuser, database: 'broken' },
      'create function public.no() returns event_trigger language plpgsql as $$begin raise exception $x$not today$x$; end$$',
    );
    await query(
      { ...cluster.superuser, database: 'broken' },
      'create event trigger no on ddl_command_start execute function public.no()',
    );
    const settings = await settingsOf(inFolder('data'));
    const args = ['database', 'prepare', '--out', inFolder('late.env'), '--url-stdin', '--database', 'broken'];
    const failed = await run(args, { settings, input: urlOf() });
    assert.equal(failed.code, 1, failed.complaint);
    assert.match(failed.complaint, /not today.*The roles have their new passwords, which are in .*late\.env/);
    const [runtime] = await urlsIn('late.env');
    const login = {
      ...cluster.superuser,
      user: 'holdfast_runtime',
      password: runtime?.password ?? '',
      database: 'holdfast',
    };
    assert.deepEqual(await query(login, 'select 1 as one'), [{ one: 1 }]);
  });

  test('the URL of another machine is refused unless it checks who answers', async () => {
    for (const place of ['db.example:5432/postgres', '192.0.2.7:5432/postgres?sslmode=disable']) {
      const refused = await prepare('remote.env', urlOf({ place, password: NOBODY_PASSWORD }));
      assert.equal(refused.code, 2, refused.complaint);
      assert.match(refused.complaint, /Add sslmode=verify-full/);
    }
    const lenient = await prepare('remote.env', urlOf({ place: 'db.example:5432/postgres?sslmode=require' }));
    assert.equal(lenient.code, 2, lenient.complaint);
    assert.ok(!(await readdir(folder.path)).includes('remote.env'));
  });

  test('a private CA is trusted when HOLDFAST_DATABASE_CA_FILE names it, and only then', async () => {
    using authority = makeAuthority();
    await using door = await openTlsDoor(cluster.superuser, authority.issue('IP:127.0.0.1'));
    const place = `127.0.0.1:${door.port}/postgres?sslmode=verify-full`;
    const distrusted = await prepare('tls.env', urlOf({ place }));
    assert.equal(distrusted.code, 1, distrusted.complaint);
    assert.match(distrusted.complaint, /cannot be reached: .*certificate/);
    const missing = await prepare('tls.env', urlOf({ place }), { HOLDFAST_DATABASE_CA_FILE: inFolder('nowhere.pem') });
    assert.equal(missing.code, 2, missing.complaint);
    assert.match(missing.complaint, /HOLDFAST_DATABASE_CA_FILE: /);
    await writeFile(inFolder('ca.pem'), authority.cert, { mode: 0o644 });
    const trusted = await prepare('tls.env', urlOf({ place }), { HOLDFAST_DATABASE_CA_FILE: inFolder('ca.pem') });
    assert.equal(trusted.code, 0, trusted.complaint);
    assert.deepEqual(
      (await urlsIn('tls.env')).map(({ search }) => search),
      ['?sslmode=verify-full', '?sslmode=verify-full'],
    );
  });

  test('a migrator that the server does not let in is one screen with the fix, no trace of code', async () => {
    const prepared = await prepare('migrate.env', urlOf());
    assert.equal(prepared.code, 0, prepared.complaint);
    const [runtime, migrator] = await urlsIn('migrate.env');
    const wrong = String(migrator).replace(migrator?.password ?? '', 'x'.repeat(10) + NOBODY_PASSWORD);
    const settings = await settingsOf(inFolder('data'), {
      DATABASE_URL: String(runtime),
      HOLDFAST_MIGRATOR_DATABASE_URL: wrong,
    });
    const refused = await run(['migrate'], { settings });
    assert.equal(refused.code, 78, refused.complaint);
    assert.match(refused.complaint, /^holdfast migrate was refused[\s\S]*HOLDFAST_MIGRATOR_DATABASE_URL\n.*28P01/);
    assert.doesNotMatch(refused.complaint, /\.ts:\d/);
  });
});
