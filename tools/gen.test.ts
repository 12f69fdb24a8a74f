// The generator: what it writes is looked at again by --check, and a difference is named with its first line.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findDifference, writeGenerated } from './gen/compare.ts';
import { page, table } from './gen/document.ts';
import { expectedMatrix, renderMatrix } from './gen/permission-matrix.ts';
import { runNode } from './lib/run-command.ts';
import { repositoryRoot } from './lib/repository.ts';
import { temporaryFolder } from './test/temporary-folder.ts';
import { buildRegistry } from '../server/src/kernel/registry.ts';
import { modules } from '../server/src/modules.ts';

test('a file that is missing, shorter, longer or different in a line is stale, and the line is shown', () => {
  using folder = temporaryFolder();
  const generated = { path: 'docs/page.md', text: 'one\ntwo\n' };
  const findStale = () => findDifference(folder.path, generated);
  assert.equal(findStale(), 'docs/page.md is missing');
  for (const [text, told] of [
    ['one\n', 'stale from line 2:\n  - \n  + two'],
    ['one\n2\n', 'stale from line 2:\n  - 2\n  + two'],
    ['one\ntwo\nthree\n', 'stale from line 3:\n  - three\n  + '],
    ['one\ntwo', 'stale from line 3:\n  - (end of file)\n  + '],
  ] as const) {
    folder.write({ [generated.path]: text });
    assert.equal(findStale(), `docs/page.md is ${told}`);
  }
});

test('writing makes it current, and writing again changes nothing', () => {
  using folder = temporaryFolder();
  const generated = { path: 'docs/deep/page.md', text: 'one\n' };
  assert.equal(writeGenerated(folder.path, generated), true);
  assert.equal(findDifference(folder.path, generated), undefined);
  assert.equal(writeGenerated(folder.path, generated), false);
  assert.equal(readFileSync(join(folder.path, generated.path), 'utf8'), 'one\n');
});

test('a bar or a line break in a cell stays in its cell', () => {
  assert.equal(table(['a', 'b'], [['x | y', 'one\n  two']]), '| a | b |\n| --- | --- |\n| x \\| y | one two |');
  assert.match(
    page('the tests', 'Title', 'About.', ['Part.']),
    /^<!-- Generated.*-->\n\n# Title\n\nAbout\.\n\nPart\.\n$/,
  );
});

test('the matrix on disk is the one that the routes declare', () => {
  const onDisk = readFileSync(join(repositoryRoot, 'docs/reference/permission-matrix.md'), 'utf8');
  assert.equal(renderMatrix(expectedMatrix(buildRegistry(modules))), onDisk);
});

test('an unknown part is refused, and nothing is written', () => {
  const { status, stderr } = runNode([join(repositoryRoot, 'tools/gen.ts'), 'everything'], { cwd: repositoryRoot });
  assert.equal(status, 2);
  assert.match(stderr, /usage: /);
});
