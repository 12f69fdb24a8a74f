// Makes a cluster and a database ready for the first migration: roles, passwords, the database, its schema. Needs a superuser.
import { readFileSync } from 'node:fs';
import { escapeIdentifier, escapeLiteral } from 'pg';
import { makeScramVerifier } from '#crypto/scram.ts';
import { toSecret } from '#crypto/secret.ts';
import { type Client, connectOnce } from './connect-once.ts';
import { DatabaseError, isConnectionFailure } from './errors.ts';
import type { ConnectionSettings } from './pool.ts';
import { checkServerVersion } from './server-checks.ts';

export type RolePasswords = { readonly migrator: string; readonly runtime: string };

const ROLES = readFileSync(new URL('./roles.sql', import.meta.url), 'utf8');
const DATABASE = readFileSync(new URL('./database.sql', import.meta.url), 'utf8');

/**
 * Creates or repairs the cluster-wide roles and sets the passwords of the two that log in, all of it or nothing. Idempotent.
 * What is sent is a verifier: neither the server's log nor its statistics ever see a password. Throws DatabaseError
 * out_of_date for a server that is too old, unknown_outcome when the connection broke while committing.
 */
export async function prepareRoles(superuser: ConnectionSettings, passwords: RolePasswords): Promise<void> {
  const statements = [
    ROLES,
    setPassword('holdfast_migrator', passwords.migrator),
    setPassword('holdfast_runtime', passwords.runtime),
  ];
  await connectOnce(superuser, 'prepare', async (client) => {
    await checkServerVersion(client);
    await client.query('begin');
    for (const statement of statements) await client.query(statement);
    await commit(client);
  });
}

function setPassword(role: string, password: string): string {
  return `alter role ${role} password ${escapeLiteral(makeScramVerifier(toSecret(password)))}`;
}

async function commit(client: Client): Promise<void> {
  try {
    const { command } = await client.query('commit');
    if (command !== 'COMMIT') throw new DatabaseError('aborted');
  } catch (error) {
    throw isConnectionFailure(error) ? new DatabaseError('unknown_outcome', { cause: error }) : error;
  }
}

/** Creates the database if it is missing, and the schema in it. Idempotent. */
export async function prepareDatabase(superuser: ConnectionSettings, name: string): Promise<void> {
  await connectOnce(superuser, 'prepare', async (client) => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount === 0)
      await client.query(
        `create database ${escapeIdentifier(name)} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C.UTF-8'`,
      );
  });
  await connectOnce({ ...superuser, database: name }, 'prepare', (client) => client.query(DATABASE));
}
