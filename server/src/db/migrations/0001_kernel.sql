-- The walls: who is asking, the three kinds of table, and the tables that the request pipeline itself needs.

-- Whatever the migrator makes is executable by nobody until it is granted.
alter default privileges revoke execute on routines from public;

grant usage on schema holdfast to holdfast_runtime, holdfast_app, holdfast_sequencer, holdfast_maintenance, holdfast_lookup;

-- After SET LOCAL ends, a setting reads '' and not NULL, hence nullif: no context means NULL means no rows.
create function current_org() returns uuid language sql stable parallel safe
  return nullif(current_setting('holdfast.org_id', true), '')::uuid;
create function current_person() returns uuid language sql stable parallel safe
  return nullif(current_setting('holdfast.user_id', true), '')::uuid;
create function in_system_scope() returns boolean language sql stable parallel safe
  return coalesce(current_setting('holdfast.system', true), '') = 'on';
create function in_stream(kind text, id uuid) returns boolean language sql stable parallel safe
  return case kind when 'org' then id = current_org() when 'person' then id = current_person() else in_system_scope() end;

-- What each table is, and what happens to its rows; the catalog test demands one line for every table.
create table table_rule (
  table_name name primary key,
  kind text not null check (kind in ('org', 'person', 'system', 'stream')),
  on_org_delete text not null check (on_org_delete in ('delete', 'keep', 'not_applicable')),
  on_person_erase text not null check (on_person_erase in ('delete', 'pseudonymize', 'keep', 'not_applicable')),
  export text not null check (export in ('full', 'redacted', 'never'))
);

-- A restrictive policy is ANDed, so no later permissive policy can widen a wall. The bare subselect makes it an init plan.
create procedure build_wall(t regclass, rule text) language plpgsql as $$
begin
  execute format('alter table %s enable row level security', t);
  execute format('alter table %s force row level security', t);
  execute format('create policy wall on %s as restrictive to holdfast_app using (%s) with check (%s)', t, rule, rule);
  execute format('create policy inside_wall on %s to holdfast_app using (true) with check (true)', t);
  execute format('revoke all on %s from public', t);
end $$;

create procedure protect_org(t regclass, on_org_delete text, on_person_erase text, export text) language plpgsql as $$
begin
  call build_wall(t, 'org_id = (select holdfast.current_org())');
  insert into table_rule select relname, 'org', $2, $3, $4 from pg_class where oid = t;
end $$;

create procedure protect_person(t regclass, on_org_delete text, on_person_erase text, export text) language plpgsql as $$
begin
  call build_wall(t, 'user_id = (select holdfast.current_person())');
  insert into table_rule select relname, 'person', $2, $3, $4 from pg_class where oid = t;
end $$;

create procedure protect_system(t regclass, on_org_delete text, on_person_erase text, export text) language plpgsql as $$
begin
  call build_wall(t, '(select holdfast.in_system_scope())');
  insert into table_rule select relname, 'system', $2, $3, $4 from pg_class where oid = t;
end $$;

-- Rows that belong to an organization, a person or the installation, named by (stream_kind, stream_id).
create procedure protect_stream(t regclass, on_org_delete text, on_person_erase text, export text) language plpgsql as $$
begin
  call build_wall(t, 'holdfast.in_stream(stream_kind, stream_id)');
  insert into table_rule select relname, 'stream', $2, $3, $4 from pg_class where oid = t;
end $$;

-- A role beside holdfast_app sees a table only through a policy and a grant made here.
create procedure open_to(t regclass, role_name name, privileges text) language plpgsql as $$
begin
  execute format('create policy open_to_%s on %s to %I using (true) with check (true)', replace(role_name, 'holdfast_', ''), t, role_name);
  execute format('grant %s on %s to %I', privileges, t, role_name);
end $$;

-- A look-up function runs as holdfast_lookup, which sees only the columns opened to it. A definer function owned by the
-- table owner would see nothing under FORCE. search_path is fixed; only the named role may call it.
create procedure own_lookup(f regprocedure, caller name) language plpgsql as $$
begin
  execute format('alter function %s security definer', f);
  execute format('alter function %s set search_path = holdfast, pg_temp', f);
  execute format('revoke all on function %s from public', f);
  execute format('grant execute on function %s to %I', f, caller);
  grant create on schema holdfast to holdfast_lookup;
  execute format('alter function %s owner to holdfast_lookup', f);
  revoke create on schema holdfast from holdfast_lookup;
end $$;

grant execute on function current_org(), current_person(), in_system_scope(), in_stream(text, uuid)
  to holdfast_app, holdfast_sequencer, holdfast_maintenance, holdfast_lookup;

-- The migrator writes this one table in every migration, and walls bind owners too.
call open_to('table_rule', 'holdfast_migrator', 'select, insert');
call protect_system('table_rule', 'keep', 'keep', 'never');
grant select on table_rule to holdfast_app;

