// Asks the database as the application does, in a context, and tells how each attempt ended.
import type { ClientBase } from 'pg';
import { type Context, settingsOf } from './owners.ts';

/** How a statement ended: with so many rows, or refused with a code and the constraint it ran into. */
export type Ending =
  | { readonly ok: true; readonly count: number; readonly rows: readonly Readonly<Record<string, unknown>>[] }
  | { readonly ok: false; readonly code: string; readonly constraint: string | undefined; readonly message: string };

export type Ask = (text: string, values?: readonly unknown[]) => Promise<Ending>;

/** Not allowed at all, or a row that the wall would not take. */
export const DENIED = '42501';

/**
 * Runs `work` in one transaction as holdfast_app in a context, and commits it, or undoes it. Each statement stands alone:
 * one that is refused does not stop the next.
 */
export async function asApp<T>(
  client: ClientBase,
  context: Context,
  work: (ask: Ask) => Promise<T>,
  end: 'commit' | 'rollback' = 'commit',
): Promise<T> {
  await client.query('begin; set local role holdfast_app');
  for (const [name, value] of Object.entries(settingsOf(context)))
    await client.query('select set_config($1, $2, true)', [name, value]);
  try {
    return await work((text, values = []) => attempt(client, text, values));
  } finally {
    await client.query(end);
  }
}

async function attempt(client: ClientBase, text: string, values: readonly unknown[]): Promise<Ending> {
  await client.query('savepoint attempt');
  try {
    const result = await client.query<Readonly<Record<string, unknown>>>(text, [...values]);
    await client.query('release savepoint attempt');
    return { ok: true, count: result.rowCount ?? 0, rows: result.rows };
  } catch (error) {
    await client.query('rollback to savepoint attempt');
    const { code, constraint, message } = error as { code?: string; constraint?: string; message: string };
    // Only what the server said is an answer; anything else is a fault of the test.
    if (code === undefined || !/^[0-9A-Z]{5}$/.test(code)) throw error;
    return { ok: false, code, constraint, message };
  }
}
