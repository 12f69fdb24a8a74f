// Imports point down the layers, by alias, to a target that can be read from the source.
import { isCallExpression, isIdentifier } from 'typescript/unstable/ast/is';
import { sourceRule } from '../rule.ts';
import { homeOf, layerOf, LAYERS } from '../layers.ts';
import { hasAlias, resolveImport } from '../resolve.ts';
import { globalUses, lineOf, memberOf, memberUses, nodesOf } from '../syntax.ts';
import { isTestPath, type Source, isProduct } from '../tree.ts';

export const importsPointDown = sourceRule({
  id: 'imports-point-down',
  reason:
    'main → modules.ts → modules → kernel → db, crypto, outbound, telemetry, verification; http and jobs know the kernel alone',
  // A test may put a whole product around its subject; what ships may not.
  applies: (source) => layerOf(source.path) !== undefined && !source.isTest,
  violations: (source) => {
    const layer = layerOf(source.path) ?? '';
    const allowed = LAYERS.get(layer);
    if (allowed === undefined) return [{ line: 1, what: `${layer} is no layer that the direction of imports knows` }];
    return fileImports(source).flatMap(({ line, path }) => {
      const other = layerOf(path);
      const isDown = other === undefined ? isOutside(path) : other === layer || allowed.includes(other);
      return isDown ? [] : [{ line, what: `${layer} imports ${other ?? path}` }];
    });
  },
});

/** The protocol and the engine of controls may be known by all; what tests use is the subject of another rule. */
function isOutside(path: string): boolean {
  return path.startsWith('protocol/src/') || path.startsWith('controls/src/') || isTestPath(path);
}

export const testsAreForTests = sourceRule({
  id: 'tests-are-for-tests',
  reason: 'what tests use ships nowhere, so a product that imports it breaks where it runs',
  applies: (source) => !source.isTest,
  violations: (source) =>
    fileImports(source)
      .filter(({ path }) => isTestPath(path))
      .map(({ line, specifier }) => ({ line, what: `imports ${specifier}, which is for tests` })),
});

export const importsGoByAlias = sourceRule({
  id: 'imports-go-by-alias',
  reason: 'a relative path stays in its own folder, so that every crossing of a boundary is written as one',
  applies: (source) => layerOf(source.path) !== undefined && !source.isTest,
  violations: (source) =>
    fileImports(source)
      .filter(({ specifier, path }) => specifier.startsWith('.') && !path.startsWith(homeOf(source.path)))
      // What belongs to main has no alias, so that nothing below it can name it by accident.
      .filter(({ path }) => hasAlias(path) || !path.startsWith('server/src/'))
      .map(({ line, specifier }) => ({ line, what: `leaves its folder by ${specifier}` })),
});

export const protocolIsPure = sourceRule({
  id: 'protocol-is-pure',
  reason: 'the formats are read and reused by strangers: no dependency, no file, no network, no server',
  applies: (source) => source.path.startsWith('protocol/src/') && !source.isTest,
  violations: (source) =>
    source.imports.flatMap(({ specifier, line }) => {
      const target = specifier === undefined ? undefined : resolveImport(source.path, specifier);
      const isOwn = target?.kind === 'file' && target.path.startsWith('protocol/src/');
      // Which files may import node:crypto is a rule of its own.
      const isCrypto = target?.kind === 'builtin' && target.name === 'crypto';
      return target === undefined || isOwn || isCrypto ? [] : [{ line, what: `imports ${specifier ?? ''}` }];
    }),
});

const HIDING = new Set(['require']);
const HIDING_MEMBERS = new Set(['getBuiltinModule', 'binding', 'dlopen']);

export const importsAreReadable = sourceRule({
  id: 'imports-are-readable',
  reason: 'an import that is computed, or made by require, is one that no rule here can judge',
  applies: (source) => isProduct(source.path),
  violations: (source) => [
    ...source.imports.flatMap(({ specifier, line }) => {
      if (specifier === undefined) return [{ line, what: 'imports what only the run knows' }];
      if (specifier === 'node:module' || specifier === 'module') return [{ line, what: `imports ${specifier}` }];
      const isNowhere = resolveImport(source.path, specifier).kind === 'nowhere';
      return isNowhere ? [{ line, what: `imports ${specifier}, which leads nowhere` }] : [];
    }),
    ...globalUses(source.syntax, HIDING).map((node) => ({ line: lineOf(node), what: 'uses require' })),
    ...memberUses(source.syntax, 'process', HIDING_MEMBERS).map((node) => ({
      line: lineOf(node),
      what: `uses process.${memberOf(node)?.name ?? 'getBuiltinModule'}`,
    })),
    ...nodesOf(source.syntax)
      .filter((node) => isCallExpression(node) && isIdentifier(node.expression) && node.expression.text === 'eval')
      .map((node) => ({ line: lineOf(node), what: 'uses eval' })),
  ],
});

function fileImports(source: Source) {
  return source.imports.flatMap(({ specifier, line }) => {
    const target = specifier === undefined ? undefined : resolveImport(source.path, specifier);
    if (specifier === undefined || target?.kind !== 'file') return [];
    return [{ line, specifier, path: target.path }];
  });
}
