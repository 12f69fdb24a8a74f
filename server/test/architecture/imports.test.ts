// The import scanner sees every form of import the language has, and nothing that only looks like one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveImport } from './resolve.ts';
import { treeOf } from './tree.ts';

function importsIn(text: string) {
  const [source] = treeOf({ sources: [{ path: 'server/src/a.ts', text }] }).sources;
  return (source?.imports ?? []).map(({ specifier, isTypeOnly, names }) => [specifier, isTypeOnly, names]);
}

test('static, type-only, re-exporting, dynamic, type-query and old-style imports are seen with what they take', () => {
  const cases: readonly (readonly [string, readonly unknown[]])[] = [
    ["import 'a';", ['a', false, []]],
    ["import { b as c, type D } from 'a';", ['a', false, ['b']]],
    ["import b from 'a';", ['a', false, '*']],
    ["import * as b from 'a';", ['a', false, '*']],
    ["import b, { c } from 'a';", ['a', false, '*']],
    ["import type { B } from 'a';", ['a', true, []]],
    ["export * from 'a';", ['a', false, '*']],
    ["export * as b from 'a';", ['a', false, '*']],
    ["export { b as c } from 'a';", ['a', false, ['b']]],
    ["export type { B } from 'a';", ['a', true, []]],
    ["const b = await import('a');", ['a', false, '*']],
    ['const b = await import(`a`);', ['a', false, '*']],
    ['const b = await import(`${c}`);', [undefined, false, '*']],
    ["type B = import('a').B;", ['a', true, []]],
    ["type B = typeof import('a');", ['a', true, []]],
    ["import b = require('a');", ['a', false, '*']],
  ];
  for (const [text, expected] of cases) {
    // A type-only import names nothing that is left when the program runs.
    const seen = importsIn(text).map(([specifier, isTypeOnly, names]) => [
      specifier,
      isTypeOnly,
      isTypeOnly === true ? [] : names,
    ]);
    assert.deepEqual(seen, [expected], text);
  }
});

test('comments, strings, templates and patterns are no imports', () => {
  const text = [
    "// import 'a';",
    "/* import 'a'; */",
    'const text = "import \'a\';";',
    "const template = `import 'a'; ${1} import 'b';`;",
    "const pattern = /import 'a'/;",
    "const half = 1 / 2; const quote = '/'; const other = 3 / 4;",
  ].join('\n');
  assert.deepEqual(importsIn(text), []);
});

test('a specifier leads where Node and the compiler would take it', () => {
  const from = 'server/src/kernel/route.ts';
  const cases = {
    './page.ts': 'server/src/kernel/page.ts',
    '../db/scope.ts': 'server/src/db/scope.ts',
    '#db/scope.ts': 'server/src/db/scope.ts',
    '#modules/teams.ts': 'server/src/modules/teams/index.ts',
    '#config.ts': 'server/src/config/index.ts',
    '#test/world.ts': 'server/test/world.ts',
    '@holdfast/protocol/bytes.ts': 'protocol/src/bytes.ts',
  };
  for (const [specifier, path] of Object.entries(cases)) {
    assert.deepEqual(resolveImport(from, specifier), { kind: 'file', path });
  }
  assert.deepEqual(resolveImport(from, 'fs'), { kind: 'builtin', name: 'fs' });
  assert.deepEqual(resolveImport(from, 'node:test'), { kind: 'builtin', name: 'test' });
  assert.deepEqual(resolveImport(from, '@scope/name/part.js'), { kind: 'package', name: '@scope/name' });
  for (const specifier of ['#nowhere/x.ts', '/etc/x.ts', 'https://example.com/x.ts', 'data:text/javascript,1']) {
    assert.deepEqual(resolveImport(from, specifier), { kind: 'nowhere' }, specifier);
  }
});
