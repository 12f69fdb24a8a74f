// Reads for those who check: as the server's own login outside every scope, and as the application in an organization's.
import { CompiledQuery } from 'kysely';
import { isConnectionFailure } from './errors.ts';
import type { Lanes } from './pool.ts';
import { inScope, type OrgTx } from './scope.ts';

/** Longer than any look into a catalog; a database that is slower is not one to pass. */
const STATEMENT_TIMEOUT_MS = 3_000;

export type ReadRow = Readonly<Record<string, unknown>>;
type Result = { readonly rows: readonly ReadRow[] };

/**
 * Runs a text in a read-only transaction of the health lane and rolls it back. Without values it may be several statements,
 * such as `set local role …; select …`: the rows are the last one's. Throws what the server says.
 */
export async function readOnly(
  lanes: Lanes,
  statement: string,
  values: readonly unknown[] = [],
): Promise<readonly ReadRow[]> {
  const client = await lanes.checkout('health');
  let isBroken = false;
  try {
    await client.query(`begin read only; set local statement_timeout = ${STATEMENT_TIMEOUT_MS}`);
    // The driver gives a list of results for several statements, which its types do not say.
    const results: Result | readonly Result[] = await client.query<ReadRow>(statement, [...values]);
    return (isList(results) ? results.at(-1) : results)?.rows ?? [];
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

function isList(results: Result | readonly Result[]): results is readonly Result[] {
  return Array.isArray(results);
}

/** Runs one statement as the application in an organization's scope, in a transaction that cannot write. */
export function readAsOrganization(
  lanes: Lanes,
  orgId: string,
  statement: string,
  values: readonly unknown[] = [],
): Promise<readonly ReadRow[]> {
  return inScope<OrgTx, readonly ReadRow[]>(
    lanes,
    { orgId },
    async ({ tx }) => (await tx.executeQuery<ReadRow>(CompiledQuery.raw(statement, [...values]))).rows,
    { lane: 'health', readOnly: true, statementTimeoutMs: STATEMENT_TIMEOUT_MS },
  );
}
