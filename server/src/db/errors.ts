// What can go wrong with the database, in words the pipeline can act on.

/**
 * unavailable: no connection within the time allowed · aborted: COMMIT did not commit ·
 * unknown_outcome: the connection broke while committing and nobody can say · out_of_date: schema and code do not match.
 */
export type DatabaseFault = 'unavailable' | 'aborted' | 'unknown_outcome' | 'out_of_date';

export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  readonly fault: DatabaseFault;

  constructor(fault: DatabaseFault, options: { readonly cause?: unknown; readonly detail?: string } = {}) {
    super(options.detail ?? fault, { cause: options.cause });
    this.fault = fault;
  }
}

/** The SQLSTATE of a PostgreSQL error, or of the error that caused it. */
export function sqlStateOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('severity' in error && 'code' in error && typeof error.code === 'string') return error.code;
  return 'cause' in error ? sqlStateOf(error.cause) : undefined;
}

/** Serialization failure, deadlock or a stale plan: running the whole transaction again is right. */
export function isRetryable(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state === '40001' || state === '40P01' || isStalePlan(error);
}

/**
 * A migration changed what a prepared statement returns. PostgreSQL says so at every use, so the connection is of no use
 * any more. The state alone says "not supported"; the routine is the same in every language.
 */
export function isStalePlan(error: unknown): boolean {
  return (
    sqlStateOf(error) === '0A000' &&
    typeof error === 'object' &&
    error !== null &&
    'routine' in error &&
    error.routine === 'RevalidateCachedQuery'
  );
}

/** Unique violation of a named constraint or index. */
export function isDuplicate(error: unknown, constraint: string): boolean {
  return (
    sqlStateOf(error) === '23505' &&
    typeof error === 'object' &&
    error !== null &&
    'constraint' in error &&
    error.constraint === constraint
  );
}

const BROKEN_CODES = /^(?:ECONN|EPIPE|ENOENT|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)/;
/** What the driver says, without a code, of a connection that ended or no longer answers. */
const BROKEN_MESSAGES =
  /Connection terminated|Query read timeout|timeout expired|Client has encountered|Client was closed|not queryable/;

/** The driver's own word that the connection is gone or silent: no error of a statement, and none of ours. */
function isDriverFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? error.code : undefined;
  return (typeof code === 'string' && BROKEN_CODES.test(code)) || BROKEN_MESSAGES.test(error.message);
}

/** True when the connection itself is gone or its state can't be known: SQLSTATE class 08 and 57P, or the driver's word. */
export function isConnectionFailure(error: unknown): boolean {
  if (error instanceof DatabaseError) return error.fault !== 'aborted';
  const state = sqlStateOf(error);
  if (state !== undefined) return state.startsWith('08') || state.startsWith('57P');
  return isDriverFailure(error);
}

/** The database can't serve now (starting, stopping, too many connections, unreachable, timed out): 503, never allowed. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof DatabaseError) return error.fault === 'unavailable';
  const state = sqlStateOf(error);
  if (state !== undefined) return /^(08|53|57P|57014|55P03|25P03)/.test(state);
  return isDriverFailure(error);
}
