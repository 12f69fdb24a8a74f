-- Whoever belongs to no organization gets one of their own at their next sign-in. A person has one at most. Whose it is stays with it,
-- also when there is no such person any more: what is closed to it must not open.
alter table organization add column personal_of uuid;
create unique index organization_personal on organization (personal_of);
grant select (personal_of) on organization to holdfast_lookup;

-- Whether somebody is in no organization, suspended or not: asked when they have proven who they are.
create function belongs_nowhere(person_id uuid) returns table (nowhere boolean) language sql stable
begin atomic
  select not exists (select from member m where m.user_id = person_id)
     and not exists (select from organization o where o.personal_of = person_id);
end;
call own_lookup('belongs_nowhere(uuid)', 'holdfast_runtime');

-- As before. A personal organization has one owner by its nature, so it says nothing about how many there are.
drop function look_at_owners();
create function look_at_owners() returns table (organizations bigint, with_none bigint, with_one bigint) language sql stable
begin atomic
  select count(*), count(*) filter (where owners.n = 0), count(*) filter (where owners.n = 1)
    from organization o
   cross join lateral (
     select count(*) as n from member m join person p on p.user_id = m.user_id and p.status = 'active'
      where m.org_id = o.org_id and m.role = 'owner' and m.status = 'active') owners
   where o.personal_of is null and not exists (
     select from installation i
      where i.name in ('probe_tenant_one', 'probe_tenant_other', 'probe_account') and i.value ->> 'organization' = o.org_id::text);
end;
call own_lookup('look_at_owners()', 'holdfast_runtime');

-- As before, with the personal one last: who is invited anywhere else goes there when they name nothing.
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
   where m.user_id = person_id and m.status = 'active' order by o.personal_of is not null, m.created_at, m.org_id;
end;
call own_lookup('list_demands(uuid)', 'holdfast_runtime');
