// Writes docs/reference/schema.sql: the migrated schema as the catalog has it, in a text of our own that no release of PostgreSQL
// writes otherwise: tables, columns, constraints, indexes, policies, grants and functions without their bodies.
import type { Client } from 'pg';

type Line = { readonly at: string; readonly line: string };

/** The page; the client may be any role that can read the catalog. Sets the connection's search_path. */
export async function renderSchema(client: Client): Promise<string> {
  // Names of the schema are written without it; whatever is outside is written in full.
  await client.query('set search_path = holdfast');
  const [tables, columns, constraints, indexes, policies, tableGrants, functions, triggers] = [
    await linesOf(client, TABLES),
    await linesOf(client, COLUMNS),
    await linesOf(client, CONSTRAINTS),
    await linesOf(client, INDEXES),
    await linesOf(client, POLICIES),
    await linesOf(client, TABLE_GRANTS),
    await linesOf(client, FUNCTIONS),
    await linesOf(client, TRIGGERS),
  ];
  const parts = tables.map(({ at, line }) => {
    const of = (lines: readonly Line[]): readonly string[] =>
      lines.filter((one) => one.at === at).map((one) => one.line);
    const inside = [...of(columns), ...of(constraints)].map((text) => `  ${text}`).join(',\n');
    return [`${line} (\n${inside}\n);`, ...of(indexes), ...of(policies), ...of(tableGrants), ...of(triggers)].join(
      '\n',
    );
  });
  return `${[HEAD, ...parts, functions.map(({ line }) => line).join('\n')].join('\n\n')}\n`;
}

const HEAD = `-- Generated from the migrated database by \`npm run gen\`; do not edit. It is for reading: migrations make the schema.
-- Bodies of functions are in the migrations.`;

async function linesOf(client: Client, sql: string): Promise<readonly Line[]> {
  const { rows } = await client.query<Line>(sql);
  return rows;
}

const OURS = "n.nspname = 'holdfast'";
const FROM_TABLES = `pg_class c join pg_namespace n on n.oid = c.relnamespace and ${OURS} and c.relkind in ('r', 'p')`;

const TABLES = `
  select c.relname as at,
         'create ' || case c.relpersistence when 'u' then 'unlogged ' else '' end || 'table ' || c.relname
         || case when c.relrowsecurity and c.relforcerowsecurity then ' /* forced row security */' else '' end
         || coalesce(' /* ' || r.kind || ', on org delete: ' || r.on_org_delete || ', on person erase: ' || r.on_person_erase
                     || ', export: ' || r.export || ' */', '') as line
    from ${FROM_TABLES} left join table_rule r on r.table_name = c.relname
   order by c.relname collate "C"`;

const COLUMNS = `
  select c.relname as at,
         a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then ' not null' else '' end
         || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') as line
    from ${FROM_TABLES}
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
   order by c.relname collate "C", a.attnum`;

// PostgreSQL 18 lists NOT NULL as constraints too; the columns above say it already.
const CONSTRAINTS = `
  select c.relname as at, 'constraint ' || k.conname || ' ' || pg_get_constraintdef(k.oid) as line
    from ${FROM_TABLES} join pg_constraint k on k.conrelid = c.oid and k.contype in ('p', 'u', 'f', 'c', 'x')
   order by c.relname collate "C", k.contype::text collate "C" desc, k.conname collate "C"`;

const INDEXES = `
  select c.relname as at, pg_get_indexdef(i.indexrelid) || ';' as line
    from ${FROM_TABLES} join pg_index i on i.indrelid = c.oid join pg_class x on x.oid = i.indexrelid
   where not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
   order by c.relname collate "C", x.relname collate "C"`;

const POLICIES = `
  select c.relname as at,
         'create policy ' || p.polname || ' as ' || case when p.polpermissive then 'permissive' else 'restrictive' end
         || ' for ' || case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end
         || ' to ' || (select string_agg(case when o.role = 0 then 'public' else pg_get_userbyid(o.role) end, ', ' order by pg_get_userbyid(o.role) collate "C")
                         from unnest(p.polroles) as o (role))
         || coalesce(' using ' || pg_get_expr(p.polqual, p.polrelid), '')
         || coalesce(' with check ' || pg_get_expr(p.polwithcheck, p.polrelid), '') || ';' as line
    from ${FROM_TABLES} join pg_policy p on p.polrelid = c.oid
   order by c.relname collate "C", p.polname collate "C"`;

const TABLE_GRANTS = `
  with granted as (
    select c.relname, null::name as attname, g.grantee, g.privilege_type
      from ${FROM_TABLES} cross join aclexplode(c.relacl) as g where g.grantee <> c.relowner
    union all
    select c.relname, a.attname, g.grantee, g.privilege_type
      from ${FROM_TABLES} join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
     cross join aclexplode(a.attacl) as g where g.grantee <> c.relowner),
  per_privilege as (
    select relname, grantee, lower(privilege_type)
             || case when count(attname) > 0 then ' (' || string_agg(attname, ', ' order by attname collate "C") || ')' else '' end as what
      from granted group by relname, grantee, privilege_type, attname is null)
  select relname as at, 'grant ' || string_agg(what, ', ' order by what collate "C") || ' to '
         || case when grantee = 0 then 'public' else pg_get_userbyid(grantee) end || ';' as line
    from per_privilege group by relname, grantee
   order by relname collate "C", min(case when grantee = 0 then 'public' else pg_get_userbyid(grantee) end) collate "C"`;

const FUNCTIONS = `
  select p.proname as at,
         'create ' || case p.prokind when 'p' then 'procedure ' else 'function ' end
         || p.proname || '(' || pg_get_function_arguments(p.oid) || ')'
         || coalesce(' returns ' || pg_get_function_result(p.oid), '')
         || ' language ' || l.lanname || ' '
         || case p.provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end
         || case when p.prosecdef then ' security definer' else '' end
         || case when p.proleakproof then ' leakproof' else '' end
         || coalesce(' set ' || array_to_string(p.proconfig, ' set '), '')
         || ' /* owner ' || pg_get_userbyid(p.proowner)
         || coalesce('; execute: ' || (select string_agg(case when g.grantee = 0 then 'public' else pg_get_userbyid(g.grantee) end, ', '
                                              order by pg_get_userbyid(g.grantee) collate "C")
                                         from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as g where g.grantee <> p.proowner), '')
         || ' */;' as line
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace and ${OURS} join pg_language l on l.oid = p.prolang
   order by p.proname collate "C", pg_get_function_identity_arguments(p.oid) collate "C"`;

const TRIGGERS = `
  select c.relname as at, pg_get_triggerdef(t.oid) || ';' as line
    from ${FROM_TABLES} join pg_trigger t on t.tgrelid = c.oid and not t.tgisinternal
   order by c.relname collate "C", t.tgname collate "C"`;
