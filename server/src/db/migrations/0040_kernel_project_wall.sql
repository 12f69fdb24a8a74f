-- A wall inside the wall: rows of a project are there for a transaction that names that very project and its organization.
create function current_project() returns uuid language sql stable parallel safe
  return nullif(current_setting('holdfast.project_id', true), '')::uuid;
grant execute on function current_project() to holdfast_app, holdfast_sequencer, holdfast_maintenance, holdfast_lookup;

alter table table_rule drop constraint table_rule_kind_check;
alter table table_rule add constraint table_rule_kind_check check (kind in ('org', 'project', 'person', 'system', 'stream'));

create procedure protect_project(t regclass, on_org_delete text, on_person_erase text, export text) language plpgsql as $$
begin
  call build_wall(t, 'org_id = (select holdfast.current_org()) and project_id = (select holdfast.current_project())');
  insert into table_rule select relname, 'project', $2, $3, $4 from pg_class where oid = t;
end $$;
