// Which module owns which table: the migration that creates a table is named after its owner.
import { layerOf, moduleOf } from './layers.ts';
import type { TextFile, Tree } from './tree.ts';

export type CreatedTable = {
  readonly table: string;
  /** A module or a layer of the server; undefined when the migration is named after neither. */
  readonly owner: string | undefined;
  readonly migration: string;
};

/** Tables that one part fills and another empties: who may name them beside their owner, and why. */
export const SHARED_TABLES: ReadonlyMap<string, { readonly with: string; readonly reason: string }> = new Map([
  ['job', { with: 'jobs', reason: 'the kernel enqueues in the business transaction, jobs/ takes out and runs' }],
  ['audit_pending', { with: 'audit', reason: 'the kernel records in the business transaction, the sequencer drains' }],
]);

const CREATE_TABLE =
  /\bcreate\s+(?:unlogged\s+)?table\s+(?:if\s+not\s+exists\s+)?(?:holdfast\.)?"?([a-z_][a-z0-9_]*)"?/gi;

/** Owner of each migration by path; undefined when it is named after neither a module nor a layer. */
export function migrationOwners(tree: Tree): ReadonlyMap<string, string | undefined> {
  const owners = new Set(tree.sources.map(({ path }) => ownerOfSource(path)).filter((owner) => owner !== undefined));
  return new Map(tree.migrations.map(({ path }) => [path, ownerOfMigration(path, owners)]));
}

/** Every table that a migration creates, with its owner. */
export function createdTables(tree: Tree): readonly CreatedTable[] {
  const owners = migrationOwners(tree);
  return tree.migrations.flatMap((migration) =>
    tableNames(migration).map((table) => ({ table, owner: owners.get(migration.path), migration: migration.path })),
  );
}

/** Owner of each table by name; a table without an owner is a violation elsewhere and missing here. */
export function tableOwners(tree: Tree): ReadonlyMap<string, string> {
  return new Map(createdTables(tree).flatMap(({ table, owner }) => (owner === undefined ? [] : [[table, owner]])));
}

/** The one that a source's own tables belong to: its module, else its layer. */
export function ownerOfSource(path: string): string | undefined {
  return moduleOf(path) ?? layerOf(path);
}

/** `0007_api_keys_add_scope.sql` → `api-keys`: the longest owner whose words begin the migration's name. */
function ownerOfMigration(path: string, owners: ReadonlySet<string>): string | undefined {
  const name = /\/[0-9]{4}_([a-z0-9_]+)\.sql$/.exec(path)?.[1];
  if (name === undefined) return undefined;
  const words = name.split('_');
  for (let count = words.length; count > 0; count -= 1) {
    const owner = words.slice(0, count).join('-');
    if (owners.has(owner)) return owner;
  }
  return undefined;
}

function tableNames(migration: TextFile): readonly string[] {
  return [...withoutComments(migration.text).matchAll(CREATE_TABLE)].flatMap(([, table]) => table ?? []);
}

/** SQL with its comments blanked out; every other character keeps its place. */
export function withoutComments(sql: string): string {
  return sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '));
}
