// SQL of the log of a person that exists to be probed.
import { sql } from 'kysely';
import type { PersonTx } from '#db/scope.ts';

type Wanted = { readonly userId: string; readonly action: string; readonly since: Date };

/** The facts of the newest event of an action since an instant; undefined before the sequencer has placed one. */
export async function findNewestEvent(tx: PersonTx, { userId, action, since }: Wanted) {
  const { rows } = await sql<{ facts: Readonly<Record<string, unknown>> }>`
    select facts from audit_entry where stream_kind = 'person' and stream_id = ${userId} and action = ${action} and at > ${since}
     order by seq desc limit 1`.execute(tx);
  return rows[0]?.facts;
}
