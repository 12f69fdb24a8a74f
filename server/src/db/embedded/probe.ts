// Asks a server through its socket whether it is ready, knows our password and runs with the settings we promise.
import { Client } from 'pg';
import type { SuperuserSettings } from './credential.ts';
import { findErrorCode } from './errors.ts';
import type { Setting } from './settings.ts';

/** `silent`: nobody answers. `busy`: it answers and can't serve yet. `drifted` names each setting that isn't as wanted. */
export type ServerState =
  | { readonly state: 'ready' | 'busy' | 'silent' | 'rejected' }
  | { readonly state: 'drifted'; readonly settings: readonly string[] };

const CONNECT_MS_MAX = 5000;
// Class 57P: starting, stopping, recovering. 53300: all connections taken.
const BUSY_CODES = new Set(['57P01', '57P02', '57P03', '53300']);
// A wrong password (28P01); no such role, or a rule against us (28000).
const REJECTED_CODES = new Set(['28P01', '28000']);

/**
 * One connection, one question. Never throws: what goes wrong is the answer. Compares the settings that only the start of
 * the server decides; those that a role or session may set for itself say nothing here about the server.
 */
export async function probeServer(superuser: SuperuserSettings, wanted: readonly Setting[]): Promise<ServerState> {
  const client = new Client({
    ...superuser,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    query_timeout: CONNECT_MS_MAX,
    application_name: 'holdfast start',
  });
  // A connection that breaks between two answers is told here too; without a listener it would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    return stateOf(error);
  }
  try {
    const { rows } = await client.query<{ name: string; setting: string }>(
      `select name, setting from pg_settings where context in ('internal', 'postmaster', 'sighup')`,
    );
    const actual = new Map(rows.map(({ name, setting }) => [name, setting]));
    const drifted = wanted.filter(([name, value]) => (actual.get(name) ?? value) !== value).map(([name]) => name);
    return drifted.length === 0 ? { state: 'ready' } : { state: 'drifted', settings: drifted };
  } catch (error) {
    return stateOf(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function stateOf(error: unknown): ServerState {
  const code = findErrorCode(error) ?? '';
  if (REJECTED_CODES.has(code)) return { state: 'rejected' };
  return { state: BUSY_CODES.has(code) ? 'busy' : 'silent' };
}
