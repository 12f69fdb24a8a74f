// No file imports itself by way of others, types included: the second net beside the linter's.
import { posix } from 'node:path';
import type { Rule, Violation } from '../rule.ts';
import { resolveImport } from '../resolve.ts';
import type { Tree } from '../tree.ts';

type Edge = { readonly to: string; readonly line: number };

export const importsHaveNoCycle: Rule = {
  id: 'imports-have-no-cycle',
  reason: 'files in a cycle can only be understood, tested and loaded together',
  check: (tree) => {
    const graph = importGraph(tree);
    return { checked: [...graph.values()].flat().length, violations: cyclesIn(graph) };
  },
};

function importGraph(tree: Tree): ReadonlyMap<string, readonly Edge[]> {
  const known = new Set(tree.sources.map(({ path }) => path));
  return new Map(
    tree.sources.map(({ path, imports }) => [
      path,
      imports.flatMap(({ specifier, line }) => {
        const target = specifier === undefined ? undefined : resolveImport(path, specifier);
        if (target?.kind !== 'file') return [];
        const to = posix.normalize(target.path);
        return known.has(to) ? [{ to, line }] : [];
      }),
    ]),
  );
}

/** One violation for each import by which its file can be reached from what it imports. */
function cyclesIn(graph: ReadonlyMap<string, readonly Edge[]>): readonly Violation[] {
  const component = stronglyConnected(graph);
  return [...graph].flatMap(([path, edges]) =>
    edges
      .filter(({ to }) => to === path || component.get(to) === component.get(path))
      .map(({ to, line }) => ({ path, line, what: `is in a cycle by way of ${to}` })),
  );
}

type Visit = { readonly path: string; readonly edges: readonly Edge[]; next: number };

/** Tarjan's strongly connected components, without recursion; path → number of its component. */
function stronglyConnected(graph: ReadonlyMap<string, readonly Edge[]>): ReadonlyMap<string, number> {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const component = new Map<string, number>();
  const open: string[] = [];
  const visits: Visit[] = [];
  const enter = (path: string): void => {
    order.set(path, order.size);
    lowest.set(path, order.size - 1);
    open.push(path);
    visits.push({ path, edges: graph.get(path) ?? [], next: 0 });
  };
  const lower = (path: string, to: number | undefined): void => {
    if (to !== undefined) lowest.set(path, Math.min(lowest.get(path) ?? to, to));
  };
  const leave = (path: string): void => {
    if (lowest.get(path) !== order.get(path)) return;
    for (const member of open.splice(open.indexOf(path))) component.set(member, order.get(path) ?? 0);
  };
  for (const start of graph.keys()) {
    if (!order.has(start)) enter(start);
    for (let visit = visits.at(-1); visit !== undefined; visit = visits.at(-1)) {
      const edge = visit.edges[visit.next];
      visit.next += 1;
      if (edge === undefined) {
        visits.pop();
        leave(visit.path);
        lower(visits.at(-1)?.path ?? visit.path, lowest.get(visit.path));
      } else if (!order.has(edge.to)) enter(edge.to);
      else if (!component.has(edge.to)) lower(visit.path, order.get(edge.to));
    }
  }
  return component;
}
