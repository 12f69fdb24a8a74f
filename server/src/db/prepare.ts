// Makes a cluster and a database ready for the first migration: roles, passwords, the database, its schema. Needs a superuser.
import { readFileSync } from 'node:fs';
import { escapeIdentifier, escapeLiteral } from 'pg';
import { connectOnce } from './connect-once.ts';
import type { ConnectionSettings } from './pool.ts';

export type RolePasswords = { readonly migrator: string; readonly runtime: string };

const ROLES = readFileSync(new URL('./roles.sql', import.meta.url), 'utf8');
const DATABASE = readFileSync(new URL('./database.sql', import.meta.url), 'utf8');

/** Creates or repairs the cluster-wide roles and sets the passwords of the two that log in. Idempotent. */
export async function prepareRoles(superuser: ConnectionSettings, passwords: RolePasswords): Promise<void> {
  await connectOnce(superuser, 'prepare', async (client) => {
    await client.query(ROLES);
    await client.query(`alter role holdfast_migrator password ${escapeLiteral(passwords.migrator)}`);
    await client.query(`alter role holdfast_runtime password ${escapeLiteral(passwords.runtime)}`);
  });
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
