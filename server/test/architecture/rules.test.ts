// Holds the rules against the source tree, and each rule against a fixture that must break it and nothing else.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { repositoryRoot } from '../../../tools/lib/repository.ts';
import { temporaryFolder } from '../../../tools/test/temporary-folder.ts';
import { copyFixtures } from '../copy-fixtures.ts';
import { exceptions, EXCEPTIONS_RECORDED } from './exceptions.ts';
import { judge } from './judge.ts';
import type { Rule, Violation } from './rule.ts';
import { rules } from './rules.ts';
import { readTree, type Tree } from './tree.ts';

const FIXTURES = join(repositoryRoot, 'server', 'test', 'fixtures', 'architecture');
/** Stands on every line of a fixture that must be reported. */
const MARK = /\bviolates\b/;

test('the source tree keeps every rule', () => {
  const tree = readTree(repositoryRoot);
  for (const folder of ['server/src/', 'server/test/', 'protocol/src/', 'tools/']) {
    assert.ok(
      tree.sources.some(({ path }) => path.startsWith(folder)),
      `no source was read in ${folder}`,
    );
  }
  const faults = judge(tree, rules, exceptions);
  assert.equal(faults.length, 0, `\n${faults.join('\n')}\n`);
});

test('the exceptions are as many as recorded, each with a reason', () => {
  const times = exceptions.reduce((sum, exception) => sum + exception.times, 0);
  assert.equal(times, EXCEPTIONS_RECORDED, 'the record and the list of exceptions change together, downwards');
  for (const { path, reason } of exceptions) assert.ok(reason.split(' ').length >= 4, `${path} needs a reason`);
});

test('every rule has a fixture, and every fixture a rule', () => {
  assert.deepEqual(readdirSync(FIXTURES).toSorted(), rules.map(({ id }) => id).toSorted());
});

for (const rule of rules) {
  test(`a fixture breaks the rule ${rule.id} on the marked lines, and no other rule`, () => {
    using folder = temporaryFolder();
    copyFixtures(join(FIXTURES, rule.id), folder.path);
    const tree = readTree(folder.path);
    const marked = markedLines(folder.path, tree);
    assert.ok(marked.length > 0, 'the fixture marks no line');
    assert.deepEqual(placesOf(rule.check(tree).violations), marked);
    const others = rules.filter((other) => other !== rule && breaks(other, tree));
    assert.deepEqual(
      others.map(({ id }) => id),
      [],
    );
  });
}

function breaks(rule: Rule, tree: Tree): boolean {
  return rule.check(tree).violations.length > 0;
}

function placesOf(violations: readonly Violation[]): readonly string[] {
  return [...new Set(violations.map(({ path, line }) => `${path}:${String(line)}`))].toSorted();
}

function markedLines(folder: string, tree: Tree): readonly string[] {
  const unreadable = tree.unreadable.map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }));
  const files = [...tree.sources, ...tree.migrations, ...tree.manifests, ...unreadable];
  const places = files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => (MARK.test(line) ? [`${path}:${String(index + 1)}`] : [])),
  );
  return places.toSorted();
}
