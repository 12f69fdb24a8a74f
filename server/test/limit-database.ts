// A real database for tests of rate limits, replicas of a server over it, and a way to let its time pass.
import { type Client as ClientType, Client } from 'pg';
import { newToken } from '#crypto/random.ts';
import { reveal } from '#crypto/secret.ts';
import { createLookup, type Lookup } from '#db/lookup.ts';
import { migrate } from '#db/migrate.ts';
import { type ConnectionSettings, openLanes } from '#db/pool.ts';
import { prepareDatabase, prepareRoles } from '#db/prepare.ts';
import { startTestCluster } from './cluster.ts';

export type LimitDatabase = AsyncDisposable & {
  /** Connections of the server's own role, as one more replica has them. */
  readonly openReplica: () => Lookup;
  /** A superuser's connection. */
  readonly admin: ClientType;
  readonly runtime: ConnectionSettings;
  /** Every stored limit sees this much time go by. */
  readonly passTime: (us: number) => Promise<void>;
};

export async function startLimitDatabase(): Promise<LimitDatabase> {
  const cluster = await startTestCluster();
  const passwords = { migrator: password(), runtime: password() };
  const database = 'limits';
  await prepareRoles(cluster.superuser, passwords);
  await prepareDatabase(cluster.superuser, database);
  const at = { host: cluster.superuser.host, port: cluster.superuser.port, database };
  await migrate({ ...at, user: 'holdfast_migrator', password: passwords.migrator });
  const runtime = { ...at, user: 'holdfast_runtime', password: passwords.runtime };
  const admin = new Client({ ...cluster.superuser, database });
  await admin.connect();
  const closers: (() => Promise<void>)[] = [];
  return {
    openReplica: () => {
      const lanes = openLanes(runtime, () => undefined);
      closers.push(lanes.close);
      return createLookup(lanes);
    },
    admin,
    runtime,
    passTime: async (us) => {
      await admin.query(`update holdfast.rate_limit set tat = tat - $1 * interval '1 microsecond'`, [us]);
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([admin.end(), ...closers.map((close) => close())]);
      await cluster[Symbol.asyncDispose]();
    },
  };
}

function password(): string {
  return reveal(newToken(), 'test.database');
}
