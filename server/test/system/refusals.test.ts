// Starts that must not happen, on an external database: wrong role, wrong schema, wrong environment, wrong master key.
import assert from 'node:assert/strict';
import { chmod, copyFile, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type ExternalDatabase, migrateExternal, prepareExternal, replicaSettings } from './lib/external.ts';
import { run, start } from './lib/processes.ts';
import { makeFolder, makeKeyFile } from './lib/replicas.ts';
import type { Settings } from './lib/settings.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
let database: ExternalDatabase;
let keyFile: string;
let keyId: string;

/** Databases cloned before any server has connected: one of an older release, one of a newer, one never migrated. */
async function makeOddDatabases(): Promise<void> {
  await database.look('create database older template holdfast', 'postgres');
  await database.look('create database newer template holdfast', 'postgres');
  await database.look('create database bare', 'postgres');
  const newest = '(select max(version) from schema_version)';
  await database.look(`delete from schema_version where version = ${newest}`, 'older');
  await database.look(
    `insert into schema_version (version, name, checksum) select ${newest} + 1, 'from_the_future', 'x'`,
    'newer',
  );
}

describe('on an external database', () => {
  before(async () => {
    folder = await makeFolder();
    database = await prepareExternal(folder.path);
    await migrateExternal(database, join(folder.path, 'migrate'));
    await makeOddDatabases();
    keyFile = join(folder.path, 'keys', 'master.key');
    keyId = await makeKeyFile(keyFile);
    await using server = await start({ settings: await settings({}) });
    assert.equal((await server.end('SIGTERM')).code, 0);
  });

  after(async () => {
    await database[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  /** An empty text takes a setting away. */
  async function settings(more: Settings): Promise<Settings> {
    const all = await replicaSettings(database, join(folder.path, 'server'), keyFile, more);
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
  }

  type Case = readonly [what: string, more: () => Settings | Promise<Settings>, says: () => RegExp];

  const inFolder = (...names: readonly string[]): string => join(folder.path, ...names);

  /** A copy of the key file that something is done to, in a private folder. */
  async function alteredKey(name: string, alter: (path: string) => Promise<unknown>): Promise<Settings> {
    const path = inFolder(name, 'master.key');
    await mkdir(inFolder(name), { mode: 0o700 });
    await alter(path);
    return { HOLDFAST_MASTER_KEY_FILE: path };
  }

  const CASES: readonly Case[] = [
    [
      'as superuser',
      () => ({ DATABASE_URL: database.superuserUrl('holdfast') }),
      () => /superuser[\s\S]*holdfast_runtime/,
    ],
    ['as owner', () => ({ DATABASE_URL: database.migratorUrl() }), () => /holdfast_migrator[\s\S]*holdfast_runtime/],
    [
      'on a database that was never prepared',
      () => ({ DATABASE_URL: database.runtimeUrl('bare') }),
      () => /holdfast\s+database\s+prepare/,
    ],
    [
      'on the schema of an older release',
      () => ({ DATABASE_URL: database.runtimeUrl('older') }),
      () => /run\s+`holdfast\s+migrate`/,
    ],
    [
      'on the schema of a newer release',
      () => ({ DATABASE_URL: database.runtimeUrl('newer') }),
      () => /newer\s+than\s+this\s+release/,
    ],
    [
      'where no database answers',
      () => ({ DATABASE_URL: database.runtimeUrl().replace(/@[^/]+\//, '@127.0.0.1:9/') }),
      () => /cannot\s+be\s+reached/,
    ],
    [
      'with a key and a name of another environment',
      async () => ({
        HOLDFAST_ENVIRONMENT: 'staging',
        ...(await alteredKey('staging', (path) => makeKeyFile(path, 'staging'))),
      }),
      () => /environment\s+"production"[\s\S]*"staging"/,
    ],
    [
      'with the key file of another environment',
      () => ({ HOLDFAST_ENVIRONMENT: 'staging' }),
      () => /foreign\s+environment/,
    ],
    [
      'with another master key',
      () => alteredKey('other', (path) => makeKeyFile(path)),
      () => new RegExp(`master\\s+key\\s+${keyId}`),
    ],
    [
      'without a master key, over existing data',
      () => ({ HOLDFAST_MASTER_KEY_FILE: '' }),
      () => new RegExp(`missing[\\s\\S]*master\\s+key\\s+${keyId}`),
    ],
    [
      'with a master key file that is not there',
      () => alteredKey('missing', async () => {}),
      () => /missing[\s\S]*Restore\s+the\s+key\s+file/,
    ],
    [
      'with a key file that others may read',
      () =>
        alteredKey('open', async (path) => {
          await copyFile(keyFile, path);
          await chmod(path, 0o644);
        }),
      () => /chmod\s+600/,
    ],
    [
      'with a symbolic link for a key file',
      () => alteredKey('linked', (path) => symlink(keyFile, path)),
      () => /symbolic\s+link/,
    ],
  ];

  test('a start is refused, with the fix on the screen,', { concurrency: 3 }, async (t) => {
    await Promise.all(
      CASES.map(([what, more, says]) =>
        t.test(what, async () => {
          const refused = await run(['start'], { settings: await settings(await more()) });
          assert.equal(refused.code, 78, refused.complaint);
          assert.match(refused.complaint, says());
          assert.match(refused.complaint, /Fix: /);
          assert.doesNotMatch(refused.complaint + refused.screen, /postgresql:\/\/|\.ts:\d/);
        }),
      ),
    );
  });

  test('a migration of a database that a newer release has migrated is refused', async () => {
    const urls = {
      DATABASE_URL: database.runtimeUrl('newer'),
      HOLDFAST_MIGRATOR_DATABASE_URL: database.migratorUrl('newer'),
    };
    const refused = await run(['migrate'], { settings: await settings(urls) });
    assert.equal(refused.code, 78, refused.complaint);
    assert.match(refused.complaint, /newer\s+than\s+this\s+release/);
  });

  test('after all refusals the installation starts as before', async () => {
    await using server = await start({ settings: await settings({}) });
    assert.equal((await server.end('SIGTERM')).code, 0);
  });
});
