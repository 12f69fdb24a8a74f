// Conditions on rows, as the evaluator puts them together; and the one question about grants, asked for one object and for each row.
import { type RawBuilder, sql } from 'kysely';
import type { AnyTx } from './queries.ts';

export type Condition = RawBuilder<boolean>;

export const everyRow: Condition = sql<boolean>`true`;

/** One of them is enough; none of them is no row, never all. */
export function anyOf(conditions: readonly Condition[]): Condition {
  return conditions.length === 0 ? sql<boolean>`false` : sql<boolean>`(${sql.join(conditions, sql` or `)})`;
}

export function isOwnedBy(column: string, person: string): Condition {
  return sql<boolean>`${sql.ref(column)} = ${person}`;
}

export type Asked = {
  /** UUID of whom grants are for. */
  readonly person: string;
  readonly kind: string | { readonly column: string };
  readonly id: string | { readonly column: string };
  /** The least rank of a level that is enough. */
  readonly rank: number;
};

/** A live grant of at least that rank, to the person or to what they belong to. Nobody has any outside an organization. */
export function grantExists({ person, kind, id, rank }: Asked): Condition {
  return sql<boolean>`exists (select from granted_objects(${person}) g
    where g.object_kind = ${valueOf(kind)} and g.object_id = ${valueOf(id)} and g.rank >= ${rank})`;
}

function valueOf(value: Asked['kind']): RawBuilder<unknown> {
  return typeof value === 'string' ? sql`${value}` : sql.ref(value.column);
}

export async function findsGrant(tx: AnyTx, asked: Asked): Promise<boolean> {
  const { rows } = await sql<{ readonly found: boolean }>`select ${grantExists(asked)} as found`.execute(tx);
  return rows[0]?.found === true;
}
