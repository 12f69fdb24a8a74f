-- Grants on single objects are access, too: reviewed as long as they hold.
create function list_access_by_grant() returns table (
  first uuid, second uuid, member_id uuid, user_id uuid, name text, email text, title text, gives text[], granted_at timestamptz,
  granted_by uuid, last_used_at timestamptz, expires_at timestamptz, marks text[]
) language sql stable begin atomic
  select g.id, null::uuid, m.id, m.user_id, n.to_name, p.email, coalesce(n.object_name, 'gone'),
         array[g.object_kind || ':' || (array['viewer', 'editor', 'manager'])[g.rank]], g.created_at, g.given_by, null::timestamptz,
         g.expires_at, case when g.to_everybody then array['everybody'] else '{}'::text[] end
    from object_grant g
    join list_grant_names() n on n.id = g.id
    left join member m on m.org_id = g.org_id and m.id = g.member_id
    left join list_people() p on p.user_id = m.user_id
   where g.org_id = current_org() and (g.expires_at is null or g.expires_at > now()) order by g.id;
end;
grant execute on function list_access_by_grant() to holdfast_app;

-- Whether somebody has the object by this very grant, and not because everybody has.
create function has_by_grant(grant_id uuid, person uuid) returns boolean language sql stable begin atomic
  select exists (
    select from granted_objects(has_by_grant.person) held
      join object_grant g on g.org_id = current_org() and g.id = held.grant_id
     where g.id = has_by_grant.grant_id and not g.to_everybody);
end;
grant execute on function has_by_grant(uuid, uuid) to holdfast_app;
