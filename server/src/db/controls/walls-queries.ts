// What the catalog says of the walls, and how many rows are seen with and without a scope: facts as JSON, made by the database.

/** Names are written the same whatever the login's search path is; the rules of tables are the installation's. */
const ENTER = `
  set local search_path = holdfast, pg_catalog;
  set local role holdfast_app;
  select set_config('holdfast.system', 'on', true);`;

const HERE = `c.relnamespace = 'holdfast'::regnamespace`;
const NAMES_OF = (table: string, keys: string): string => `
  (select jsonb_agg(a.attname order by u.place) from unnest(${keys}) with ordinality as u (attnum, place)
     join pg_attribute a on a.attrelid = ${table} and a.attnum = u.attnum)`;
const RULE_OF = (table: string): string => `
  (select r.kind from holdfast.table_rule r join pg_class t on t.relname = r.table_name and t.oid = ${table})`;

/** Every table and partition of the schema. */
export const TABLES = `${ENTER}
  select c.relname::text as name, jsonb_build_object(
           'kind', ${RULE_OF('c.oid')},
           'isSecured', c.relrowsecurity,
           'isForced', c.relforcerowsecurity,
           'primaryKey', coalesce((select ${NAMES_OF('c.oid', 'i.indkey')} from pg_index i where i.indrelid = c.oid and i.indisprimary), '[]'),
           'policies', coalesce((
             select jsonb_agg(jsonb_build_object(
                      'name', p.polname, 'isPermissive', p.polpermissive, 'command', p.polcmd::text,
                      'roles', (select jsonb_agg(case when o = 0 then 'public' else pg_get_userbyid(o) end) from unnest(p.polroles) as o),
                      'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid)) order by p.polname)
               from pg_policy p where p.polrelid = c.oid), '[]'),
           'references', coalesce((
             select jsonb_agg(jsonb_build_object(
                      'name', k.conname, 'columns', ${NAMES_OF('k.conrelid', 'k.conkey')}, 'kind', ${RULE_OF('k.confrelid')},
                      'target', k.confrelid::regclass::text, 'targetColumns', ${NAMES_OF('k.confrelid', 'k.confkey')}) order by k.conname)
               from pg_constraint k where k.conrelid = c.oid and k.contype = 'f'), '[]')) as facts
    from pg_class c where ${HERE} and c.relkind in ('r', 'p') order by 1`;

/** Functions that lend the rights of their owner. */
export const LENDERS = `${ENTER}
  select p.oid::regprocedure::text as name, jsonb_build_object(
           'owner', pg_get_userbyid(p.proowner),
           'settings', to_jsonb(coalesce(p.proconfig, '{}')),
           'callers', coalesce((select jsonb_agg(case when g.grantee = 0 then 'public' else pg_get_userbyid(g.grantee) end order by g.grantee)
                                  from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as g
                                 where g.grantee <> p.proowner), '[]')) as facts
    from pg_proc p where p.pronamespace = 'holdfast'::regnamespace and p.prosecdef order by 1`;

/** How many there are of each, counted apart; everything else that shows rows; and the rules of tables that are not there. */
export const SCHEMA = `${ENTER}
  select 'holdfast' as name, jsonb_build_object(
           'tables', (select count(*) from pg_class c where ${HERE} and c.relkind in ('r', 'p')),
           'lenders', (select count(*) from pg_proc p where p.pronamespace = 'holdfast'::regnamespace and p.prosecdef),
           'views', coalesce((
             select jsonb_agg(jsonb_build_object('name', c.relname, 'form', c.relkind::text,
                      'options', to_jsonb(coalesce(c.reloptions, '{}'))) order by c.relname)
               from pg_class c where ${HERE} and c.relkind in ('v', 'm', 'f')), '[]'),
           'ruledButMissing', coalesce((
             select jsonb_agg(r.table_name order by r.table_name) from holdfast.table_rule r
              where not exists (select from pg_class c where ${HERE} and c.relname = r.table_name)), '[]')) as facts`;

/** The two organizations that exist to be probed, once a run has founded them. */
export const PROBED = `${ENTER}
  select replace(name, 'probe_tenant_', '') as which, value ->> 'organization' as organization
    from holdfast.installation where name in ('probe_tenant_one', 'probe_tenant_other') order by 1`;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A scope as a transaction enters it; without members it is none. */
export type SeenScope = {
  readonly organization?: string;
  readonly project?: string;
  readonly person?: string;
  readonly system?: true;
};

/** Counts under a scope, as rows of a name and a count. Whose rows they are is written in each text. */
export function countUnder(scope: SeenScope, counts: readonly string[]): string {
  const set = (name: string, value: string): string => `select set_config('holdfast.${name}', '${value}', true)`;
  return [
    'set local search_path = holdfast, pg_catalog',
    'set local role holdfast_app',
    set('org_id', scope.organization === undefined ? '' : quoteUuid(scope.organization)),
    set('project_id', scope.project === undefined ? '' : quoteUuid(scope.project)),
    set('user_id', scope.person === undefined ? '' : quoteUuid(scope.person)),
    set('system', scope.system === true ? 'on' : ''),
    counts.join(' union all '),
  ].join('; ');
}

/** How many rows of a table belong to somebody; all of them where nobody is named. */
export function countOf(table: string, whose?: { readonly column: string; readonly id: string }): string {
  const where = whose === undefined ? '' : ` where ${whose.column} = '${quoteUuid(whose.id)}'`;
  return `select '${table}' as name, count(*)::int as count from holdfast.${table}${where}`;
}

/** 1 where the transaction stands in a project, or in another one than was named: told like rows, though a project may have none. */
export function countContext(name: string, other?: string): string {
  const whether = other === undefined ? 'is not null' : `is distinct from '${quoteUuid(other)}'`;
  return `select '${name}' as name, (holdfast.current_project() ${whether})::int as count`;
}

/** The people of an organization, seen from inside it. */
export function peopleOf(organization: string): string {
  return countUnder({ organization }, [`select user_id::text as person from holdfast.member order by 1 limit 1`]);
}

/** The texts take no values, because they are several statements; nothing but a UUID gets in. */
function quoteUuid(id: string): string {
  if (!UUID.test(id)) throw new TypeError('only a UUID may stand in a statement');
  return id;
}
