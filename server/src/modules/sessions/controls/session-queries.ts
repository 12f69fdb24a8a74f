// What looks at sessions read: numbers, through a function that lends no more, and the triggers that end them.
import type { Database } from '#verification/instance.ts';

const ROWS = `select alive::integer as "alive", too_idle::integer as "tooIdle", too_long::integer as "tooLong",
  most_of_one::integer as "mostOfOne" from holdfast.look_at_sessions()`;

export type SessionRows = {
  readonly alive: number;
  /** That may be idle, or live, for longer than anybody may configure. */
  readonly tooIdle: number;
  readonly tooLong: number;
  /** Sessions of the person who has the most. */
  readonly mostOfOne: number;
};

type Query = Pick<Database, 'query'>;

/** Undefined when the database tells nothing. Throws what it says instead. */
export async function readSessionRows({ query }: Query, signal: AbortSignal): Promise<SessionRows | undefined> {
  const [row] = await query(ROWS, [], signal);
  // The statement above names and types every column.
  return row as SessionRows | undefined;
}

/** Triggers that end sessions or tell of their end: there, on the table they belong to, and firing. */
const TRIGGERS = `select t.tgname::text as name from pg_trigger t
  where not t.tgisinternal and t.tgenabled in ('O', 'A')
    and (t.tgname::text, t.tgrelid) in (('session_ended', 'holdfast.session'::regclass), ('member_changed', 'holdfast.member'::regclass),
                                        ('person_suspended', 'holdfast.person'::regclass))
  order by 1`;

export async function readTriggers({ query }: Query, signal: AbortSignal): Promise<readonly string[]> {
  return (await query(TRIGGERS, [], signal)).map(({ name }) => String(name));
}
