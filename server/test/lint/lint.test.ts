// The linter's configuration, proved by fixtures: each is caught by the rule it is meant for, and clean code passes.
import assert from 'node:assert/strict';
import { cpSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { isJsonObject, parseJsonObject } from '../../../tools/lib/read-json.ts';
import { repositoryRoot } from '../../../tools/lib/repository.ts';
import { runNode } from '../../../tools/lib/run-command.ts';
import { type TemporaryFolder, temporaryFolder } from '../../../tools/test/temporary-folder.ts';
import { copyFixtures } from '../copy-fixtures.ts';

/** Folder of a fixture → the rules that must report it, and no others. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  clean: [],
  cycle: ['import(no-cycle)'],
  'type-cycle': ['import(no-cycle)'],
  'floating-promise': ['typescript(no-floating-promises)'],
  'unsafe-any': ['typescript(no-explicit-any)'],
  'non-null': ['typescript(no-non-null-assertion)'],
  'default-export': ['import(no-default-export)'],
  'missing-case': ['typescript(switch-exhaustiveness-check)'],
  'long-file': ['eslint(max-lines)'],
  'long-function': ['eslint(max-lines-per-function)'],
  'complex-function': ['eslint(complexity)'],
  'value-import-of-type': ['typescript(consistent-type-imports)'],
  'loose-equality': ['eslint(eqeqeq)'],
};

const fixtures = join(repositoryRoot, 'server', 'test', 'fixtures', 'lint');
describe('the linter', () => {
  let reported: ReadonlyMap<string, ReadonlySet<string>>;
  let filesLinted = 0;
  let sources: readonly string[] = [];
  let folder: TemporaryFolder;

  // The fixtures are linted in a copy: in their own place the configuration passes over them, as it must.
  before(() => {
    folder = temporaryFolder();
    const root = folder.path;
    for (const file of ['.oxlintrc.json', 'tsconfig.json', 'package.json']) {
      cpSync(join(repositoryRoot, file), join(root, file));
    }
    symlinkSync(join(repositoryRoot, 'node_modules'), join(root, 'node_modules'));
    sources = copyFixtures(fixtures, join(root, 'server', 'src')).filter((path) => path.endsWith('.ts'));
    const oxlint = join(repositoryRoot, 'node_modules', 'oxlint', 'bin', 'oxlint');
    const result = runNode([oxlint, '--format', 'json', 'server/src'], { cwd: root });
    const report = parseJsonObject(result.stdout, 'what oxlint printed');
    assert.ok(Array.isArray(report['diagnostics']), result.stdout.slice(0, 500));
    reported = rulesByFixture(report['diagnostics']);
    filesLinted = Number(report['number_of_files']);
  });

  after(() => {
    folder[Symbol.dispose]();
  });

  test('every fixture was linted', () => {
    assert.ok(sources.length > 0);
    assert.equal(filesLinted, sources.length);
    assert.deepEqual(readdirSync(fixtures).toSorted(), Object.keys(EXPECTED).toSorted());
  });

  for (const [fixture, rules] of Object.entries(EXPECTED)) {
    const verdict = rules.length === 0 ? 'passes' : `is caught by ${rules.join(' and ')} and nothing else`;
    test(`the fixture ${fixture} ${verdict}`, () => {
      assert.deepEqual([...(reported.get(fixture) ?? [])].toSorted(), [...rules]);
    });
  }

  function rulesByFixture(diagnostics: readonly unknown[]): ReadonlyMap<string, ReadonlySet<string>> {
    const found = new Map<string, Set<string>>();
    for (const diagnostic of diagnostics) {
      assert.ok(isJsonObject(diagnostic));
      const { filename, code, severity } = diagnostic;
      assert.ok(typeof filename === 'string' && typeof code === 'string');
      assert.equal(severity, 'error', `${code} is reported without failing the run`);
      const fixture = filename.split('/').at(-2) ?? filename;
      found.set(fixture, (found.get(fixture) ?? new Set()).add(code));
    }
    return found;
  }
});
