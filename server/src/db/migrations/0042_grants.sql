-- Grants: somebody may do something with one object, whatever their role. To a member, to everybody in a team or a project, or
-- to everybody.
create table object_grant (
  org_id uuid not null references organization (org_id) on delete cascade,
  id uuid not null,
  -- What it is on: a kind that some module declares, and the id of the row.
  object_kind text not null check (object_kind ~ '^[a-z][a-z_]{0,62}$'),
  object_id uuid not null,
  -- viewer 1, editor 2, manager 3: a higher one has all that a lower one has.
  rank integer not null check (rank between 1 and 3),
  member_id uuid,
  team_id uuid,
  project_id uuid,
  to_everybody boolean not null default false,
  -- The person who gave it; they may be gone.
  given_by uuid,
  expires_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null,
  primary key (org_id, id),
  foreign key (org_id, member_id) references member (org_id, id) on delete cascade,
  foreign key (org_id, team_id) references team (org_id, id) on delete cascade,
  foreign key (org_id, project_id) references project (org_id, id) on delete cascade,
  check (num_nonnulls(member_id, team_id, project_id) + to_everybody::integer = 1)
);
-- One to each, so that it is changed and not doubled.
create unique index object_grant_to_member on object_grant (org_id, member_id, object_kind, object_id);
create unique index object_grant_to_team on object_grant (org_id, team_id, object_kind, object_id);
create unique index object_grant_to_project on object_grant (org_id, project_id, object_kind, object_id);
create unique index object_grant_to_everybody on object_grant (org_id, object_kind, object_id) where to_everybody;
create index object_grant_on_object on object_grant (org_id, object_kind, object_id);
call protect_org('object_grant', 'delete', 'delete', 'full');
grant select, insert, update, delete on object_grant to holdfast_app;

-- What a person was granted that holds now: by themselves, by a team or a project, or with everybody. The one
-- place where that is decided: the
-- evaluator asks it for one object, lists ask it for each row.
create function granted_objects(person uuid) returns table (grant_id uuid, object_kind text, object_id uuid, rank integer)
language sql stable begin atomic
  select g.id, g.object_kind, g.object_id, g.rank
    from object_grant g
    join member m on m.org_id = current_org() and m.user_id = granted_objects.person and m.status = 'active'
   where g.org_id = current_org()
     and (g.expires_at is null or g.expires_at > now())
     and (g.member_id = m.id
       or g.team_id in (select t.team_id from team_member t where t.org_id = current_org() and t.member_id = m.id)
       or g.project_id in (select p.project_id from list_projects_of(granted_objects.person) p)
       or g.to_everybody);
end;
grant execute on function granted_objects(uuid) to holdfast_app;

-- What objects are called; null for those that are gone.
create function object_name(kind text, id uuid) returns text language sql stable
begin atomic
  select case object_name.kind
    when 'provider' then (select p.name from provider p where p.org_id = current_org() and p.id = object_name.id)
    when 'api_key' then (select k.name from api_key k where k.org_id = current_org() and k.id = object_name.id)
  end;
end;
grant execute on function object_name(text, uuid) to holdfast_app;

-- Grants end with what they are on, whoever deletes it and by whatever way.
grant select, delete on object_grant to holdfast_lookup;
create policy open_to_lookup on object_grant to holdfast_lookup using (true);
create function end_grants() returns trigger language plpgsql as $$
begin
  delete from object_grant g where g.org_id = old.org_id and g.object_kind = tg_argv[0] and g.object_id = old.id;
  return null;
end $$;
create trigger provider_grants_end after delete on provider for each row execute function end_grants('provider');
create trigger api_key_grants_end after delete on api_key for each row execute function end_grants('api_key');
call own_lookup('end_grants()', 'holdfast_lookup');

-- What grants are on, to whom and by whom, in names.
create function list_grant_names() returns table (id uuid, object_name text, to_name text, giver text) language sql stable
begin atomic
  select g.id, object_name(g.object_kind, g.object_id), coalesce(p.name, t.name, j.name, 'Everybody'), r.name
    from object_grant g
    left join list_member_people() p on p.member_id = g.member_id
    left join team t on t.org_id = g.org_id and t.id = g.team_id
    left join project j on j.org_id = g.org_id and j.id = g.project_id
    left join list_people() r on r.user_id = g.given_by
   where g.org_id = current_org();
end;
grant execute on function list_grant_names() to holdfast_app;

-- Each way by which a person has an object, as granted_objects says, in words.
create function list_granted_objects(person uuid) returns table (
  grant_id uuid, user_id uuid, kind text, object_id uuid, name text, rank integer, by text, expires_at timestamptz
) language sql stable
begin atomic
  select g.id, list_granted_objects.person, g.object_kind, g.object_id, object_name(g.object_kind, g.object_id), g.rank,
         case when g.member_id is not null then 'you' else coalesce(t.name, j.name, 'everybody') end, g.expires_at
    from granted_objects(list_granted_objects.person) held
    join object_grant g on g.org_id = current_org() and g.id = held.grant_id
    left join team t on t.org_id = g.org_id and t.id = g.team_id
    left join project j on j.org_id = g.org_id and j.id = g.project_id;
end;
grant execute on function list_granted_objects(uuid) to holdfast_app;
