// Things with exactly one home: the web framework, the database driver, the environment, the console.
import { sourceRule } from '../rule.ts';
import { layerOf } from '../layers.ts';
import { resolveImport } from '../resolve.ts';
import { globalUses, lineOf, memberUses } from '../syntax.ts';
import { isProduct, type Source } from '../tree.ts';

export const frameworkStaysInHttp = sourceRule({
  id: 'framework-stays-in-http',
  reason: 'the HTTP framework can be replaced, and has no say in security, as long as only http/ knows it',
  applies: (source) => isProduct(source.path) && layerOf(source.path) !== 'http',
  violations: (source) => packageImports(source, /^(?:fastify|fastify-.*|@fastify\/.*|light-my-request)$/),
});

export const driverStaysInDb = sourceRule({
  id: 'driver-stays-in-db',
  reason: 'a connection taken outside db/ has no scope, so row security would have nothing to go by',
  applies: (source) => isProduct(source.path) && !source.isTest && layerOf(source.path) !== 'db',
  violations: (source) => packageImports(source, /^(?:pg|pg-.*|postgres)$/),
});

const ENVIRONMENT = new Set(['env', 'loadEnvFile']);

export const environmentStaysInConfig = sourceRule({
  id: 'environment-stays-in-config',
  reason: 'every setting has a schema, a description and a fault of its own; one read elsewhere has none',
  applies: (source) => isProduct(source.path) && !source.isTest && layerOf(source.path) !== 'config',
  violations: (source) => [
    ...memberUses(source.syntax, 'process', ENVIRONMENT).map((node) => ({
      line: lineOf(node),
      what: 'reads process.env',
    })),
    ...namedImports(source, 'process', ENVIRONMENT),
  ],
});

const CONSOLE = new Set(['console']);

export const consoleStaysInCli = sourceRule({
  id: 'console-stays-in-cli',
  reason: 'what is logged goes through telemetry, where secrets and personal data are masked',
  applies: (source) => isProduct(source.path) && layerOf(source.path) !== 'cli',
  violations: (source) => [
    ...globalUses(source.syntax, CONSOLE).map((node) => ({ line: lineOf(node), what: 'uses console' })),
    ...source.imports.flatMap(({ specifier, line }) =>
      specifier === 'node:console' || specifier === 'console' ? [{ line, what: 'imports the console' }] : [],
    ),
  ],
});

function packageImports(source: Source, names: RegExp) {
  return source.imports.flatMap(({ specifier, line }) => {
    const target = specifier === undefined ? undefined : resolveImport(source.path, specifier);
    return target?.kind === 'package' && names.test(target.name) ? [{ line, what: `imports ${target.name}` }] : [];
  });
}

/** Values of the set that are imported by name from a part of Node. */
export function namedImports(source: Source, builtin: string, names: ReadonlySet<string>) {
  return source.imports.flatMap((found) => {
    const target = found.specifier === undefined ? undefined : resolveImport(source.path, found.specifier);
    if (target?.kind !== 'builtin' || target.name !== builtin || found.names === '*') return [];
    const taken = found.names.filter((name) => names.has(name));
    return taken.map((name) => ({ line: found.line, what: `imports ${name} from node:${builtin}` }));
  });
}
