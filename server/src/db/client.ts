// A Kysely bound to one checked-out connection: the scope owns the transaction, Kysely only writes SQL.
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import type { PoolClient } from 'pg';
import { createStatementNames } from './statement-names.ts';

const names = createStatementNames();
const bound = new WeakMap<PoolClient, Kysely<unknown>>();

/** The query builder of a connection; made once for each connection and reused by every transaction on it. */
export function queryBuilderFor<DB>(client: PoolClient): Kysely<DB> {
  let kysely = bound.get(client);
  if (kysely === undefined) {
    kysely = new Kysely<unknown>({
      dialect: {
        createAdapter: () => new PostgresAdapter(),
        createDriver: () => driverOver(client),
        createIntrospector: (db) => new PostgresIntrospector(db),
        createQueryCompiler: () => new PostgresQueryCompiler(),
      },
    });
    bound.set(client, kysely);
  }
  // The brand of tables is given by the scope that checked the connection out.
  return kysely as Kysely<DB>;
}

function driverOver(client: PoolClient): Driver {
  const connection: DatabaseConnection = {
    executeQuery: async <R>(query: CompiledQuery): Promise<QueryResult<R>> => {
      const name = names.nameOf(query.sql);
      const values = [...query.parameters];
      const result = await client.query({ ...(name === undefined ? {} : { name }), text: query.sql, values });
      return { rows: result.rows as R[], numAffectedRows: BigInt(result.rowCount ?? 0) };
    },
    streamQuery: () => {
      throw new Error('Streaming queries are not offered inside a scope.');
    },
  };
  const refuse = (): never => {
    throw new Error('The scope owns the transaction; it cannot be begun, committed or rolled back inside.');
  };
  return {
    init: async () => {},
    acquireConnection: async () => connection,
    beginTransaction: async () => refuse(),
    commitTransaction: async () => refuse(),
    rollbackTransaction: async () => refuse(),
    releaseConnection: async () => {},
    destroy: async () => {},
  };
}
