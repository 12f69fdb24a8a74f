-- A guest has not what everybody in the organization has, and never more than to change what they have. What is granted to a project
-- that is archived rests until it comes back.
create or replace function granted_objects(person uuid) returns table (grant_id uuid, object_kind text, object_id uuid, rank integer)
language sql stable begin atomic
  select g.id, g.object_kind, g.object_id, case when m.role = 'guest' then least(g.rank, 2) else g.rank end
    from object_grant g
    join member m on m.org_id = current_org() and m.user_id = granted_objects.person and m.status = 'active'
   where g.org_id = current_org()
     and (g.expires_at is null or g.expires_at > now())
     and (g.member_id = m.id
       or g.team_id in (select t.team_id from team_member t where t.org_id = current_org() and t.member_id = m.id)
       or g.project_id in (
         select p.project_id from list_projects_of(granted_objects.person) p
           join project j on j.org_id = current_org() and j.id = p.project_id and j.archived_at is null)
       or (g.to_everybody and m.role <> 'guest'));
end;