-- One row an audited action, written in the business transaction: no lock, no number. The sequencer drains it.
create table audit_pending (
  stream_kind text not null check (stream_kind in ('org', 'person', 'system')),
  stream_id uuid not null,
  event_id uuid not null,
  at timestamptz not null,
  action text not null,
  outcome text not null check (outcome in ('allowed', 'denied', 'failed')),
  actor jsonb not null,
  target jsonb,
  request_id text not null,
  facts jsonb not null,
  primary key (stream_kind, stream_id, event_id)
);
call protect_stream('audit_pending', 'keep', 'pseudonymize', 'full');
grant insert on audit_pending to holdfast_app;
call open_to('audit_pending', 'holdfast_sequencer', 'select, delete');
call open_to('audit_pending', 'holdfast_maintenance', 'insert');

-- Failures that must not turn the log into a weapon: one row an address or principal, reason and minute, with a count.
create table denial_tally (
  minute timestamptz not null,
  stream_kind text not null check (stream_kind in ('org', 'person', 'system')),
  stream_id uuid not null,
  source text not null,
  reason text not null,
  count bigint not null check (count > 0),
  primary key (minute, stream_kind, stream_id, source, reason)
);
call protect_system('denial_tally', 'delete', 'keep', 'never');
grant select, insert, update on denial_tally to holdfast_app;
call open_to('denial_tally', 'holdfast_maintenance', 'select, delete');

create table idempotency (
  stream_kind text not null check (stream_kind in ('org', 'person', 'system')),
  stream_id uuid not null,
  principal text not null,
  route text not null,
  key_hash bytea not null check (octet_length(key_hash) = 32),
  fingerprint bytea not null check (octet_length(fingerprint) = 32),
  status integer not null,
  reply bytea not null,
  sealed boolean not null,
  expires_at timestamptz not null,
  primary key (stream_kind, stream_id, principal, route, key_hash)
);
create index idempotency_expires_at on idempotency (expires_at);
call protect_stream('idempotency', 'delete', 'delete', 'never');
grant select, insert, delete on idempotency to holdfast_app;
call open_to('idempotency', 'holdfast_maintenance', 'select, delete');

-- Caches and open streams are keyed by these numbers; a revoking transaction raises them.
create table epoch (
  org_id uuid not null,
  kind text not null,
  value bigint not null check (value > 0),
  primary key (org_id, kind)
);
call protect_org('epoch', 'delete', 'not_applicable', 'never');
grant select, insert, update on epoch to holdfast_app;
grant select on epoch to holdfast_lookup;
create policy open_to_lookup on epoch for select to holdfast_lookup using (true);

create function read_epochs(orgs uuid[]) returns table (org_id uuid, kind text, value bigint) language sql stable
begin atomic
  select e.org_id, e.kind, e.value from epoch e where e.org_id = any (orgs);
end;
call own_lookup('read_epochs(uuid[])', 'holdfast_runtime');

-- All epochs of an organization as one text: look-ups of credentials carry it, so that caches know whether they are current.
create function epoch_of(org uuid) returns text language plpgsql stable as $$
begin
  return (select coalesce(string_agg(e.kind || e.value, ',' order by e.kind), '') from epoch e where e.org_id = org);
end $$;
call own_lookup('epoch_of(uuid)', 'holdfast_lookup');

-- Work to do after a commit: written in the business transaction, claimed with a lease.
create table job (
  stream_kind text not null check (stream_kind in ('org', 'person', 'system')),
  stream_id uuid not null,
  id uuid not null,
  kind text not null,
  payload jsonb not null,
  enqueued_by jsonb not null,
  request_id text not null,
  attempts integer not null default 0,
  run_at timestamptz not null,
  lease_until timestamptz,
  fence bigint not null default 0,
  failed_at timestamptz,
  last_error text,
  primary key (stream_kind, stream_id, id)
);
create index job_due on job (run_at) where failed_at is null;
call protect_stream('job', 'delete', 'delete', 'never');
grant select, insert, delete on job to holdfast_app;
call open_to('job', 'holdfast_maintenance', 'select, insert, update, delete');

-- GCRA: one theoretical arrival time a key. Unlogged: a crash forgets at most one burst.
create unlogged table rate_limit (
  key text primary key,
  tat timestamptz not null
);
call protect_system('rate_limit', 'not_applicable', 'not_applicable', 'never');
grant select, insert, update on rate_limit to holdfast_lookup;
create policy open_to_lookup on rate_limit to holdfast_lookup using (true) with check (true);
call open_to('rate_limit', 'holdfast_maintenance', 'select, delete');

-- Facts about the installation itself (environment stamp, announced allow-list, clean-up marks).
create table installation (
  name text primary key,
  value jsonb not null,
  updated_at timestamptz not null default now()
);
call protect_system('installation', 'keep', 'keep', 'never');
grant select, insert, update on installation to holdfast_app;
