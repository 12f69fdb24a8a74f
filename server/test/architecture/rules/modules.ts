// Modules know each other through their index alone, and only those that stand before them in modules.ts.
import { type Rule, sourceRule } from '../rule.ts';
import { moduleOf } from '../layers.ts';
import { MODULE_LIST, moduleOrder } from '../module-order.ts';
import { resolveImport } from '../resolve.ts';
import { isProduct, type Source } from '../tree.ts';

type ModuleImport = {
  readonly line: number;
  readonly specifier: string;
  readonly path: string;
  readonly module: string;
};

/** Imports that lead into a module other than the file's own. */
function moduleImports(source: Source): readonly ModuleImport[] {
  return source.imports.flatMap(({ specifier, line }) => {
    const target = specifier === undefined ? undefined : resolveImport(source.path, specifier);
    const module = target?.kind === 'file' ? moduleOf(target.path) : undefined;
    if (specifier === undefined || target?.kind !== 'file' || module === undefined) return [];
    return module === moduleOf(source.path) ? [] : [{ line, specifier, path: target.path, module }];
  });
}

export const modulesShowTheirIndex = sourceRule({
  id: 'modules-show-their-index',
  reason: "what a module's index does not export may change without asking anybody",
  // Benchmarks measure single parts from outside the server's package, where `#modules` means nothing.
  applies: (source) => (isProduct(source.path) || source.isTest) && !source.path.startsWith('bench/'),
  violations: (source) =>
    moduleImports(source)
      .filter(({ specifier }) => !/^#modules\/[a-z0-9-]+\.ts$/.test(specifier))
      .map(({ line, specifier, module }) => ({ line, what: `imports ${specifier}, not #modules/${module}.ts` })),
});

export const modulesPointDown = sourceRule({
  id: 'modules-point-down',
  reason: 'the order of modules.ts is the order in which they can be understood, and it rules out cycles',
  applies: (source) => moduleOf(source.path) !== undefined && !source.isTest,
  violations: (source, tree) => {
    const order = moduleOrder(tree) ?? [];
    const own = order.indexOf(moduleOf(source.path) ?? '');
    return moduleImports(source)
      .filter(({ module }) => order.includes(module) && own !== -1 && order.indexOf(module) > own)
      .map(({ line, module }) => ({ line, what: `imports ${module}, which stands after it in modules.ts` }));
  },
});

export const modulesAreListed: Rule = {
  id: 'modules-are-listed',
  reason: 'a module that is not in modules.ts has no place in the order, and its routes are served by nobody',
  check: (tree) => {
    const folders = [...new Set(tree.sources.map(({ path }) => moduleOf(path)).filter((name) => name !== undefined))];
    const order = moduleOrder(tree);
    // A tree without modules has no list to keep; one with modules must have it.
    if (order === undefined && folders.length === 0) return { checked: 0, violations: [] };
    const at = { path: MODULE_LIST, line: 1 };
    const listed = new Set(order);
    return {
      checked: folders.length,
      violations: [
        ...folders.filter((name) => !listed.has(name)).map((name) => ({ ...at, what: `does not list ${name}` })),
        ...twice(order ?? []).map((name) => ({ ...at, what: `lists ${name} twice` })),
      ],
    };
  },
};

function twice(names: readonly string[]): readonly string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}
