// SQL stands in queries.ts files and in db/, apart from the rules that use it.
import type { Node } from 'typescript/unstable/ast';
import { isCallExpression, isTaggedTemplateExpression } from 'typescript/unstable/ast/is';
import { sourceRule } from '../rule.ts';
import { layerOf } from '../layers.ts';
import { isSqlTag, lineOf, memberOf, nodesOf } from '../syntax.ts';
import { isProduct, type Source } from '../tree.ts';

const EXECUTES = new Set(['execute', 'executeTakeFirst', 'executeTakeFirstOrThrow', 'executeQuery']);
const SQL_HELPERS = new Set(['raw', 'table', 'ref', 'id', 'lit', 'join', 'val']);
/** Methods that only a query builder has, so that their mere use is SQL. */
const BUILDS_SQL = new Set(['selectFrom', 'insertInto', 'replaceInto', 'updateTable', 'deleteFrom', 'mergeInto']);

export const sqlStaysInQueries = sourceRule({
  id: 'sql-stays-in-queries',
  reason: 'who reads queries.ts and db/ has read every statement; rules and SQL are reviewed apart',
  applies: (source) => isProduct(source.path) && !source.isTest && layerOf(source.path) !== 'db' && !isQueries(source),
  violations: (source) =>
    nodesOf(source.syntax).flatMap((node) => {
      const what = sqlIn(node);
      return what === undefined ? [] : [{ line: lineOf(node), what }];
    }),
});

function isQueries({ path }: Source): boolean {
  return /\/(?:[a-z-]+-)?queries\.ts$/.test(path);
}

function sqlIn(node: Node): string | undefined {
  if (isTaggedTemplateExpression(node)) return isSqlTag(node.tag) ? 'writes SQL' : undefined;
  if (!isCallExpression(node)) return undefined;
  const member = memberOf(node.expression);
  if (member === undefined) return undefined;
  if (EXECUTES.has(member.name) || BUILDS_SQL.has(member.name)) return `calls .${member.name}()`;
  return SQL_HELPERS.has(member.name) && isSqlTag(member.object) ? `calls sql.${member.name}()` : undefined;
}
