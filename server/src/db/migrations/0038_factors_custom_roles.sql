-- As before, with what the person holds there beyond their base role: who is powerful by it keeps a factor too.
drop function list_demands(uuid);
create function list_demands(person_id uuid) returns table (
  org_id uuid, slug text, role text, required text, allowed_kinds text[], grace_until timestamptz, idle_minutes integer,
  absolute_minutes integer, password_length_min integer, is_probe boolean, console_networks text[], granted text[]
) language sql stable
begin atomic
  select m.org_id, o.slug, m.role, y.required, y.allowed_kinds,
         greatest(y.required_since, m.created_at) + make_interval(hours => y.grace_hours), y.idle_minutes, y.absolute_minutes,
         y.password_length_min, is_probe(m.org_id), n.console, granted_permissions(m.org_id, m.id)
    from member m join organization o on o.org_id = m.org_id left join sign_in_policy y on y.org_id = m.org_id
    left join network_rules n on n.org_id = m.org_id
   where m.user_id = person_id and m.status = 'active' order by m.created_at, m.org_id;
end;
call own_lookup('list_demands(uuid)', 'holdfast_runtime');

-- As before, with whoever holds one of these permissions by a role of the organization. The release before names none.
drop function look_at_factors();
create function look_at_factors(beyond_members text[] default '{}') returns table (powerful bigint, without_factor bigint)
language sql stable
begin atomic
  select count(*), count(*) filter (where not exists (
           select from factor f where f.user_id = m.user_id and f.confirmed_at is not null))
    from member m join person p on p.user_id = m.user_id and p.status = 'active'
   where m.status = 'active'
     and (m.role in ('owner', 'admin') or granted_permissions(m.org_id, m.id) && beyond_members)
     and not exists (
       select from installation i where i.name <> 'set_up' and i.value ->> 'organization' = m.org_id::text);
end;
call own_lookup('look_at_factors(text[])', 'holdfast_runtime');
