-- Places in projects are access, too. Found by asking for each member, as their own page does, so that the walls of projects stay
-- what they are: no look-up is added that says who is in one.
create function list_access_by_project_place() returns table (
  first uuid, second uuid, member_id uuid, user_id uuid, name text, email text, title text, gives text[], granted_at timestamptz,
  granted_by uuid, last_used_at timestamptz, expires_at timestamptz, marks text[]
) language sql stable begin atomic
  select o.project_id, m.id, m.id, m.user_id, p.name, p.email, j.name,
         array(select distinct s.object_kind || ':' || (array['viewer', 'editor', 'manager'])[s.rank]
                 from list_shared_with_project(o.project_id) s order by 1), o.added_at, null::uuid,
         null::timestamptz, null::timestamptz, case when o.is_lead then array['lead'] else '{}'::text[] end
    from member m
    cross join lateral list_projects_of(m.user_id) o
    join project j on j.org_id = m.org_id and j.id = o.project_id
    join list_people() p on p.user_id = m.user_id
   where m.org_id = current_org() order by o.project_id, m.id;
end;
grant execute on function list_access_by_project_place() to holdfast_app;
