// Facts that the database itself made: rows of a name and a JSON object, read as strictly as anything from outside.
import { json, readShape } from '@holdfast/controls/shape.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { DatabaseError } from '../errors.ts';

export type RowFacts = { readonly name: string; readonly facts: JsonValue };

/** Rows with `name` and `facts`. Throws when the database answers with something else. */
export function readRowFacts(rows: readonly Readonly<Record<string, unknown>>[]): readonly RowFacts[] {
  return rows.map(({ name, facts }) => {
    const read = readShape(json(), facts, 'facts');
    if (typeof name === 'string' && read.ok) return { name, facts: read.value };
    throw new DatabaseError('out_of_date', { detail: 'the database answers in a form that is not the expected one' });
  });
}
