// A migrated database with a row of every owner in every table, and a connection as the server's own login.
import { Client } from 'pg';
import { cloneTemplate } from '../world.ts';
import type { Facts } from '../catalog/facts.ts';
import { fillTables, type Owned, type RowsByTable } from './rows.ts';
import { readShapes, type TableShape } from './schema.ts';

export type Walls = AsyncDisposable & {
  readonly client: Client;
  readonly superuser: Client;
  readonly shapes: readonly TableShape[];
  readonly facts: Facts;
  readonly filled: RowsByTable;
  readonly rowsOf: (shape: TableShape) => readonly Owned[];
  /** Whether the application has a privilege on the whole of a table. */
  readonly mayApp: (table: string, privilege: string) => boolean;
};

export async function openWalls(): Promise<Walls> {
  const database = await cloneTemplate();
  const superuser = new Client(database.as('superuser'));
  const client = new Client(database.as('runtime'));
  await Promise.all([superuser.connect(), client.connect()]);
  const { shapes, facts } = await readShapes(superuser);
  const filled = await fillTables(superuser, shapes);
  const granted = new Set(
    facts.grants
      .filter(({ grantee, column }) => grantee === 'holdfast_app' && column === null)
      .map(({ name, privilege }) => `${name} ${privilege}`),
  );
  return {
    client,
    superuser,
    shapes,
    facts,
    filled,
    rowsOf: ({ name }) => filled.get(name) ?? [],
    mayApp: (table, privilege) => granted.has(`${table} ${privilege}`),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([superuser.end(), client.end()]);
      await database[Symbol.asyncDispose]();
    },
  };
}
