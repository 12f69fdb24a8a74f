// What the catalog of a migrated database says, as plain facts that rules can judge.
import type { ClientBase } from 'pg';

export type Table = {
  readonly name: string;
  readonly owner: string;
  readonly kind: string | null;
  readonly rules: number;
  readonly isForced: boolean;
};
export type Column = { readonly table: string; readonly name: string; readonly isNullable: boolean };
export type Policy = {
  readonly table: string;
  readonly name: string;
  readonly isPermissive: boolean;
  readonly command: string;
  readonly roles: readonly string[];
  readonly using: string | null;
  readonly check: string | null;
};
export type Index = {
  readonly table: string;
  readonly name: string;
  readonly columns: readonly string[];
  readonly isUnique: boolean;
  readonly isPrimary: boolean;
};
export type ForeignKey = {
  readonly name: string;
  readonly table: string;
  readonly columns: readonly string[];
  readonly target: string;
  readonly targetColumns: readonly string[];
};
export type Grant = {
  readonly what: string;
  readonly name: string;
  readonly column: string | null;
  readonly grantee: string;
  readonly privilege: string;
};
export type Routine = {
  readonly name: string;
  readonly owner: string;
  readonly isDefiner: boolean;
  readonly isLeakproof: boolean;
  readonly settings: readonly string[];
  readonly executors: readonly string[];
};
export type Relation = { readonly name: string; readonly kind: string; readonly options: readonly string[] };
export type Trigger = {
  readonly table: string;
  readonly name: string;
  readonly state: string;
  readonly firesOn: number;
};
export type Role = {
  readonly name: string;
  readonly isSuper: boolean;
  readonly isBypassing: boolean;
  readonly isMaking: boolean;
  readonly isReplicating: boolean;
  readonly isInheriting: boolean;
  readonly isLogin: boolean;
  readonly settings: readonly string[];
};

