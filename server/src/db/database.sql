-- What a fresh database needs before the first migration; run by a superuser inside that database. Idempotent.
revoke all on schema public from public;
create schema if not exists holdfast authorization holdfast_migrator;
alter schema holdfast owner to holdfast_migrator;
revoke all on schema holdfast from public;
do $$
begin
  execute format('revoke all on database %I from public', current_database());
  execute format('grant connect on database %I to holdfast_migrator, holdfast_runtime', current_database());
end $$;
