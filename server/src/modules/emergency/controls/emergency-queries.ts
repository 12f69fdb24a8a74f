// What the control of break-glass reads: numbers, through a function that lends no more.
import type { Database } from '#verification/instance.ts';

const USES = `select late_sessions::integer as "lateSessions", unreviewed::integer as "unreviewed",
  oldest_unreviewed_days as "oldestUnreviewedDays", unsealed::integer as "unsealed", used_again::integer as "usedAgain",
  alone::integer as "alone", untold::integer as "untold", given_up::integer as "givenUp", overdue::integer as "overdue"
  from holdfast.look_at_emergencies()`;

export type Uses = {
  /** That may live for longer than an hour. */
  readonly lateSessions: number;
  /** That are over, and have no review. */
  readonly unreviewed: number;
  readonly oldestUnreviewedDays: number;
  /** Organizations that used it and have sealed no new credential. */
  readonly unsealed: number;
  /** Organizations that used it twice within 90 days. */
  readonly usedAgain: number;
  /** Uses of the last 90 days by the operator alone: told, and no fault. */
  readonly alone: number;
  /** Openings of the last 7 days that a webhook was there for, and was sent nothing of. */
  readonly untold: number;
  /** Alarms of the last 7 days that a webhook was tried with in vain, for a day. */
  readonly givenUp: number;
  /** Live seals that are older than 180 days. */
  readonly overdue: number;
};

/** Undefined when the database tells nothing. Throws what it says instead. */
export async function readUses({ query }: Pick<Database, 'query'>, signal: AbortSignal): Promise<Uses | undefined> {
  const [row] = await query(USES, [], signal);
  // The statement above names and types every column.
  return row as Uses | undefined;
}
