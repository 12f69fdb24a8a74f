// The commands for the master key, as an operator runs them before and beside a server.
import assert from 'node:assert/strict';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { loadKeyFile } from '#crypto/key-file.ts';
import { run } from './lib/processes.ts';
import { makeFolder } from './lib/replicas.ts';
import { type Settings, settingsOf } from './lib/settings.ts';

describe('the commands for the master key', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  before(async () => {
    folder = await makeFolder();
  });
  after(() => folder[Symbol.asyncDispose]());

  const inFolder = (name: string): string => join(folder.path, name);

  async function holdfast(args: readonly string[], more: Settings = {}) {
    return run(args, { settings: await settingsOf(inFolder('data'), more) });
  }

  /** Exposed without a key, so that no start is possible yet. */
  const EXPOSED = { HOLDFAST_LISTEN: '0.0.0.0', HOLDFAST_PUBLIC_URL: 'https://holdfast.example' };

  test('a key file is made for the environment before any other setting is sound, and nothing else is made', async () => {
    const made = await holdfast(['keys', 'create', '--path', inFolder('staging.key'), '--json'], {
      ...EXPOSED,
      HOLDFAST_ENVIRONMENT: 'staging',
    });
    assert.equal(made.code, 0, made.complaint);
    assert.equal((await stat(inFolder('staging.key'))).mode & 0o777, 0o600);
    const loaded = await loadKeyFile({ path: inFolder('staging.key'), environment: 'staging' });
    assert.ok(loaded.ok);
    const keyId = loaded.keyFile.current.id;
    assert.deepEqual(JSON.parse(made.screen), {
      ok: true,
      keyId,
      environment: 'staging',
      path: inFolder('staging.key'),
    });
    assert.ok(!(await readdir(folder.path)).includes('data'));
  });

  test('the screen of an exposed start without a key names the command, and the key it makes ends that fault', async () => {
    const without = await holdfast(['config', 'check'], EXPOSED);
    assert.equal(without.code, 78);
    assert.match(without.complaint, /^Holdfast does not start/);
    assert.match(without.complaint, /HOLDFAST_MASTER_KEY_FILE\n[\s\S]*holdfast\s+keys\s+create\s+--path/);
    assert.equal((await holdfast(['keys', 'create', '--path', inFolder('master.key')])).code, 0);
    const withKey = await holdfast(['config', 'check'], {
      ...EXPOSED,
      HOLDFAST_MASTER_KEY_FILE: inFolder('master.key'),
    });
    assert.equal(withKey.code, 78, 'it still has no TLS');
    assert.doesNotMatch(withKey.complaint, /HOLDFAST_MASTER_KEY_FILE/);
  });

  test('a file that is there is never overwritten, and a refusal is of the command, not of a start', async () => {
    await writeFile(inFolder('precious'), 'precious', { mode: 0o600 });
    await holdfast(['keys', 'create', '--path', inFolder('original.key')]);
    const original = { HOLDFAST_MASTER_KEY_FILE: inFolder('original.key') };
    const cases = [
      ['create', ['keys', 'create', '--path', inFolder('precious')], {}],
      ['backup', ['keys', 'backup', '--to', inFolder('precious')], original],
    ] as const;
    for (const [name, args, settings] of cases) {
      const refused = await holdfast(args, settings);
      assert.equal(refused.code, 78, refused.complaint);
      assert.match(refused.complaint, new RegExp(`^holdfast keys ${name} was refused: one thing to mend`));
      assert.match(refused.complaint, /never\s+overwritten/);
      assert.doesNotMatch(refused.complaint, /does not start/);
      assert.equal(await readFile(inFolder('precious'), 'utf8'), 'precious');
    }
  });

  test('a place that others can write to, a name of no environment and no path at all are refused, and leave no file', async () => {
    const create = ['keys', 'create', '--path', inFolder('none.key')];
    const badName = await holdfast(create, { HOLDFAST_ENVIRONMENT: 'Production!' });
    assert.equal(badName.code, 78);
    assert.match(badName.complaint, /HOLDFAST_ENVIRONMENT[\s\S]*lower-case letters/);
    await chmod(folder.path, 0o777);
    const open = await holdfast(create);
    await chmod(folder.path, 0o755);
    assert.equal(open.code, 78);
    assert.match(open.complaint, /chmod go-w/);
    assert.equal((await holdfast(['keys', 'create'])).code, 2);
    assert.ok(!(await readdir(folder.path)).includes('none.key'));
  });

  test('a secret among the arguments ends every command with 2, on the screen and in the text', async () => {
    const secret = 'Tr0ub4dor-and-3-more-words';
    for (const command of [['start'], ['config', 'check'], ['keys', 'backup', '--to', inFolder('copy.key')]]) {
      const refused = await holdfast([...command, `--password=${secret}`, '--json']);
      assert.equal(refused.code, 2, refused.complaint);
      assert.match(refused.complaint, /^Nothing was done, for a secret on the command line[\s\S]*exit\s+status\s+2\)/);
      assert.deepEqual((JSON.parse(refused.screen) as { readonly ok: boolean }).ok, false);
      assert.ok(!(refused.complaint + refused.screen).includes(secret));
    }
  });
});
