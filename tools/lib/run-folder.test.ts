// What a test run leaves in its temporary folder is named, and goes with the folder.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeRunFolder } from './run-folder.ts';

test('a folder that nobody left anything in has nothing to tell, and is open to every user', async () => {
  using folder = makeRunFolder();
  assert.deepEqual(await folder.findLeft(0), []);
  assert.equal(statSync(folder.path).mode & 0o7777, 0o1777);
});

test('files and folders that stay are named in order, and removed with the folder', async () => {
  const folder = makeRunFolder();
  mkdirSync(join(folder.path, 'hf-key-2', 'deep'), { recursive: true });
  writeFileSync(join(folder.path, 'a-file'), '');
  mkdirSync(join(folder.path, 'node-compile-cache'));
  assert.deepEqual(await folder.findLeft(0), ['a-file', 'hf-key-2']);
  folder[Symbol.dispose]();
  assert.equal(existsSync(folder.path), false);
});

test('what is on its way out when the run ends is waited for', async () => {
  using folder = makeRunFolder();
  const leaving = join(folder.path, 'leaving');
  mkdirSync(leaving);
  setTimeout(() => rmSync(leaving, { recursive: true }), 20);
  assert.deepEqual(await folder.findLeft(60_000), []);
});
