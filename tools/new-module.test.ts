// A new module is made in a copy of the tree, where it must compile, pass the linter and the architecture rules, and its own test.
import assert from 'node:assert/strict';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { rules } from '../server/test/architecture/rules.ts';
import { readTree } from '../server/test/architecture/tree.ts';
import { listFiles } from './lib/list-files.ts';
import { repositoryRoot } from './lib/repository.ts';
import { type CommandResult, runNode } from './lib/run-command.ts';
import { writeNewModule } from './new-module.ts';
import { namesFor, singularOf } from './new-module/names.ts';
import { type TemporaryFolder, temporaryFolder } from './test/temporary-folder.ts';

const MODULE = 'reading-lists';
const FOLDER = `server/src/modules/${MODULE}/`;
/** A file that every checker must object to: a checker that objects to nothing may not have looked. */
const PLANTED = `${FOLDER}planted.ts`;

describe('a new module', () => {
  let copy: TemporaryFolder;
  let printed: CommandResult;

  before(() => {
    copy = temporaryFolder();
    for (const part of [
      'package.json',
      'tsconfig.json',
      '.oxlintrc.json',
      '.oxfmtrc.json',
      'protocol',
      'controls',
      'server',
      'tools',
    ]) {
      const isSource = (path: string) => !path.includes('node_modules');
      cpSync(join(repositoryRoot, part), join(copy.path, part), { recursive: true, filter: isSource });
    }
    symlinkSync(join(repositoryRoot, 'node_modules'), join(copy.path, 'node_modules'));
    printed = runNode(['tools/new-module.ts', MODULE], { cwd: copy.path });
    copy.write({ [PLANTED]: "let loose: any = 1;\nexport const planted: number  = 'x';\n" });
    doWhatWasPrinted(join(copy.path, 'server/src/modules.ts'));
    const types = runNode(['tools/test/write-database-types.ts'], { cwd: copy.path });
    assert.equal(types.status, 0, types.stderr);
  });

  after(() => {
    copy[Symbol.dispose]();
  });

  /** Adds the printed import, and its name at the end of the list, as a person would. */
  function doWhatWasPrinted(path: string): void {
    const line = /^import \{ (\w+) \} from '#modules\/[a-z-]+\.ts';$/m.exec(printed.stdout);
    assert.ok(line !== null, printed.stdout + printed.stderr);
    const text = readFileSync(path, 'utf8');
    const end = text.lastIndexOf(']');
    const list = `${text.slice(0, end).trimEnd().replace(/,$/, '')}, ${line[1] ?? ''}]${text.slice(end + 1)}`;
    writeFileSync(path, list.replace('\nimport ', `\n${line[0]}\nimport `));
  }

  /** Runs an installed tool in the copy and returns the files of the new module that it objects to. */
  function complaints(tool: readonly string[]): readonly string[] {
    const { stdout, stderr } = runNode(tool, { cwd: copy.path });
    return filesIn(`${stdout}\n${stderr}`.split('\n'));
  }

  function filesIn(lines: readonly string[]): readonly string[] {
    const paths = lines.flatMap((line) => /server\/src\/modules\/reading-lists\/[\w.-]+\.ts/.exec(line)?.[0] ?? []);
    return [...new Set(paths)];
  }

  test('a module consists of its five files, a test and a migration with the next number', () => {
    assert.equal(printed.status, 0, printed.stderr);
    const names = listFiles(copy.path, FOLDER.slice(0, -1), (path) => path !== PLANTED).map((path) =>
      path.slice(FOLDER.length),
    );
    assert.deepEqual(names, ['index.ts', 'model.ts', 'queries.ts', 'reading-lists.test.ts', 'routes.ts', 'service.ts']);
    const before = listFiles(repositoryRoot, 'server/src/db/migrations', () => true).length;
    const added = listFiles(copy.path, 'server/src/db/migrations', (path) => path.endsWith('_reading_lists.sql'));
    assert.deepEqual(added, [`server/src/db/migrations/${String(before + 1).padStart(4, '0')}_reading_lists.sql`]);
  });

  test('a new module compiles', () => {
    assert.deepEqual(complaints(['node_modules/typescript/bin/tsc', '-p', '.', '--pretty', 'false']), [PLANTED]);
  });

  test('a new module passes the linter and the formatter', () => {
    assert.deepEqual(complaints(['node_modules/oxlint/bin/oxlint', '--format', 'unix', FOLDER]), [PLANTED]);
    assert.deepEqual(complaints(['node_modules/oxfmt/bin/oxfmt', '--check', FOLDER]), [PLANTED]);
  });

  test('a new module keeps every rule of the architecture', () => {
    const tree = readTree(copy.path);
    const violations = rules.flatMap((rule) => rule.check(tree).violations);
    const about = violations.filter(({ path, what }) => path.startsWith(FOLDER) || /reading.lists?/.test(path + what));
    assert.deepEqual([...new Set(about.map(({ path }) => path))], [PLANTED]);
    assert.ok(tree.sources.some(({ path }) => path === `${FOLDER}index.ts`));
  });

  test('the test of a new module passes on a real database', () => {
    const { status, stdout } = runNode(['--test', `${FOLDER}${MODULE}.test.ts`], { cwd: copy.path });
    assert.equal(status, 0, stdout);
    assert.match(stdout, /pass 3/);
  });

  test('a module is not written twice, and nothing is written for a bad name', () => {
    const refused = [
      'reading-lists',
      'Reading',
      'reading_lists',
      '../x',
      '-x',
      'x-',
      '',
      'kernel',
      'grants',
      'api-keys',
      'a'.repeat(41),
    ];
    const before = listFiles(copy.path, 'server', () => true);
    for (const name of refused) assert.equal(writeNewModule(copy.path, name).ok, false, name);
    assert.equal(writeNewModule(copy.path, 'other-keys', 'api-key').ok, false);
    assert.deepEqual(
      listFiles(copy.path, 'server', () => true),
      before,
    );
    assert.equal(runNode(['tools/new-module.ts', 'kernel'], { cwd: copy.path }).status, 1);
    assert.equal(runNode(['tools/new-module.ts'], { cwd: copy.path }).status, 2);
  });

  test('names follow from the plural, and ids never share a prefix', () => {
    const taken = {
      modules: new Set<string>(),
      tables: new Set<string>(),
      layers: new Set<string>(),
      prefixes: new Set(['pol']),
    };
    const result = namesFor('policies', singularOf('policies'), taken);
    assert.ok(result.ok);
    assert.equal(result.names.resource, 'policy');
    assert.equal(result.names.prefix, 'poli');
    const plurals = {
      boxes: 'box',
      addresses: 'address',
      licenses: 'license',
      teams: 'team',
      status: 'status',
      oauth: 'oauth',
    };
    for (const [plural, singular] of Object.entries(plurals)) assert.equal(singularOf(plural), singular);
  });
});
