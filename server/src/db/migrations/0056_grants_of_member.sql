-- Each way by which a person has an object, with whom the grant is to. The level is what they have of it, which for a guest is
-- less than a manager's.
create function list_grants_reaching(person uuid) returns table (
  grant_id uuid, object_kind text, object_id uuid, object_name text, rank integer, to_kind text, to_id uuid, to_name text,
  expires_at timestamptz
) language sql stable
begin atomic
  select g.id, g.object_kind, g.object_id, object_name(g.object_kind, g.object_id), held.rank,
         case when g.member_id is not null then 'member' when g.team_id is not null then 'team'
              when g.project_id is not null then 'project' else 'everybody' end,
         coalesce(g.member_id, g.team_id, g.project_id), n.to_name, g.expires_at
    from granted_objects(list_grants_reaching.person) held
    join object_grant g on g.org_id = current_org() and g.id = held.grant_id
    join list_grant_names() n on n.id = g.id;
end;
grant execute on function list_grants_reaching(uuid) to holdfast_app;

-- As before, with the level that they have.
create or replace function list_granted_objects(person uuid) returns table (
  grant_id uuid, user_id uuid, kind text, object_id uuid, name text, rank integer, by text, expires_at timestamptz
) language sql stable
begin atomic
  select g.id, list_granted_objects.person, g.object_kind, g.object_id, object_name(g.object_kind, g.object_id), held.rank,
         case when g.member_id is not null then 'you' else coalesce(t.name, j.name, 'everybody') end, g.expires_at
    from granted_objects(list_granted_objects.person) held
    join object_grant g on g.org_id = current_org() and g.id = held.grant_id
    left join team t on t.org_id = g.org_id and t.id = g.team_id
    left join project j on j.org_id = g.org_id and j.id = g.project_id;
end;
