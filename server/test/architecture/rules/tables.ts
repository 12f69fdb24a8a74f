// Each table is named by the module or layer whose migration created it, and by nobody else.
import type { Node } from 'typescript/unstable/ast';
import {
  isArrayLiteralExpression,
  isCallExpression,
  isIdentifier,
  isPropertyAccessExpression,
  isStringLiteralLikeNode,
  isTaggedTemplateExpression,
  isTemplateExpression,
} from 'typescript/unstable/ast/is';
import type { Rule, Violation } from '../rule.ts';
import { layerOf } from '../layers.ts';
import { isSqlTag, lineOf, memberOf, nodesOf } from '../syntax.ts';
import {
  createdTables,
  migrationOwners,
  ownerOfSource,
  SHARED_TABLES,
  tableOwners,
  withoutComments,
} from '../tables.ts';
import type { Source, Tree } from '../tree.ts';

/** Methods of the query builder whose first argument names tables. */
const NAMES_TABLES: ReadonlySet<string> = new Set(
  (
    'selectFrom insertInto replaceInto updateTable deleteFrom mergeInto from using table ' +
    'innerJoin leftJoin rightJoin fullJoin crossJoin innerJoinLateral leftJoinLateral'
  ).split(' '),
);
/** Those of them that write or read rows, and so may not be handed a name that only the run knows. */
const NEEDS_LITERAL = new Set(['selectFrom', 'insertInto', 'replaceInto', 'updateTable', 'deleteFrom', 'mergeInto']);

export const tablesStayWithTheirOwner: Rule = {
  id: 'tables-stay-with-their-owner',
  reason: 'a table named elsewhere is read or written past the rules of the module it belongs to',
  check: (tree) => {
    const owners = tableOwners(tree);
    const sources = tree.sources.filter(({ path, isTest }) => !isTest && ![undefined, 'db'].includes(layerOf(path)));
    const named = sources.flatMap((source) => foreignTables(source, owners));
    const foreign = named.filter(({ table, by }) => SHARED_TABLES.get(table)?.with !== by);
    return {
      checked: owners.size,
      violations: [...foreign, ...notShared(tree, named), ...alteredElsewhere(tree, owners)],
    };
  },
};

type NamedTable = Violation & { readonly table: string; readonly by: string | undefined };

function foreignTables(source: Source, owners: ReadonlyMap<string, string>): readonly NamedTable[] {
  const by = ownerOfSource(source.path);
  return nodesOf(source.syntax).flatMap((node) => {
    const at = { path: source.path, line: lineOf(node), by };
    if (namesUnknownTable(node)) return [{ ...at, table: '', what: 'names a table that only the run knows' }];
    return tablesNamedBy(node).flatMap((table) => {
      const owner = owners.get(table);
      if (owner === undefined || owner === by) return [];
      return [{ ...at, table, what: `names table ${table}, which belongs to ${owner}` }];
    });
  });
}

/** A table that is declared as shared, with somebody in the tree who has no need of it any more. */
function notShared(tree: Tree, named: readonly NamedTable[]): readonly Violation[] {
  const parts = new Set(tree.sources.map(({ path }) => ownerOfSource(path)));
  return createdTables(tree).flatMap(({ table, migration }) => {
    const other = SHARED_TABLES.get(table)?.with;
    if (other === undefined || !parts.has(other) || named.some((each) => each.table === table && each.by === other))
      return [];
    return [{ path: migration, line: 1, what: `creates ${table}, which ${other} does not share any more` }];
  });
}

function tablesNamedBy(node: Node): readonly string[] {
  if (isTaggedTemplateExpression(node)) return isSqlTag(node.tag) ? tablesInSql(node.template.getText()) : [];
  const call = builderCall(node);
  if (call === undefined || !NAMES_TABLES.has(call.method)) return [];
  const named = isArrayLiteralExpression(call.first) ? [...call.first.elements] : [call.first];
  return named.flatMap((each) => (isStringLiteralLikeNode(each) ? tableIn(each.text) : []));
}

function namesUnknownTable(node: Node): boolean {
  const call = builderCall(node);
  if (call === undefined || !NEEDS_LITERAL.has(call.method)) return false;
  return isIdentifier(call.first) || isPropertyAccessExpression(call.first) || isTemplateExpression(call.first);
}

function builderCall(node: Node): { readonly method: string; readonly first: Node } | undefined {
  if (!isCallExpression(node)) return undefined;
  const member = memberOf(node.expression);
  const [first] = node.arguments;
  return member === undefined || first === undefined ? undefined : { method: member.name, first };
}

/** 'holdfast.member as m' names the table member. */
function tableIn(text: string): readonly string[] {
  const name = /^\s*(?:holdfast\.)?([a-z_][a-z0-9_]*)/.exec(text)?.[1];
  return name === undefined ? [] : [name];
}

const INTRODUCES_TABLES = /\b(?:from|join|into|update|table|using|only|truncate)\s+/gi;
const LIST_ITEM = /^([\w".]+)(?:\s+(?:as\s+)?\w+)?\s*(,?)\s*/;

/** Tables after the words that introduce them, lists with commas and aliases included. */
function tablesInSql(sql: string): readonly string[] {
  return [...withoutComments(sql).matchAll(INTRODUCES_TABLES)].flatMap((word) => {
    const tables: string[] = [];
    let rest = sql.slice(word.index + word[0].length);
    for (let item = LIST_ITEM.exec(rest); item !== null; item = item[2] === ',' ? LIST_ITEM.exec(rest) : null) {
      tables.push(...tableIn((item[1] ?? '').replaceAll('"', '')));
      rest = rest.slice(item[0].length);
    }
    return tables;
  });
}

const CHANGES_TABLE = /\b(?:alter|drop)\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?(?:holdfast\.)?"?(\w+)/gi;

function alteredElsewhere(tree: Tree, owners: ReadonlyMap<string, string>): readonly Violation[] {
  const migrations = migrationOwners(tree);
  return tree.migrations.flatMap(({ path, text }) =>
    [...withoutComments(text).matchAll(CHANGES_TABLE)].flatMap((match) => {
      const table = match[1] ?? '';
      const owner = owners.get(table);
      if (owner === undefined || owner === migrations.get(path)) return [];
      const line = text.slice(0, match.index).split('\n').length;
      return [{ path, line, what: `changes table ${table}, which belongs to ${owner}` }];
    }),
  );
}

export const migrationsNameTheirOwner: Rule = {
  id: 'migrations-name-their-owner',
  reason: 'NNNN_<module>_<what>.sql says who owns the tables it creates; two migrations never share a number',
  check: (tree) => ({
    checked: tree.migrations.length,
    violations: [...misnumbered(tree), ...createdForNobody(tree)],
  }),
};

function misnumbered(tree: Tree): readonly Violation[] {
  const numbers = tree.migrations.map(({ path }) => /\/([0-9]{4})_[a-z0-9_]+\.sql$/.exec(path)?.[1]);
  return tree.migrations.flatMap(({ path }, index) => {
    const number = numbers[index];
    if (number === undefined) return [{ path, line: 1, what: 'is not called NNNN_<module>_<what>.sql' }];
    return numbers.indexOf(number) === index
      ? []
      : [{ path, line: 1, what: `has the number ${number} of another one` }];
  });
}

function createdForNobody(tree: Tree): readonly Violation[] {
  return createdTables(tree)
    .filter(({ owner }) => owner === undefined)
    .map(({ table, migration }) => ({ path: migration, line: 1, what: `creates ${table} for no module or layer` }));
}
