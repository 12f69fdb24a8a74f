// Refuses to serve from a PostgreSQL that is too old, or as a role that the walls do not hold.
import type { Client } from 'pg';
import { DatabaseError } from './errors.ts';

export const POSTGRES_MAJOR_MIN = 15;

/** Throws out_of_date for a server older than PostgreSQL 15. */
export async function checkServerVersion(client: Client): Promise<void> {
  const { rows } = await client.query<{ server_version_num: string }>('show server_version_num');
  const number = Number(rows[0]?.server_version_num);
  if (number >= POSTGRES_MAJOR_MIN * 10_000) return;
  throw new DatabaseError('out_of_date', {
    detail: `PostgreSQL ${Math.floor(number / 10_000)} is too old; ${POSTGRES_MAJOR_MIN} or newer is needed.`,
  });
}

/** Throws when we are superuser, bypass row security, may create roles or databases, or own anything in the schema. */
export async function checkRuntimeRole(client: Client): Promise<void> {
  const { rows } = await client.query<{ name: string; risky: boolean; inherits: boolean; owned: string }>(`
    select r.rolname as name, r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolreplication as risky,
           r.rolinherit as inherits,
           (select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'holdfast' and c.relowner = r.oid) as owned
      from pg_roles r where r.rolname = session_user`);
  const [role] = rows;
  if (role !== undefined && !role.risky && !role.inherits && role.owned === '0') return;
  throw new DatabaseError('out_of_date', {
    detail: `The role ${role?.name ?? '?'} is superuser, owns tables, inherits or may pass row security; serve as holdfast_runtime, which \`holdfast database prepare\` makes.`,
  });
}
