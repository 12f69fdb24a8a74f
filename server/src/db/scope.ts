// The only doors to data. A query function takes an OrgTx, PersonTx or SystemTx, which nothing but `inScope` can make,
// so an unscoped query does not compile; and the database shows no row without the settings made here.
import { type Kysely, sql } from 'kysely';
import type { PoolClient } from 'pg';
import { queryBuilderFor } from './client.ts';
import { DatabaseError, isConnectionFailure, isRetryable, isStalePlan } from './errors.ts';
import { backendOf, type Lane, type Lanes, type Patience } from './pool.ts';
import type { OrgTables, PersonTables, ProjectTables, StreamTables, SystemTables } from './types.ts';

declare const scopeBrand: unique symbol;
type Scoped<Tables, Name extends string> = Kysely<Tables & StreamTables> & {
  readonly [scopeBrand]: { readonly [K in Name]: true };
};

export type OrgTx = Scoped<OrgTables, 'org'>;
/** Inside one project of the organization that the scope names too. */
export type ProjectTx = Scoped<ProjectTables, 'project'>;
export type PersonTx = Scoped<PersonTables, 'person'>;
export type SystemTx = Scoped<SystemTables, 'system'>;

/** What a transaction may see: any of an organization's tables, those of one project in it, a person's, and the installation's. */
export type Scope = {
  readonly orgId?: string;
  /** Says nothing without the organization. */
  readonly projectId?: string;
  readonly userId?: string;
  readonly system?: true;
};
export type DatabaseRole = 'holdfast_app' | 'holdfast_sequencer' | 'holdfast_maintenance';

export type ScopeOptions = {
  readonly lane?: Lane;
  readonly role?: DatabaseRole;
  readonly statementTimeoutMs?: number;
  readonly readOnly?: boolean;
  /**
   * Answers after a connection lost at COMMIT whether the transaction of that server process took effect; undefined when
   * it may still be committing.
   */
  readonly tookEffect?: (backend: number) => Promise<boolean | undefined>;
};

export type Opened<Tx> = { readonly tx: Tx; readonly now: Date };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const ATTEMPTS_MAX = 4;

/**
 * Runs `work` in one transaction under `scope` and commits it. Serialization failures run the whole of `work` again,
 * so it must have no effect outside the transaction. Throws DatabaseError when the outcome is not a commit.
 */
export async function inScope<Tx, T>(
  lanes: Lanes,
  scope: Scope,
  work: (opened: Opened<Tx>) => Promise<T>,
  options: ScopeOptions = {},
): Promise<T> {
  const begin = beginTrip(scope, options, lanes.patience);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attemptOnce<Tx, T>(lanes, begin, work, options);
    } catch (error) {
      if (attempt === ATTEMPTS_MAX || !isRetryable(error)) throw error;
    }
  }
}

async function attemptOnce<Tx, T>(
  lanes: Lanes,
  begin: string,
  work: (opened: Opened<Tx>) => Promise<T>,
  options: ScopeOptions,
): Promise<T> {
  const client = await lanes.checkout(options.lane ?? 'requests');
  let isBroken = false;
  try {
    const now = await sendBegin(client, begin);
    // The brand is made here and nowhere else: this connection now carries the settings of the scope.
    const tx = queryBuilderFor(client) as unknown as Tx;
    const result = await work({ tx, now });
    await commit(client, options.tookEffect);
    return result;
  } catch (error) {
    // A connection that is gone or silent is not asked to roll back: that would be a second wait for nothing.
    isBroken = isConnectionFailure(error) || !(await rollsBack(client)) || isStalePlan(error);
    throw error;
  } finally {
    client.release(isBroken);
  }
}

/**
 * Does something inside the wall of one project of the organization that the transaction is in; after it the transaction is where
 * it was. A right to the project is for the caller to ask: its wall goes on to demand the organization of the transaction.
 */
export async function inProject<T>(
  tx: OrgTx,
  projectId: string,
  work: (tx: OrgTx & ProjectTx) => Promise<T>,
): Promise<T> {
  const before = await enterProject(tx, uuidOrEmpty(projectId));
  try {
    // The brand is made for as long as the setting of it stands.
    return await work(tx as OrgTx & ProjectTx);
  } finally {
    // A transaction that has failed takes no more statements, and its settings end with it.
    await enterProject(tx, before).catch(() => undefined);
  }
}

/** Returns the project that the transaction was in. */
async function enterProject(tx: OrgTx, projectId: string): Promise<string> {
  const { rows } = await sql<{ readonly before: string | null }>`
    with now_in as materialized (select current_setting('holdfast.project_id', true) as before)
    select before, set_config('holdfast.project_id', ${projectId}, true) from now_in`.execute(tx);
  return rows[0]?.before ?? '';
}

/** BEGIN, the role, the tenant, the time-outs and the clock in one round trip; every literal is validated, not quoted. */
function beginTrip(scope: Scope, options: ScopeOptions, { lockMs, statementMs }: Patience): string {
  if (scope.projectId !== undefined && scope.orgId === undefined)
    throw new TypeError('A scope names a project together with its organization.');
  const settings = [
    `set_config('holdfast.org_id', '${uuidOrEmpty(scope.orgId)}', true)`,
    `set_config('holdfast.project_id', '${uuidOrEmpty(scope.projectId)}', true)`,
    `set_config('holdfast.user_id', '${uuidOrEmpty(scope.userId)}', true)`,
    `set_config('holdfast.system', '${scope.system === true ? 'on' : ''}', true)`,
    `set_config('statement_timeout', '${milliseconds(options.statementTimeoutMs ?? statementMs)}', true)`,
    `set_config('lock_timeout', '${milliseconds(lockMs)}', true)`,
    `set_config('idle_in_transaction_session_timeout', '15000', true)`,
  ];
  const mode = options.readOnly === true ? ' read only' : '';
  return `begin${mode}; set local role ${options.role ?? 'holdfast_app'}; select now() as now, ${settings.join(', ')}`;
}

async function sendBegin(client: PoolClient, begin: string): Promise<Date> {
  const results = (await client.query(begin)) as unknown as readonly {
    readonly rows: readonly { readonly now?: unknown }[];
  }[];
  const now = results.at(-1)?.rows[0]?.now;
  if (!(now instanceof Date)) throw new DatabaseError('unavailable', { detail: 'begin gave no clock' });
  return now;
}

/** PostgreSQL answers COMMIT of an aborted transaction with the tag ROLLBACK and no error; only the tag tells. */
async function commit(client: PoolClient, tookEffect: ScopeOptions['tookEffect']): Promise<void> {
  try {
    const result = await client.query('commit');
    if (result.command !== 'COMMIT') throw new DatabaseError('aborted');
  } catch (error) {
    if (error instanceof DatabaseError || !isConnectionFailure(error)) throw error;
    const effective = await tookEffect?.(backendOf(client)).catch(() => undefined);
    if (effective === true) return;
    throw new DatabaseError(effective === false ? 'unavailable' : 'unknown_outcome', { cause: error });
  }
}

function rollsBack(client: PoolClient): Promise<boolean> {
  return client.query('rollback').then(
    () => true,
    () => false,
  );
}

function uuidOrEmpty(value: string | undefined): string {
  if (value === undefined) return '';
  if (!UUID.test(value)) throw new TypeError('A scope takes canonical UUIDs only.');
  return value;
}

function milliseconds(value: number): number {
  if (!Number.isSafeInteger(value) || value < 1)
    throw new TypeError('A time-out is a positive whole number of milliseconds.');
  return value;
}
