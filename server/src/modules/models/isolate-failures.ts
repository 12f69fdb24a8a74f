// Many items in one statement, and yet one that the database refuses fails alone: the rest is sent again without it.
import { DatabaseError, isConnectionFailure, isUnavailable, sqlStateOf } from '#db/errors.ts';

export type Outcome<A> =
  | { readonly ok: true; readonly answer: A }
  /** isUncertain: it was sent, and nobody can say whether it was committed. */
  | { readonly ok: false; readonly error: unknown; readonly isUncertain: boolean };

/**
 * Sends all items together; when the statement itself is refused, in halves, down to the item that is to blame. `send` is
 * all or nothing. Never rejects: the outcomes are in the order of the items.
 */
export async function sendIsolating<I, A>(
  items: readonly I[],
  send: (items: readonly I[]) => Promise<readonly A[]>,
): Promise<readonly Outcome<A>[]> {
  try {
    const answers = await send(items);
    return answers.map((answer) => ({ ok: true, answer }));
  } catch (error) {
    if (items.length > 1 && isRefusedStatement(error)) {
      const middle = items.length >> 1;
      const first = await sendIsolating(items.slice(0, middle), send);
      return [...first, ...(await sendIsolating(items.slice(middle), send))];
    }
    return items.map(() => ({ ok: false, error, isUncertain: isUncertain(error) }));
  }
}

/** PostgreSQL read the statement and refused it: sending it again as it is would end the same way. */
export function isRefusedStatement(error: unknown): boolean {
  return sqlStateOf(error) !== undefined && !isUnavailable(error) && !isConnectionFailure(error);
}

/** A connection that was not had carried nothing, and an error PostgreSQL reports on a sound connection undid everything. */
function isUncertain(error: unknown): boolean {
  if (error instanceof DatabaseError) return error.fault !== 'unavailable';
  return sqlStateOf(error) === undefined || isConnectionFailure(error);
}
