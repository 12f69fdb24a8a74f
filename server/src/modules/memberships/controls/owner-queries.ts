// What looks at owners reads: numbers, through a function that lends no more, and the trigger that keeps one.
import type { Database } from '#verification/instance.ts';

const OWNERS = `select organizations::integer as "organizations", with_none::integer as "withNone", with_one::integer as "withOne",
  exists (select from pg_trigger t where t.tgname = 'member_last_owner' and t.tgrelid = 'holdfast.member'::regclass
           and t.tgenabled in ('O', 'A')) as "isKept" from holdfast.look_at_owners()`;

export type Owners = {
  /** Of people; those that exist to be probed are not among them. */
  readonly organizations: number;
  /** How many of these have no active owner, or just one. */
  readonly withNone: number;
  readonly withOne: number;
  /** The database refuses to take the last one away. */
  readonly isKept: boolean;
};

/** Undefined when the database tells nothing. Throws what it says instead. */
export async function readOwners({ query }: Pick<Database, 'query'>, signal: AbortSignal): Promise<Owners | undefined> {
  const [row] = await query(OWNERS, [], signal);
  // The statement above names and types every column.
  return row as Owners | undefined;
}
