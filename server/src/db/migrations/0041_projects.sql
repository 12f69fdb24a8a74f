-- Projects: a part of an organization with members of its own. That a project is there, its organization knows; what is in it, the project alone.
create table project (
  org_id uuid not null references organization (org_id) on delete cascade,
  id uuid not null,
  name text not null check (length(name) between 1 and 100),
  description text not null check (length(description) <= 500),
  version integer not null default 1,
  created_at timestamptz not null,
  -- Nobody, where a program made it or whoever made it is no member any more.
  created_by uuid,
  archived_at timestamptz,
  primary key (org_id, id),
  foreign key (org_id, created_by) references member (org_id, user_id) on delete set null (created_by)
);
-- An archived one gives its name free, and needs a free one when it comes back.
create unique index project_name on project (org_id, lower(name)) where archived_at is null;
create index project_maker on project (org_id, created_by);
call protect_org('project', 'delete', 'pseudonymize', 'full');
grant select, insert, update, delete on project to holdfast_app;

create table project_member (
  org_id uuid not null,
  project_id uuid not null,
  user_id uuid not null,
  is_lead boolean not null,
  added_at timestamptz not null,
  primary key (org_id, project_id, user_id),
  foreign key (org_id, project_id) references project (org_id, id) on delete cascade,
  foreign key (org_id, user_id) references member (org_id, user_id) on delete cascade
);
create index project_member_person on project_member (org_id, user_id);
call protect_project('project_member', 'delete', 'delete', 'full');
grant select, insert, update, delete on project_member to holdfast_app;
grant select on project_member to holdfast_lookup;
create policy open_to_lookup on project_member for select to holdfast_lookup using (true);

-- Streams that are open ask again who calls when somebody came into a project or left it, whoever did that.
create function project_place_changed() returns trigger language plpgsql as $$
begin
  insert into epoch (org_id, kind, value) values (case when tg_op = 'DELETE' then old.org_id else new.org_id end, 'session', 1)
    on conflict (org_id, kind) do update set value = epoch.value + 1;
  return null;
end $$;
create trigger project_member_changed after insert or delete on project_member for each row execute function project_place_changed();
call own_lookup('project_place_changed()', 'holdfast_lookup');

-- What has to be known of many projects at once does not open their walls: whose places, by id, and how many; nobody is named by a project.
create function list_projects_of(person_id uuid) returns table (project_id uuid, is_lead boolean, added_at timestamptz) language sql stable
begin atomic
  select p.project_id, p.is_lead, p.added_at from project_member p where p.org_id = current_org() and p.user_id = person_id;
end;
call own_lookup('list_projects_of(uuid)', 'holdfast_app');

create function count_project_members() returns table (project_id uuid, members bigint) language sql stable
begin atomic
  select p.project_id, count(*) from project_member p where p.org_id = current_org() group by p.project_id;
end;
call own_lookup('count_project_members()', 'holdfast_app');

-- Members with their names, by person; with the caller's own rights, hence inside the wall of the organization.
create function list_members_by_person() returns table (user_id uuid, member_id uuid, name text, email text)
language sql stable begin atomic
  select m.user_id, m.id, p.name, p.email from member m join list_people() p on p.user_id = m.user_id
   where m.org_id = current_org();
end;
grant execute on function list_members_by_person() to holdfast_app;
