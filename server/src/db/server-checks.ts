// Refuses to serve from a PostgreSQL that is too old, or as a role that the walls do not hold.
import type { Client } from 'pg';
import { DatabaseError } from './errors.ts';

export const POSTGRES_MAJOR_MIN = 15;
/** What a transaction takes with SET LOCAL ROLE, and nothing else is held. */
const TAKEN_ROLES = ['holdfast_app', 'holdfast_sequencer', 'holdfast_maintenance'];

/** Throws out_of_date for a server older than PostgreSQL 15. */
export async function checkServerVersion(client: Client): Promise<void> {
  const { rows } = await client.query<{ server_version_num: string }>('show server_version_num');
  const number = Number(rows[0]?.server_version_num);
  if (number >= POSTGRES_MAJOR_MIN * 10_000) return;
  throw new DatabaseError('out_of_date', {
    detail: `PostgreSQL ${Math.floor(number / 10_000)} is too old; ${POSTGRES_MAJOR_MIN} or newer is needed.`,
  });
}

/**
 * Throws when we are superuser, bypass row security, may create roles or databases, own anything in the schema, or are a
 * member, at whatever remove, of a role beyond the three that a scope takes, or hold one of those other than for taking.
 */
export async function checkRuntimeRole(client: Client): Promise<void> {
  const { rows } = await client.query<{ name: string; risky: boolean; inherits: boolean; owned: string }>(`
    select r.rolname as name, r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolreplication as risky,
           r.rolinherit as inherits,
           (select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'holdfast' and c.relowner = r.oid) as owned
      from pg_roles r where r.rolname = session_user`);
  const [role] = rows;
  if (role === undefined || role.risky || role.inherits || role.owned !== '0')
    throw new DatabaseError('out_of_date', {
      detail: `The role ${role?.name ?? '?'} is superuser, owns tables, inherits or may pass row security; serve as holdfast_runtime, which \`holdfast database prepare\` makes.`,
    });
  await checkMemberships(client, role.name);
}

/** Since PostgreSQL 16 it is the membership that inherits, whatever the role says; before, the column is not there. */
async function checkMemberships(client: Client, name: string): Promise<void> {
  const { rows } = await client.query<{ granted: string; holder: string; expected: boolean }>(
    `
    with recursive held (role, holder, used) as (
      select m.roleid, m.member, m.admin_option or coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, false)
        from pg_auth_members m join pg_roles r on r.oid = m.member where r.rolname = session_user
      union
      select m.roleid, m.member, true from pg_auth_members m join held on m.member = held.role
    )
    select role.rolname as granted, holder.rolname as holder, role.rolname = any ($1) and not held.used as expected
      from held join pg_roles role on role.oid = held.role join pg_roles holder on holder.oid = held.holder
     order by expected, holder.rolname <> session_user, granted`,
    [TAKEN_ROLES],
  );
  const odd = rows.find(({ expected }) => !expected);
  if (odd === undefined) return;
  throw new DatabaseError('out_of_date', {
    detail: `The role ${name} may act as ${odd.granted} in a way no scope asks for, so the walls would not hold: \`revoke ${odd.granted} from ${odd.holder}\`, then run \`holdfast database prepare\` again.`,
  });
}
