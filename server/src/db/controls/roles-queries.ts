// What the catalog says of the login of the server and the roles it takes: facts as JSON, made by the database.

/** The login this session came in with, and what it takes in a transaction. */
export const ROLES = `
  set local search_path = pg_catalog;
  with recursive watched as (
    select r.* from pg_roles r
     where r.rolname = session_user or r.rolname in ('holdfast_app', 'holdfast_sequencer', 'holdfast_maintenance')
  ), held (holder, role, used) as (
    select m.member, m.roleid, m.admin_option or coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, false)
      from pg_auth_members m join watched w on w.oid = m.member
    union
    select held.holder, m.roleid, true from pg_auth_members m join held on held.role = m.member
  )
  select r.rolname::text as name, jsonb_build_object(
           'isLogin', r.rolname = session_user,
           'mayLogIn', r.rolcanlogin,
           'powers', (select coalesce(jsonb_agg(p.power order by p.power), '[]') from (values
              (r.rolsuper, 'superuser'), (r.rolbypassrls, 'bypassrls'), (r.rolcreaterole, 'createrole'),
              (r.rolcreatedb, 'createdb'), (r.rolreplication, 'replication'), (r.rolinherit, 'inherit')) as p (has, power) where p.has),
           'taken', (select coalesce(jsonb_agg(distinct g.rolname), '[]') from held join pg_roles g on g.oid = held.role
                      where held.holder = r.oid and not held.used),
           'held', (select coalesce(jsonb_agg(distinct g.rolname), '[]') from held join pg_roles g on g.oid = held.role
                     where held.holder = r.oid and held.used),
           'owns', (select coalesce(jsonb_agg(o.what order by o.what), '[]') from (
              select 'relation ' || c.relname as what from pg_class c where c.relowner = r.oid and c.relpersistence <> 't'
              union all select 'routine ' || f.proname from pg_proc f where f.proowner = r.oid
              union all select 'schema ' || n.nspname from pg_namespace n where n.nspowner = r.oid and n.nspname not like 'pg\\_%temp\\_%'
              union all select 'database ' || d.datname from pg_database d where d.datdba = r.oid
              limit 20) as o),
           'makes', (select coalesce(jsonb_agg(m.what order by m.what), '[]') from (
              select 'in schema ' || n.nspname as what from pg_namespace n
               where n.nspname in ('holdfast', 'public') and has_schema_privilege(r.oid, n.oid, 'create')
              union all
              select 'in the database' where has_database_privilege(r.oid, current_database(), 'create')) as m),
           'enters', has_schema_privilege(r.oid, 'holdfast', 'usage')) as facts
    from watched r order by 1`;

/** How this session reaches the database, as the database sees it. */
export const LINK = `
  select 'link' as name, jsonb_build_object(
           'client', case when inet_client_addr() is null then 'socket'
                          when inet_client_addr() << inet '127.0.0.0/8' or inet_client_addr() = inet '::1' then 'loopback' else 'network' end,
           'isEncrypted', coalesce(s.ssl, false), 'version', s.version) as facts
    from (select pg_backend_pid() as pid) as own left join pg_stat_ssl s on s.pid = own.pid`;
