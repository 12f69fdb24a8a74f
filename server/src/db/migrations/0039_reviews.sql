-- What there is to review: who has which access to the organization, one function for each kind. All have the same columns: `first` and
-- `second` name the access (a member and a role, a key), `member_id` and `user_id` whose it is, `gives` what it lets them do.

-- When members were last seen here, and whether they have a second factor. Their sessions elsewhere are not shown.
create function list_member_uses() returns table (member_id uuid, last_seen_at timestamptz, has_factor boolean)
language sql stable begin atomic
  select m.id,
         (select max(s.last_seen_at) from session s where s.org_id = m.org_id and s.user_id = m.user_id),
         exists (select from factor f where f.user_id = m.user_id and f.confirmed_at is not null)
    from member m where m.org_id = current_org();
end;
call own_lookup('list_member_uses()', 'holdfast_app');

create function list_access_by_membership() returns table (
  first uuid, second uuid, member_id uuid, user_id uuid, name text, email text, title text, gives text[], granted_at timestamptz,
  granted_by uuid, last_used_at timestamptz, expires_at timestamptz, marks text[]
) language sql stable begin atomic
  select m.id, null::uuid, m.id, m.user_id, p.name, p.email, m.role, array[m.role], m.created_at, null::uuid, u.last_seen_at,
         null::timestamptz,
         array_remove(array[case when not u.has_factor then 'no_second_factor' end, case when m.status <> 'active' then 'suspended' end], null)
    from member m
    join list_people() p on p.user_id = m.user_id
    join list_member_uses() u on u.member_id = m.id
   where m.org_id = current_org() order by m.id;
end;
grant execute on function list_access_by_membership() to holdfast_app;

create function list_access_by_role() returns table (
  first uuid, second uuid, member_id uuid, user_id uuid, name text, email text, title text, gives text[], granted_at timestamptz,
  granted_by uuid, last_used_at timestamptz, expires_at timestamptz, marks text[]
) language sql stable begin atomic
  select g.member_id, g.role_id, g.member_id, m.user_id, p.name, p.email, r.name, r.permissions, g.given_at, null::uuid,
         null::timestamptz, null::timestamptz, '{}'::text[]
    from member_role g
    join member m on m.org_id = g.org_id and m.id = g.member_id
    join list_people() p on p.user_id = m.user_id
    join custom_role r on r.org_id = g.org_id and r.id = g.role_id
   where g.org_id = current_org() order by g.member_id, g.role_id;
end;
grant execute on function list_access_by_role() to holdfast_app;

create function list_access_by_team_place() returns table (
  first uuid, second uuid, member_id uuid, user_id uuid, name text, email text, title text, gives text[], granted_at timestamptz,
  granted_by uuid, last_used_at timestamptz, expires_at timestamptz, marks text[]
) language sql stable begin atomic
  select t.team_id, t.member_id, t.member_id, m.user_id, p.name, p.email, x.name,
         array(select distinct unnest(r.permissions) from list_team_roles(t.team_id) r order by 1), t.joined_at, null::uuid,
         null::timestamptz, null::timestamptz, case when t.is_lead then array['lead'] else '{}'::text[] end
    from team_member t
    join team x on x.org_id = t.org_id and x.id = t.team_id
    join member m on m.org_id = t.org_id and m.id = t.member_id
    join list_people() p on p.user_id = m.user_id
   where t.org_id = current_org() order by t.team_id, t.member_id;
end;
grant execute on function list_access_by_team_place() to holdfast_app;

create function list_access_by_team_role() returns table (
  first uuid, second uuid, member_id uuid, user_id uuid, name text, email text, title text, gives text[], granted_at timestamptz,
  granted_by uuid, last_used_at timestamptz, expires_at timestamptz, marks text[]
) language sql stable begin atomic
  select g.team_id, g.role_id, null::uuid, null::uuid, t.name, null::text, r.name, r.permissions, g.given_at, null::uuid,
         null::timestamptz, null::timestamptz, '{}'::text[]
    from team_role g
    join team t on t.org_id = g.org_id and t.id = g.team_id
    join custom_role r on r.org_id = g.org_id and r.id = g.role_id
   where g.org_id = current_org() order by g.team_id, g.role_id;
end;
grant execute on function list_access_by_team_role() to holdfast_app;

create function list_access_by_custom_role() returns table (
  first uuid, second uuid, member_id uuid, user_id uuid, name text, email text, title text, gives text[], granted_at timestamptz,
  granted_by uuid, last_used_at timestamptz, expires_at timestamptz, marks text[]
) language sql stable begin atomic
  select r.id, null::uuid, null::uuid, null::uuid, r.name, null::text, r.name, r.permissions, r.created_at, null::uuid,
         null::timestamptz, null::timestamptz, '{}'::text[]
    from custom_role r where r.org_id = current_org() order by r.id;
end;
grant execute on function list_access_by_custom_role() to holdfast_app;

-- Those that still let somebody in.
create function list_access_by_invitation() returns table (
  first uuid, second uuid, member_id uuid, user_id uuid, name text, email text, title text, gives text[], granted_at timestamptz,
  granted_by uuid, last_used_at timestamptz, expires_at timestamptz, marks text[]
) language sql stable begin atomic
  select i.id, null::uuid, null::uuid, null::uuid, i.email, i.email, i.role, array[i.role], i.created_at, m.user_id,
         null::timestamptz, i.expires_at, '{}'::text[]
    from invitation i left join member m on m.org_id = i.org_id and m.id = i.invited_by
   where i.org_id = current_org() and i.state = 'open' and i.expires_at > now() order by i.id;
end;
grant execute on function list_access_by_invitation() to holdfast_app;

-- Keys that work. Whose they are: the person they act as, or who answers for them.
create function list_access_by_key() returns table (
  first uuid, second uuid, member_id uuid, user_id uuid, name text, email text, title text, gives text[], granted_at timestamptz,
  granted_by uuid, last_used_at timestamptz, expires_at timestamptz, marks text[]
) language sql stable begin atomic
  select k.id, null::uuid, m.id, m.user_id, coalesce(p.name, k.name), p.email, k.name, k.scopes, k.created_at, k.owner_user_id,
         k.last_used_at, k.expires_at, array[k.kind]
    from api_key k
    left join member m on m.org_id = k.org_id and m.user_id = coalesce(k.owner_user_id, k.responsible_user_id)
    left join list_people() p on p.user_id = m.user_id
   where k.org_id = current_org() and k.revoked_at is null and (k.expires_at is null or k.expires_at > now()) order by k.id;
end;
grant execute on function list_access_by_key() to holdfast_app;
