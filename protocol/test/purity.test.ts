// Checks that the formats stay pure: no dependency, no clock, no chance, no input or output.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';

const sources = new URL('../src/', import.meta.url);
const mayUseCrypto = new Set(['sha256.ts', 'ed25519.ts']);

/** What a source file reaches for beyond its own folder. */
function findImpurities(name: string, source: string): readonly string[] {
  const imports = [...source.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"`]([^'"`]*)['"`]/g)].map(
    ([, target = '']) => target,
  );
  const foreign = imports.filter(
    (target) => !/^\.\/[a-z0-9-]+\.ts$/.test(target) && !(target === 'node:crypto' && mayUseCrypto.has(name)),
  );
  const reached = source.match(
    /\b(?:process|fetch|console|require|globalThis|Date|performance|setTimeout|Math\.random|random(?:Bytes|UUID))\b(?=[.(\s])/g,
  );
  return [...foreign, ...(reached ?? [])];
}

test('no source file imports a package, nor node:crypto outside its two files, nor reaches a clock, chance or the outside', () => {
  const names = readdirSync(sources).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  assert.ok(names.length >= 15);
  for (const name of names) {
    const code = readFileSync(new URL(name, sources), 'utf8').replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, '');
    assert.deepEqual(findImpurities(name, code), [], name);
  }
});

test('the check finds each kind of impurity', () => {
  for (const source of [
    "import { hash } from 'node:crypto';",
    "import fc from 'fast-check';",
    "import '@holdfast/server';",
    "export { x } from '../test/read-vectors.ts';",
    "const fs = await import('node:fs');",
    'const now = Date.now();',
    'const seed = Math.random();',
    'console.log(1);',
    'if (process.env) run();',
  ]) {
    assert.equal(findImpurities('merkle.ts', source).length, 1, source);
  }
  assert.deepEqual(findImpurities('sha256.ts', "import { hash } from 'node:crypto';"), []);
});
