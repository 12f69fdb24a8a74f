// The controls of keys, secrets, configuration and supply chain turn red when the running system is broken under them.
import assert from 'node:assert/strict';
import { chmod, lstat, rename, symlink, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createKeyFile } from '#crypto/key-file.ts';
import { assertTurnsRed, type Breakage, startSystem, type System, verify } from './system.ts';

let system: System;

describe('controls of keys and secrets, on the running system', () => {
  before(async () => {
    system = await startSystem();
  });
  after(() => system[Symbol.asyncDispose]());

  it('EN3 sees a key file that others may read', () =>
    assertTurnsRed(system, { id: 'EN3', at: 'mode', beside: beside.keyFile }, setMode(system.keyFile, 0o644)));

  it('EN3 sees a folder of the key that others may write to', () =>
    assertTurnsRed(
      system,
      { id: 'EN3', at: 'folder mode', beside: beside.keyFile },
      setMode(dirname(system.keyFile), 0o777),
    ));

  it('EN3 sees another key in the place of the one in use', () =>
    assertTurnsRed(system, { id: 'EN3', at: 'key id' }, async () => {
      const { keyFile: path } = system;
      await rename(path, `${path}.kept`);
      const made = await createKeyFile({ path, environment: 'production', unixMs: Date.now() });
      assert.ok(made.ok);
      return () => rename(`${path}.kept`, path);
    }));

  it('EN3 sees a link where the key file was, and the file gone', async () => {
    const { keyFile: path } = system;
    await rename(path, `${path}.kept`);
    try {
      assert.equal(await verdictOf('EN3'), 'fail');
      await symlink(`${path}.kept`, path);
      assert.equal(await verdictOf('EN3'), 'fail');
      await unlink(path);
    } finally {
      await rename(`${path}.kept`, path);
    }
    assert.equal(await verdictOf('EN3'), 'pass');
  });
});

/** What a breakage brings down with it. */
const beside = {
  // The start refuses such a key file too, so the present configuration is none that would start again.
  keyFile: ['CN2'],
} as const;

async function verdictOf(id: string): Promise<string | undefined> {
  const report = await verify(system, id);
  return report.controls[0]?.verdict;
}

function setMode(path: string, mode: number): Breakage {
  return async () => {
    const before = (await lstat(path)).mode & 0o7777;
    await chmod(path, mode);
    return () => chmod(path, before);
  };
}
