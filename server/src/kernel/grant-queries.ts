// The one question to the database about grants: asked for one object by the evaluator, and for each row by lists.
import { type RawBuilder, sql } from 'kysely';

export type Asked = {
  /** UUID of whom grants are for. */
  readonly person: string;
  readonly kind: string | { readonly column: string };
  readonly id: string | { readonly column: string };
  /** The least rank of a level that is enough. */
  readonly rank: number;
};

/** A live grant of at least that rank, to the person or to what they belong to. Nobody has any outside an organization. */
export function grantExists({ person, kind, id, rank }: Asked): RawBuilder<boolean> {
  return sql<boolean>`exists (select from granted_objects(${person}) g
    where g.object_kind = ${valueOf(kind)} and g.object_id = ${valueOf(id)} and g.rank >= ${rank})`;
}

function valueOf(value: Asked['kind']): RawBuilder<unknown> {
  return typeof value === 'string' ? sql`${value}` : sql.ref(value.column);
}
