-- Cluster-wide roles of Holdfast. Idempotent; run by a superuser once per cluster, never by a migration (roles are not per database).
-- holdfast_migrator  owns every object and is not used at run time
-- holdfast_runtime   the one login of the server; inherits nothing, takes the roles below with SET LOCAL ROLE
-- holdfast_app       what a request may do · holdfast_sequencer what the audit sequencer may do · holdfast_maintenance background work
-- holdfast_lookup    owns the narrow security-definer functions; nobody logs in as it
do $$
declare
  wanted record;
begin
  for wanted in
    select * from (values
      ('holdfast_migrator', 'login'), ('holdfast_runtime', 'login'), ('holdfast_app', 'nologin'),
      ('holdfast_sequencer', 'nologin'), ('holdfast_maintenance', 'nologin'), ('holdfast_lookup', 'nologin')
    ) as roles(name, login)
  loop
    if not exists (select from pg_roles where rolname = wanted.name) then
      execute format('create role %I', wanted.name);
    end if;
    execute format('alter role %I nosuperuser nocreatedb nocreaterole noreplication nobypassrls noinherit %s', wanted.name, wanted.login);
  end loop;
end $$;

-- Since PostgreSQL 16 a membership inherits or not by itself, and one made earlier would keep what it was made with.
do $$
declare
  taken_only constant text := case when current_setting('server_version_num')::integer >= 160000 then ' with inherit false, set true' else '' end;
begin
  execute 'grant holdfast_app, holdfast_sequencer, holdfast_maintenance to holdfast_runtime' || taken_only;
  execute 'grant holdfast_lookup to holdfast_migrator' || taken_only;
end $$;

alter role holdfast_runtime set search_path = holdfast;
alter role holdfast_migrator set search_path = holdfast;
alter role holdfast_runtime set row_security = on;
alter role holdfast_runtime set default_transaction_isolation = 'read committed';
