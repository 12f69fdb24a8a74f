// The facts of a supply chain are read as npm and Node read them, and each way around them is seen.
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { temporaryFolder } from '../../../../tools/test/temporary-folder.ts';
import { type LockFile, readLockFile } from './lock-file.ts';
import { factsOfBill, factsOfCi, factsOfInstalled, factsOfLock, factsOfManifests } from './sc1-facts.ts';

const integrity = `sha512-${'A'.repeat(86)}==`;
const locked = { version: '1.2.3', license: 'MIT', integrity };

describe('the files of a supply chain', () => {
  const folders: ReturnType<typeof temporaryFolder>[] = [];
  after(() => folders.forEach((folder) => folder[Symbol.dispose]()));

  function homeOf(files: Readonly<Record<string, unknown>>): string {
    const folder = temporaryFolder();
    folders.push(folder);
    for (const [name, content] of Object.entries(files)) {
      const path = join(folder.path, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    }
    return folder.path;
  }
  const lockOf = async (packages: object): Promise<LockFile> => {
    const lock = await readLockFile(homeOf({ 'package-lock.json': { lockfileVersion: 3, packages } }));
    assert.ok(lock !== undefined);
    return lock;
  };
  const namesIn = (facts: Readonly<Record<string, unknown>>, name: string): unknown =>
    (facts[name] as { readonly first: unknown }).first;

  test('a lock file shows what is not hashed, not exact, or from elsewhere', async () => {
    const facts = factsOfLock(
      await lockOf({
        '': { name: 'home' },
        server: { version: '0.1.0' },
        'node_modules/server': { resolved: 'server', link: true },
        'node_modules/good': { ...locked, resolved: 'https://registry.npmjs.org/good/-/good-1.2.3.tgz' },
        'node_modules/old-hash': { ...locked, integrity: 'sha1-AAAA' },
        'node_modules/no-hash': { version: '1.2.3' },
        'node_modules/git': { ...locked, resolved: 'git+ssh://git@example.org/x.git#1' },
        'node_modules/plain': { ...locked, resolved: 'http://registry.npmjs.org/x.tgz' },
        'node_modules/file': { ...locked, version: 'file:../x' },
      }),
    );
    assert.equal(facts['packages'], 6);
    assert.deepEqual(namesIn(facts, 'withoutIntegrity'), ['node_modules/old-hash', 'node_modules/no-hash']);
    assert.deepEqual(namesIn(facts, 'elsewhere'), ['node_modules/git', 'node_modules/plain']);
    assert.deepEqual(namesIn(facts, 'inexact'), ['node_modules/file']);
  });

  for (const asked of [
    '^1.2.3',
    '~1.2.3',
    '>=1.2.3',
    '1.x',
    '*',
    '',
    'latest',
    'git+https://x/y',
    'file:../x',
    'npm:other@1.2.3',
    'http://x/y.tgz',
  ]) {
    test(`"${asked}" is no exact version`, async () => {
      const own = { name: 'home', devDependencies: { x: asked } };
      const home = homeOf({ 'package.json': own });
      const facts = await factsOfManifests(home, await lockOf({ '': own, 'node_modules/x': locked }));
      assert.deepEqual(namesIn(facts, 'unpinned'), [`package.json: x ${asked}`]);
    });
  }

  test('a manifest that asks for what is not locked, or otherwise than the lock file notes, is seen', async () => {
    const home = homeOf({
      'package.json': { dependencies: { a: '1.2.3', b: '1.2.3', c: '2.0.0' } },
      'server/package.json': { dependencies: { d: '1.2.3' } },
    });
    const lock = await lockOf({
      '': { dependencies: { a: '1.2.3', b: '1.2.3', c: '1.2.3' } },
      server: { version: '0.1.0', dependencies: { d: '1.2.3' } },
      gone: { version: '0.1.0' },
      'node_modules/a': locked,
      'node_modules/c': locked,
      'node_modules/d': { ...locked, version: '9.9.9' },
      'server/node_modules/d': locked,
    });
    const facts = await factsOfManifests(home, lock);
    assert.deepEqual(namesIn(facts, 'unlocked'), ['package.json: b 1.2.3', 'package.json: c 2.0.0']);
    assert.deepEqual(namesIn(facts, 'absent'), ['gone/package.json']);
  });

  test('what is installed is compared everywhere: other versions, links, missing and additional packages', async () => {
    const home = homeOf({
      'node_modules/same/package.json': { version: '1.2.3' },
      'node_modules/@scope/other/package.json': { version: '1.2.4' },
      'node_modules/same/node_modules/nested/package.json': { version: '0.0.1' },
      'node_modules/evil/package.json': { version: '1.0.0' },
      'node_modules/.bin/tool': '#!/bin/sh',
      'elsewhere/package.json': { version: '1.2.3' },
    });
    symlinkSync('../elsewhere', join(home, 'node_modules', 'linked'));
    const lock = await lockOf({
      'node_modules/same': locked,
      'node_modules/@scope/other': locked,
      'node_modules/same/node_modules/nested': locked,
      'node_modules/linked': locked,
      'node_modules/missing': locked,
      'node_modules/for-another-platform': { ...locked, optional: true },
      'node_modules/for-development': { ...locked, dev: true },
    });
    const facts = await factsOfInstalled(home, lock);
    assert.equal(facts['compared'], 4);
    assert.deepEqual(
      new Set(namesIn(facts, 'different') as string[]),
      new Set([
        'node_modules/@scope/other 1.2.4, locked 1.2.3',
        'node_modules/same/node_modules/nested 0.0.1, locked 1.2.3',
        'node_modules/linked is a link',
      ]),
    );
    assert.deepEqual(namesIn(facts, 'missing'), ['node_modules/missing']);
    assert.deepEqual(namesIn(facts, 'extraneous'), ['node_modules/evil']);
  });

  test('a bill lists production alone, optional packages too, and says what it cannot list', async () => {
    const facts = factsOfBill(
      await lockOf({
        '': { name: 'home', version: '1.0.0' },
        'node_modules/@scope/a': locked,
        'node_modules/b': { ...locked, optional: true },
        'node_modules/c': { ...locked, dev: true },
        'node_modules/nameless-version': { integrity, license: 'MIT' },
        'node_modules/bare': { version: '1.0.0' },
      }),
    );
    assert.deepEqual([facts['components'], facts['locked']], [3, 4]);
    assert.deepEqual(namesIn(facts, 'missing'), ['nameless-version@']);
    assert.deepEqual(namesIn(facts, 'withoutHash'), ['bare@1.0.0']);
    assert.deepEqual(namesIn(facts, 'withoutLicense'), ['bare@1.0.0']);
  });

  const steps: readonly (readonly [what: string, text: string, counts: boolean])[] = [
    ['a plain audit', '#!/bin/sh\nset -e\nnpm audit\n', true],
    [
      'a script of the manifest',
      '#!/bin/bash\nset -euo pipefail\nnpm run --silent audit:dependencies || [ $? -eq 3 ]\n',
      true,
    ],
    ['an audit in a comment', '#!/bin/sh\nset -e\n# npm audit\n', false],
    ['an audit whose failure is dropped', '#!/bin/sh\nset -e\nnpm audit || true\n', false],
    ['an audit whose failure is only said', '#!/bin/sh\nset -e\nnpm audit || echo failed\n', false],
    ['a shell that goes on', '#!/bin/sh\nnpm audit\n', false],
    ['a script that no manifest has', '#!/bin/sh\nset -e\nnpm run audit\n', false],
    ['a check of signatures alone', '#!/bin/sh\nset -e\nnpm audit signatures\n', false],
  ];
  for (const [what, text, counts] of steps) {
    test(`${what} ${counts ? 'is' : 'is not'} an audit that can fail`, async () => {
      const home = homeOf({ 'package.json': { scripts: { 'audit:dependencies': 'x' } }, '.ci/run': text });
      const facts = await factsOfCi(home);
      const [file] = (facts?.['files'] ?? []) as readonly {
        readonly audits: number;
        readonly stopsAtFailure: boolean;
      }[];
      assert.equal((file?.audits ?? 0) > 0 && file?.stopsAtFailure === true, counts);
    });
  }

  test('a workflow that goes on after errors is none that can fail; without any file nothing is known', async () => {
    const workflow = 'jobs:\n  audit:\n    steps:\n      - run: npm audit\n        continue-on-error: true\n';
    const facts = await factsOfCi(homeOf({ '.github/workflows/ci.yml': workflow }));
    assert.deepEqual(facts, {
      files: [{ file: '.github/workflows/ci.yml', audits: 1, bills: 0, stopsAtFailure: false }],
    });
    assert.equal(await factsOfCi(homeOf({})), undefined);
  });
});
