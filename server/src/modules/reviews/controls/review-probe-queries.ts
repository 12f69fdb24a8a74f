// What the control of access reviews reads: numbers, through a function that lends no more.
import type { Database } from '#verification/instance.ts';

const OWED = `select organizations::integer as "organizations", overdue::integer as "overdue", unclosed::integer as "unclosed",
  worst_days_late as "worstDaysLate" from holdfast.look_at_reviews($1)`;

export type Owed = {
  /** That were looked at. */
  readonly organizations: number;
  /** Organizations in which the newest closed review of everything is older than it may be. */
  readonly overdue: number;
  /** Reviews that are past their due date and have not closed. */
  readonly unclosed: number;
  readonly worstDaysLate: number;
};

/** Undefined when the database tells nothing. Throws what it says instead. */
export async function readOwed(
  { query }: Pick<Database, 'query'>,
  graceDays: number,
  signal: AbortSignal,
): Promise<Owed | undefined> {
  const [row] = await query(OWED, [graceDays], signal);
  // The statement above names and types every column.
  return row as Owed | undefined;
}
