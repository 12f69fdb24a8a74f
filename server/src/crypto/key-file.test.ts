// Tests that the master key is loaded from nothing but a private file, made once, and copied soundly.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, chown, link, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { type TemporaryFolder, temporaryFolder } from '../../../tools/test/temporary-folder.ts';
import { backupKeyFile, createKeyFile, type KeyFileResult, loadKeyFile } from './key-file.ts';
import { computeKekId } from './key-file-format.ts';
import { createFileKekProvider } from './kek.ts';
import { reveal } from './secret.ts';

const environment = 'test';
const unixMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const nobodyUserId = 65_534;
const isRoot = process.geteuid?.() === 0;
describe('the key file', () => {
  const folders: TemporaryFolder[] = [];

  after(() => {
    for (const folder of folders) folder[Symbol.dispose]();
  });

  test('a created key file is private, stamped, and loads again as the same key', async () => {
    const path = await newPath();
    const created = succeed(await createKeyFile({ path, environment, unixMs }));
    const loaded = succeed(await loadKeyFile({ path, environment }));
    assert.equal((await stat(path)).mode & 0o7777, 0o600);
    assert.equal(loaded.environment, environment);
    assert.equal(loaded.current.createdAt, '2026-01-02T03:04:05.000Z');
    assert.equal(loaded.current.id, computeKekId(loaded.current.key));
    assert.equal(reveal(loaded.current.key, 'test.compare').length, 32);
    assert.deepEqual(reveal(loaded.current.key, 'test.compare'), reveal(created.current.key, 'test.compare'));
    assert.deepEqual(loaded.previous, []);
    assert.deepEqual(await createFileKekProvider(loaded).health(), { ok: true });
    assert.ok((await readFile(path, 'utf8')).includes(reveal(loaded.current.key, 'test.compare').toString('base64')));
    assert.ok(!JSON.stringify(loaded).includes(reveal(loaded.current.key, 'test.compare').toString('base64')));
  });

  test('two created key files hold two keys', async () => {
    const keys = [await newPath(), await newPath()].map((path) => createKeyFile({ path, environment, unixMs }));
    const [first, second] = (await Promise.all(keys)).map(succeed);
    assert.notEqual(first?.current.id, second?.current.id);
  });

  test('creating never overwrites, whatever is there', async () => {
    const path = await newPath();
    succeed(await createKeyFile({ path, environment, unixMs }));
    const before = await readFile(path);
    refuse(await createKeyFile({ path, environment, unixMs }), 'exists');
    assert.deepEqual(await readFile(path), before);

    const dangling = await newPath();
    await symlink(`${dangling}.target`, dangling);
    refuse(await createKeyFile({ path: dangling, environment, unixMs }), 'exists');
    await assert.rejects(stat(`${dangling}.target`), /ENOENT/);

    const folder = await newPath();
    await mkdir(folder);
    refuse(await createKeyFile({ path: folder, environment, unixMs }), 'exists');
  });

  test('of twenty creators at once exactly one makes the file', async () => {
    const path = await newPath();
    const results = await Promise.all(Array.from({ length: 20 }, () => createKeyFile({ path, environment, unixMs })));
    assert.equal(results.filter(({ ok }) => ok).length, 1);
    succeed(await loadKeyFile({ path, environment }));
  });

  test('creating needs a private, present directory and a name for the environment', async () => {
    const path = await newPath();
    refuse(await createKeyFile({ path: join(path, 'none', 'key.json'), environment, unixMs }), 'directory_missing');
    const open = await newPath();
    await mkdir(open);
    await chmod(open, 0o770);
    refuse(await createKeyFile({ path: join(open, 'key.json'), environment, unixMs }), 'directory_writable');
    assert.deepEqual(await readdir(open), []);
    for (const wrong of ['', 'Production', '1', 'a b', 'x'.repeat(33)]) {
      await assert.rejects(createKeyFile({ path, environment: wrong, unixMs }), RangeError);
    }
  });

  test('a missing file or directory is missing and is not created', async () => {
    const path = await newPath();
    refuse(await loadKeyFile({ path, environment }), 'missing');
    refuse(await loadKeyFile({ path: join(path, 'none', 'key.json'), environment }), 'missing');
    await assert.rejects(stat(path), /ENOENT/);
  });

  test('a symbolic link is refused, even to a sound file', async () => {
    const path = await newKeyFile();
    await symlink(path, `${path}.link`);
    refuse(await loadKeyFile({ path: `${path}.link`, environment }), 'symbolic_link');
  });

  test('any right of group or others is refused', async () => {
    const path = await newKeyFile();
    for (const mode of [0o644, 0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o660, 0o666, 0o777]) {
      await chmod(path, mode);
      refuse(await loadKeyFile({ path, environment }), 'open_mode');
    }
    for (const mode of [0o600, 0o400]) {
      await chmod(path, mode);
      succeed(await loadKeyFile({ path, environment }));
    }
  });

  test('a file of another user is refused', async () => {
    // Only root can give a file away; everybody else looks at one of root's, in root's directory.
    const path = isRoot ? await newKeyFile() : '/etc/passwd';
    if (isRoot) await chown(path, nobodyUserId, nobodyUserId);
    refuse(await loadKeyFile({ path, environment }), 'foreign_owner');
  });

  test(
    'a directory of another user is refused',
    { skip: !isRoot && 'only root can give a directory away' },
    async () => {
      const path = await newKeyFile();
      await chown(join(path, '..'), nobodyUserId, nobodyUserId);
      refuse(await loadKeyFile({ path, environment }), 'directory_foreign_owner');
      refuse(await createKeyFile({ path: `${path}.new`, environment, unixMs }), 'directory_foreign_owner');
    },
  );

  test('a file its user may not read is refused', { skip: isRoot && 'root reads everything' }, async () => {
    const path = await newKeyFile();
    await chmod(path, 0o200);
    refuse(await loadKeyFile({ path, environment }), 'unreadable');
    await chmod(path, 0o600);
    await chmod(join(path, '..'), 0o000);
    refuse(await loadKeyFile({ path, environment }), 'unreadable');
    await chmod(join(path, '..'), 0o500);
    refuse(await createKeyFile({ path: `${path}.new`, environment, unixMs }), 'unwritable');
    await chmod(join(path, '..'), 0o700);
  });

  test('what cannot be read back is removed again', { skip: isRoot && 'root reads everything' }, async () => {
    const path = await newKeyFile();
    const [fresh, copy] = [await newPath(), await newPath()];
    const umask = process.umask(0o777);
    try {
      refuse(await createKeyFile({ path: fresh, environment, unixMs }), 'unreadable');
      refuse(await backupKeyFile({ path, environment, to: copy }), 'unreadable');
    } finally {
      process.umask(umask);
    }
    await assert.rejects(stat(fresh), /ENOENT/);
    await assert.rejects(stat(copy), /ENOENT/);
    succeed(await loadKeyFile({ path, environment }));
  });

  test('a file with a second name is refused', async () => {
    const path = await newKeyFile();
    await link(path, `${path}.second`);
    refuse(await loadKeyFile({ path, environment }), 'hard_linked');
    refuse(await loadKeyFile({ path: `${path}.second`, environment }), 'hard_linked');
  });

  test('a directory writable by group or others is refused, also with the sticky bit', async () => {
    const path = await newKeyFile();
    for (const mode of [0o770, 0o720, 0o702, 0o777, 0o1777]) {
      await chmod(join(path, '..'), mode);
      refuse(await loadKeyFile({ path, environment }), 'directory_writable');
    }
    for (const mode of [0o755, 0o500]) {
      await chmod(join(path, '..'), mode);
      succeed(await loadKeyFile({ path, environment }));
    }
    await chmod(join(path, '..'), 0o700);
  });

  test('a directory or a pipe in place of the file is refused and nothing waits', async () => {
    const path = await newPath();
    await mkdir(path, { mode: 0o700 });
    refuse(await loadKeyFile({ path, environment }), 'not_a_regular_file');
    execFileSync('mkfifo', ['-m', '600', `${path}.pipe`]);
    refuse(await loadKeyFile({ path: `${path}.pipe`, environment }), 'not_a_regular_file');
  });

  test('a file above 16 KiB is refused, one of exactly 16 KiB is read', async () => {
    const path = await newKeyFile();
    const content = await readFile(path);
    await writeFile(path, Buffer.concat([content, Buffer.alloc(16_384 - content.length, ' ')]));
    succeed(await loadKeyFile({ path, environment }));
    await writeFile(path, Buffer.concat([content, Buffer.alloc(16_385 - content.length, ' ')]));
    refuse(await loadKeyFile({ path, environment }), 'too_large');
  });

  test('a key file of another environment is refused, naming both', async () => {
    const path = await newKeyFile();
    const fault = refuse(await loadKeyFile({ path, environment: 'production' }), 'foreign_environment');
    assert.match(fault.detail ?? '', /test.*production/);
  });

  test('a backup is private, equal and loads; the original stays', async () => {
    const path = await newKeyFile();
    const to = await newPath();
    const backup = succeed(await backupKeyFile({ path, environment, to }));
    assert.deepEqual(await readFile(to), await readFile(path));
    assert.equal((await stat(to)).mode & 0o7777, 0o600);
    assert.equal(succeed(await loadKeyFile({ path: to, environment })).current.id, backup.current.id);
  });

  test('a backup never overwrites, follows no link, and is never made of or into something unsound', async () => {
    const path = await newKeyFile();
    const to = await newKeyFile();
    const before = await readFile(to);
    refuse(await backupKeyFile({ path, environment, to }), 'exists');
    refuse(await backupKeyFile({ path, environment, to: path }), 'exists');
    assert.deepEqual(await readFile(to), before);

    const dangling = await newPath();
    await symlink(`${dangling}.target`, dangling);
    refuse(await backupKeyFile({ path, environment, to: dangling }), 'exists');

    refuse(await backupKeyFile({ path, environment: 'production', to: await newPath() }), 'foreign_environment');
    const target = await newPath();
    refuse(await backupKeyFile({ path: `${path}.none`, environment, to: target }), 'missing');
    await chmod(join(target, '..'), 0o770);
    refuse(await backupKeyFile({ path, environment, to: target }), 'directory_writable');
    await chmod(path, 0o644);
    refuse(await backupKeyFile({ path, environment, to: await newPath() }), 'open_mode');
    await assert.rejects(stat(target), /ENOENT/);
  });

  async function newPath(): Promise<string> {
    const folder = temporaryFolder();
    folders.push(folder);
    return join(folder.path, 'master-key.json');
  }

  async function newKeyFile(): Promise<string> {
    const path = await newPath();
    succeed(await createKeyFile({ path, environment, unixMs }));
    return path;
  }

  function succeed(result: KeyFileResult) {
    return result.ok ? result.keyFile : assert.fail(`${result.reason} ${result.path} ${result.detail ?? ''}`);
  }

  function refuse(result: KeyFileResult, reason: string) {
    if (result.ok) assert.fail(`loaded, though ${reason}`);
    assert.equal(result.reason, reason);
    assert.ok(result.fix.length > 20);
    return result;
  }
});
