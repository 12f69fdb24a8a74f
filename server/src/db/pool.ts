// Connections in lanes, so that a flood of one kind of work cannot starve another.
import { Pool, type PoolClient, type PoolConfig } from 'pg';
import { DatabaseError, isConnectionFailure, isStalePlan } from './errors.ts';
import { type LogIn, logIn } from './log-in.ts';

/** health: probes · signIn: credentials and limits · requests: business transactions · jobs: background work. */
export type Lane = 'health' | 'signIn' | 'requests' | 'jobs';
export type Lanes = {
  readonly checkout: (lane: Lane) => Promise<PoolClient>;
  /** Tries to log in to the same database otherwise; no lane is used. */
  readonly logIn: LogIn;
  readonly patience: Patience;
  readonly close: () => Promise<void>;
};

/** How long work waits before it is refused (503): for a connection, for a lock, for one statement. */
export type Patience = { readonly checkoutMs: number; readonly lockMs: number; readonly statementMs: number };

/** Of the product: who waits for longer is better told to come back. */
export const PATIENCE: Patience = { checkoutMs: 3_000, lockMs: 2_000, statementMs: 5_000 };

const SIZES: Readonly<Record<Lane, number>> = { health: 1, signIn: 4, requests: 10, jobs: 3 };
/** Beyond the server's own statement time-outs: only a half-open connection is silent for so long. */
const QUERY_TIMEOUT_MS: Readonly<Record<Lane, number>> = {
  health: 3_000,
  signIn: 10_000,
  requests: 7_000,
  jobs: 120_000,
};

export type ConnectionSettings = Pick<
  PoolConfig,
  'host' | 'port' | 'user' | 'password' | 'database' | 'ssl' | 'connectionString'
>;

/** Opens the lanes lazily. A checkout that waits longer than it may, or cannot connect, throws `unavailable` (503). */
export function openLanes(
  settings: ConnectionSettings,
  onIdleError: (error: Error) => void,
  patience: Patience = PATIENCE,
): Lanes {
  const pools = new Map<Lane, Pool>();
  const open = (lane: Lane): Pool => {
    const pool = new Pool({
      ...settings,
      max: SIZES[lane],
      connectionTimeoutMillis: patience.checkoutMs,
      query_timeout: QUERY_TIMEOUT_MS[lane] + patience.statementMs - PATIENCE.statementMs,
      idleTimeoutMillis: 60_000,
      keepAlive: true,
      application_name: `holdfast ${lane}`,
    });
    // Without a listener an idle connection that breaks would end the process.
    pool.on('error', onIdleError);
    // The same holds while it is checked out, where the pool does not listen; whoever uses it hears of it from its query.
    pool.on('connect', (client) => client.on('error', () => undefined));
    pools.set(lane, pool);
    return pool;
  };
  return {
    checkout: async (lane) => {
      try {
        return await (pools.get(lane) ?? open(lane)).connect();
      } catch (error) {
        throw new DatabaseError('unavailable', { cause: error });
      }
    },
    logIn: (attempt) => logIn(settings, attempt),
    patience,
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.end()));
    },
  };
}

/** Gives a connection back; one that may be broken or in an unknown state is destroyed instead of reused. */
export function release(client: PoolClient, failure?: unknown): void {
  client.release(failure !== undefined && (isConnectionFailure(failure) || isStalePlan(failure)));
}

/** The server process behind a connection; 0 before it has told. */
export function backendOf(client: PoolClient): number {
  return 'processID' in client && typeof client.processID === 'number' ? client.processID : 0;
}
