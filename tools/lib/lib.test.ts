// The small parts that the checks share: what they refuse matters as much as what they read.
import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../test/temporary-folder.ts';
import { listFiles } from './list-files.ts';
import { parseTypeScript } from './parse-typescript.ts';
import { parseJsonObject, stringsAt } from './read-json.ts';
import { isAllowedLicense } from './spdx.ts';
import { satisfies } from './version-range.ts';

test('files are listed in one order, without what is installed or built, and links are not followed', () => {
  using folder = temporaryFolder();
  const files = ['b.ts', 'a/z.ts', 'a/B.ts', 'a/node_modules/x.ts', 'dist/x.ts', 'c.sql'];
  folder.write(Object.fromEntries(files.map((file) => [file, ''])));
  symlinkSync(join(folder.path, 'a'), join(folder.path, 'linked'));
  const isTypeScript = (path: string) => path.endsWith('.ts');
  assert.deepEqual(listFiles(folder.path, '', isTypeScript), ['a/B.ts', 'a/z.ts', 'b.ts']);
  assert.deepEqual(listFiles(folder.path, 'a', isTypeScript), ['a/B.ts', 'a/z.ts']);
  assert.deepEqual(listFiles(folder.path, 'nowhere', isTypeScript), []);
});

test('a license expression is allowed only if it can be met with allowed licenses', () => {
  const allowed = new Set(['MIT', 'ISC', 'Apache-2.0 WITH LLVM-exception']);
  const cases: Readonly<Record<string, boolean>> = {
    MIT: true,
    'GPL-3.0-only': false,
    'MIT OR GPL-3.0-only': true,
    'MIT AND GPL-3.0-only': false,
    'MIT AND ISC': true,
    '(MIT OR GPL-3.0-only) AND ISC': true,
    '(MIT AND GPL-3.0-only) OR (ISC AND GPL-3.0-only)': false,
    'GPL-3.0-only OR MIT AND ISC': true,
    'Apache-2.0 WITH LLVM-exception': true,
    'Apache-2.0': false,
    'MIT WITH LLVM-exception': false,
  };
  for (const [expression, verdict] of Object.entries(cases))
    assert.equal(isAllowedLicense(expression, allowed), verdict, expression);
});

test('what is no license expression is never allowed', () => {
  const allowed = new Set(['MIT', 'AND', 'OR', '']);
  const broken = [
    '',
    ' ',
    'AND',
    'MIT OR',
    'OR MIT',
    'MIT ISC',
    '(MIT',
    'MIT)',
    '()',
    'MIT/ISC',
    'MIT OR (',
    'MIT WITH',
    'mit',
    'SEE LICENSE IN x',
  ];
  for (const expression of broken) assert.equal(isAllowedLicense(expression, allowed), false, expression);
});

test('a version lies in the ranges that npm would put it in', () => {
  const inside: Readonly<Record<string, readonly string[]>> = {
    '26.10.0': [
      '',
      '*',
      'x',
      '>=16',
      '>= 14',
      '^26',
      '26.x',
      '26.10',
      '~26.10.0',
      '18 || >=22',
      '20 - 26',
      '>26.9',
      '<=26',
      '=26.10.0',
      '>=20 <27',
    ],
    '0.2.5': ['^0.2.3', '~0.2', '^0.2', '0.x', '^0'],
    '0.0.3': ['^0.0.3', '^0.0'],
  };
  const outside: Readonly<Record<string, readonly string[]>> = {
    '26.10.0': ['<26', '>26', '^25', '18.x', '~26.9.0', '20 || 22', '20 - 25', '<=26.9', '>=20 <26.10.0', '^26.11'],
    '0.3.0': ['^0.2.3', '~0.2'],
    '0.0.4': ['^0.0.3'],
  };
  for (const [version, ranges] of Object.entries(inside))
    for (const range of ranges) assert.ok(satisfies(version, range), `${version} ${range}`);
  for (const [version, ranges] of Object.entries(outside))
    for (const range of ranges) assert.ok(!satisfies(version, range), `${version} ${range}`);
});

test('a range or version that cannot be read is an error and no guess', () => {
  for (const range of ['latest', '>=', '1.2.3.4', '>=1 banana', '^1.2.3-beta.1'])
    assert.throws(() => satisfies('26.0.0', range), range);
  for (const version of ['26', '26.0.0-rc.1', '']) assert.throws(() => satisfies(version, '*'), version);
});

test('JSON of another shape is refused, with the name of where it came from', () => {
  for (const text of ['', '[]', 'null', '1', '{'])
    assert.throws(() => parseJsonObject(text, 'the file'), /the file is not/);
  assert.throws(() => stringsAt({ scripts: { a: 1 } }, 'scripts'), /"scripts\.a" is not a string/);
  assert.throws(() => stringsAt({ scripts: [] }, 'scripts'), /"scripts" is not an object/);
  assert.deepEqual(stringsAt({}, 'scripts'), {});
});

test('a path parsed twice is read as it is now', () => {
  for (const text of ['export const a = 1;\n', 'export const b = 2;\n', 'export const a = 1;\n']) {
    assert.equal(parseTypeScript(new Map([['a.ts', text]])).get('a.ts')?.text, text);
  }
});
