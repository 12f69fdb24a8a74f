// Reads as the server's own login, outside every scope: what the catalog says, and what the walls let through without one.
import { isConnectionFailure } from './errors.ts';
import type { Lanes } from './pool.ts';

/** Longer than any look into a catalog; a database that is slower is not one to pass. */
const STATEMENT_TIMEOUT_MS = 3_000;

export type ReadRow = Readonly<Record<string, unknown>>;

/** Runs one statement in a read-only transaction of the health lane and rolls it back. Throws what the server says. */
export async function readOnly(
  lanes: Lanes,
  statement: string,
  values: readonly unknown[] = [],
): Promise<readonly ReadRow[]> {
  const client = await lanes.checkout('health');
  let isBroken = false;
  try {
    await client.query(`begin read only; set local statement_timeout = ${STATEMENT_TIMEOUT_MS}`);
    const { rows } = await client.query<ReadRow>(statement, [...values]);
    return rows;
  } catch (error) {
    isBroken = isConnectionFailure(error);
    throw error;
  } finally {
    isBroken ||= !(await client.query('rollback').then(
      () => true,
      () => false,
    ));
    client.release(isBroken);
  }
}
