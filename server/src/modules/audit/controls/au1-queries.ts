// SQL by which AU1 looks at who may change the audit tables, at what guards them, and at rows that have no event.

/** Roles that may write an audit table, by what; superusers and the owner of the tables aside. */
export const WRITERS = `
  select r.rolname || ' ' || privilege || ' ' || t.relname as writer
    from pg_roles r
   cross join pg_class t
   cross join unnest(array['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) as privilege
   where t.relnamespace = 'holdfast'::regnamespace and t.relkind in ('r', 'p') and t.relname ~ '^audit_'
     and not r.rolsuper and r.oid <> t.relowner and r.rolname !~ '^pg_'
     and (has_table_privilege(r.oid, t.oid, privilege)
       or (privilege in ('INSERT', 'UPDATE') and has_any_column_privilege(r.oid, t.oid, privilege)))
   order by 1`;

/** Triggers and rules on audit tables, and whether the login of the server could take the role of their owner. */
export const GUARDS = `
  select 'trigger' as kind, t.relname || ' ' || g.tgname as name,
         -- 58: before, for each statement, of update, delete and truncate.
         g.tgenabled in ('O', 'A') and g.tgtype = 58 and g.tgqual is null
           and p.prosrc ~* '^\\s*begin\\s+raise exception ''the audit log is append-only''' as holds
    from pg_trigger g
    join pg_class t on t.oid = g.tgrelid
    join pg_proc p on p.oid = g.tgfoid
   where not g.tgisinternal and t.relnamespace = 'holdfast'::regnamespace and t.relname ~ '^audit_'
  union all
  select 'rule', tablename || ' ' || rulename, false from pg_rules where schemaname = 'holdfast' and tablename ~ '^audit_'
  union all
  select 'owner', pg_get_userbyid(t.relowner) || ' of ' || t.relname, not pg_has_role(session_user, t.relowner, 'MEMBER')
    from pg_class t where t.relnamespace = 'holdfast'::regnamespace and t.relkind in ('r', 'p') and t.relname ~ '^audit_'
  union all
  select 'setting', 'session_replication_role', current_setting('session_replication_role') = 'origin'
  order by 1, 2`;

/** What of the probed organization's rows and events until an instant does not belong together, and how much was compared. */
export const UNMATCHED = `
  with told as (select coalesce($1::timestamptz, now()) as fence),
       event as (
         select action, target->>'id' as id from holdfast.audit_entry
          where outcome = 'allowed' and action in ('api_key.created', 'api_key.revoked', 'api_key.marked_exposed', 'provider.created', 'provider.deleted')),
       wanted as (
         select 'api_key.created' as action, id::text as id, 'api_key' as kind from holdfast.api_key where created_at < (select fence from told)
         -- One that ended because others had seen it has the event of that, in the same transaction.
         union all select case when exposed_at = revoked_at then 'api_key.marked_exposed' else 'api_key.revoked' end, id::text, 'api_key'
           from holdfast.api_key where revoked_at < (select fence from told)
         union all select 'provider.created', id::text, 'provider' from holdfast.provider where created_at < (select fence from told)),
       present as (select id::text as id from holdfast.api_key union all select id::text from holdfast.provider)
  select 'row without ' || w.action as fault, count(*)::int as count
    from wanted w where not exists (select from event e where e.action = w.action and e.id = w.id) group by 1
  union all
  select 'row gone without an event after ' || c.action, count(*)::int
    from event c
   where c.action in ('api_key.created', 'provider.created')
     and not exists (select from present p where p.id = c.id)
     and not exists (select from event d where d.action = 'provider.deleted' and d.id = c.id) group by 1
  union all
  select 'compared', (select count(*)::int from wanted)`;
