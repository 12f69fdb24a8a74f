// Databases whose walls are broken, each in one way.
import type { Twin } from '@holdfast/controls/control.ts';
import type { Database, Row } from '#verification/instance.ts';
import { type Facts, FUNCTION, parts, PROJECTS, withoutProject } from './tn1-fixtures.ts';
import { KINDS } from './tn1-judge.ts';
import { LENDERS, PROBED, SCHEMA, TABLES } from './walls-queries.ts';

export type WallsTarget = { readonly database?: Pick<Database, 'query'> };

/** Answers like a database whose catalog is `broken` in one piece, and that shows `leaked` rows without a scope. */
function brokenDatabase(broken: {
  readonly subject?: string;
  readonly facts?: Facts;
  readonly leaked?: number;
  readonly inProject?: number;
}) {
  const piecesOf = (kind: string): readonly Row[] =>
    parts
      .filter((part) => part.kind === kind)
      .map(({ subject, data }) => ({
        name: subject.slice(subject.indexOf(' ') + 1),
        facts: subject === broken.subject ? { ...data, ...broken.facts } : data,
      }));
  const answers = new Map<string, readonly Row[]>([
    [TABLES, piecesOf(KINDS.table)],
    [LENDERS, piecesOf(KINDS.lender)],
    [SCHEMA, piecesOf(KINDS.schema)],
    [PROBED, []],
  ]);
  const isScoped = (statement: string): boolean => statement.includes(`'holdfast.system', 'on'`);
  return {
    database: {
      query: async (statement: string) =>
        answers.get(statement) ?? [
          { name: 'table_rule', count: isScoped(statement) ? 20 : (broken.leaked ?? 0) },
          { name: 'current_project()', count: isScoped(statement) ? 1 : (broken.inProject ?? 0) },
        ],
    },
  };
}

export const twins: readonly [Twin<WallsTarget>, ...Twin<WallsTarget>[]] = [
  {
    name: 'a table whose owner passes its wall',
    hits: 'row security',
    target: brokenDatabase({ subject: 'table member', facts: { isForced: false } }),
  },
  {
    name: 'a wall that ends at the organization, where projects are to be apart',
    hits: 'wall',
    target: brokenDatabase({ subject: PROJECTS, facts: withoutProject }),
  },
  {
    name: 'a database that is in a project before anybody said so',
    hits: 'without a scope',
    target: brokenDatabase({ inProject: 1 }),
  },
  {
    name: 'a look-up that runs on any path',
    hits: 'search_path',
    target: brokenDatabase({ subject: FUNCTION, facts: { settings: [] } }),
  },
  {
    name: 'a catalog in order over walls that show rows to nobody in particular',
    hits: 'without a scope',
    target: brokenDatabase({ leaked: 20 }),
  },
];
