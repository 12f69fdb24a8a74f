// One connection for one piece of administrative work: preparing, migrating, checking. Serving goes through the lanes.
import { Client } from 'pg';
import type { ConnectionSettings } from './pool.ts';

export type { Client } from 'pg';

/** Connects, works, disconnects; gives up connecting after 10 s. */
export async function connectOnce<T>(
  settings: ConnectionSettings,
  applicationName: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({
    ...settings,
    connectionTimeoutMillis: 10_000,
    application_name: `holdfast ${applicationName}`,
  });
  // A connection that breaks fails the query on it; without this it would end the process too.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