export type Facts = {
  readonly tables: readonly Table[];
  /** Tables that a rule names and that are not there. */
  readonly ruledButMissing: readonly string[];
  readonly columns: readonly Column[];
  readonly policies: readonly Policy[];
  readonly indexes: readonly Index[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly grants: readonly Grant[];
  readonly routines: readonly Routine[];
  /** Everything in the schema that is neither table nor index. */
  readonly otherRelations: readonly Relation[];
  readonly triggers: readonly Trigger[];
  readonly roles: readonly Role[];
  readonly memberships: readonly { readonly role: string; readonly member: string }[];
  /** Things outside the schema that somebody put there. */
  readonly strays: readonly string[];
};

/** Reads the facts in one transaction's view; the connection's search_path is set to the schema. */
export async function readFacts(client: ClientBase): Promise<Facts> {
  await client.query('set local search_path = holdfast');
  const rowsOf = async <T>(sql: string): Promise<readonly T[]> => (await client.query(sql)).rows as readonly T[];
  return {
    tables: await rowsOf(TABLES),
    ruledButMissing: (await rowsOf<{ name: string }>(RULED_BUT_MISSING)).map(({ name }) => name),
    columns: await rowsOf(COLUMNS),
    policies: await rowsOf(POLICIES),
    indexes: await rowsOf(INDEXES),
    foreignKeys: await rowsOf(FOREIGN_KEYS),
    grants: await rowsOf(GRANTS),
    routines: await rowsOf(ROUTINES),
    otherRelations: await rowsOf(OTHER_RELATIONS),
    triggers: await rowsOf(TRIGGERS),
    roles: await rowsOf(ROLES),
    memberships: await rowsOf(MEMBERSHIPS),
    strays: (await rowsOf<{ what: string }>(STRAYS)).map(({ what }) => what),
  };
}

const HERE = `join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'holdfast'`;
const IS_TABLE = `c.relkind in ('r', 'p')`;
const ROLE_NAME = `case when g.grantee = 0 then 'public' else pg_get_userbyid(g.grantee) end`;

const TABLES = `
  select c.relname as name, pg_get_userbyid(c.relowner) as owner, min(r.kind) as kind, count(r.kind)::int as rules,
         c.relrowsecurity and c.relforcerowsecurity as "isForced"
    from pg_class c ${HERE} left join table_rule r on r.table_name = c.relname
   where ${IS_TABLE} group by c.oid order by 1`;

const RULED_BUT_MISSING = `
  select r.table_name::text as name from table_rule r
   where not exists (select from pg_class c ${HERE} where c.relname = r.table_name and ${IS_TABLE}) order by 1`;

const COLUMNS = `
  select c.relname as table, a.attname as name, not a.attnotnull as "isNullable"
    from pg_class c ${HERE} join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
   where ${IS_TABLE} order by 1, a.attnum`;

const POLICIES = `
  select c.relname as table, p.polname as name, p.polpermissive as "isPermissive", p.polcmd::text as command,
         array(select case when o = 0 then 'public' else pg_get_userbyid(o)::text end from unnest(p.polroles) as o order by 1) as roles,
         pg_get_expr(p.polqual, p.polrelid) as using, pg_get_expr(p.polwithcheck, p.polrelid) as check
    from pg_class c ${HERE} join pg_policy p on p.polrelid = c.oid order by 1, 2`;

// An expression has no column; it stands in the list as its text.
const INDEXES = `
  select c.relname as table, x.relname as name, i.indisunique as "isUnique", i.indisprimary as "isPrimary",
         array(select coalesce(a.attname::text, pg_get_indexdef(i.indexrelid, k.place::int, true))
                 from unnest(i.indkey) with ordinality as k (attnum, place)
                 left join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum and k.attnum <> 0
                order by k.place) as columns
    from pg_class c ${HERE} join pg_index i on i.indrelid = c.oid join pg_class x on x.oid = i.indexrelid
   where ${IS_TABLE} order by 1, 2`;

const NAMES_OF = (table: string, keys: string): string => `
  array(select a.attname::text from unnest(${keys}) with ordinality as u (attnum, place)
          join pg_attribute a on a.attrelid = ${table} and a.attnum = u.attnum order by u.place)`;
const FOREIGN_KEYS = `
  select k.conname as name, c.relname as table, ${NAMES_OF('k.conrelid', 'k.conkey')} as columns,
         k.confrelid::regclass::text as target, ${NAMES_OF('k.confrelid', 'k.confkey')} as "targetColumns"
    from pg_class c ${HERE} join pg_constraint k on k.conrelid = c.oid and k.contype = 'f' order by 2, 1`;

// Without an entry the defaults hold; acldefault says what they are.
const GRANTS = `
  select 'table' as what, c.relname::text as name, null as column, ${ROLE_NAME} as grantee, lower(g.privilege_type) as privilege
    from pg_class c ${HERE} cross join aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) as g
   where ${IS_TABLE} and g.grantee <> c.relowner
  union all
  select 'table', c.relname, a.attname, ${ROLE_NAME}, lower(g.privilege_type)
    from pg_class c ${HERE} join pg_attribute a on a.attrelid = c.oid cross join aclexplode(a.attacl) as g where ${IS_TABLE}
  union all
  select 'schema', n.nspname, null, ${ROLE_NAME}, lower(g.privilege_type)
    from pg_namespace n cross join aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) as g
   where n.nspname in ('holdfast', 'public') and g.grantee <> n.nspowner
  union all
  select 'database', 'current', null, ${ROLE_NAME}, lower(g.privilege_type)
    from pg_database d cross join aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) as g
   where d.datname = current_database() and g.grantee <> d.datdba
  order by 1, 2, 3, 4, 5`;

const ROUTINES = `
  select p.oid::regprocedure::text as name, pg_get_userbyid(p.proowner)::text as owner, p.prosecdef as "isDefiner",
         p.proleakproof as "isLeakproof", coalesce(p.proconfig, '{}') as settings,
         array(select ${ROLE_NAME}::text from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as g
                where g.grantee <> p.proowner order by 1) as executors
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace and n.nspname = 'holdfast' order by 1`;

const OTHER_RELATIONS = `
  select c.relname as name, c.relkind::text as kind, coalesce(c.reloptions, '{}') as options
    from pg_class c ${HERE} where c.relkind not in ('r', 'p', 'i', 'I', 't', 'c') order by 1`;

const TRIGGERS = `
  select c.relname as table, t.tgname as name, t.tgenabled::text as state, t.tgtype::int as "firesOn"
    from pg_class c ${HERE} join pg_trigger t on t.tgrelid = c.oid and not t.tgisinternal order by 1, 2`;

const ROLES = `
  select rolname as name, rolsuper as "isSuper", rolbypassrls as "isBypassing", rolcreaterole or rolcreatedb as "isMaking",
         rolreplication as "isReplicating", rolinherit as "isInheriting", rolcanlogin as "isLogin",
         coalesce(rolconfig, '{}') as settings
    from pg_roles where rolname like 'holdfast\\_%' order by 1`;

const MEMBERSHIPS = `
  select r.rolname as role, m.rolname as member
    from pg_auth_members a join pg_roles r on r.oid = a.roleid join pg_roles m on m.oid = a.member
   where r.rolname like 'holdfast\\_%' or m.rolname like 'holdfast\\_%' order by 1, 2`;

const STRAYS = `
  select 'relation ' || c.oid::regclass as what from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where n.nspname not in ('holdfast', 'pg_catalog', 'information_schema', 'pg_toast') and n.nspname not like 'pg\\_%'
  union all
  select 'routine ' || p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
   where n.nspname not in ('holdfast', 'pg_catalog', 'information_schema')
  union all select 'extension ' || extname from pg_extension where extname <> 'plpgsql'
  union all select 'event trigger ' || evtname from pg_event_trigger
  union all select 'publication ' || pubname from pg_publication
  union all select 'foreign server ' || srvname from pg_foreign_server
  order by 1`;
