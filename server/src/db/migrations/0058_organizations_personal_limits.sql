-- Whether an organization was founded for somebody who belonged to no other: what the operator has set up for the installation is not for it.
create function is_personal(org uuid) returns table (personal boolean) language sql stable
begin atomic
  select o.personal_of is not null from organization o where o.org_id = org;
end;
call own_lookup('is_personal(uuid)', 'holdfast_runtime');

-- As before. A personal organization to which others belong rests on one owner as any other does.
drop function look_at_owners();
create function look_at_owners() returns table (organizations bigint, with_none bigint, with_one bigint) language sql stable
begin atomic
  select count(*), count(*) filter (where owners.n = 0), count(*) filter (where owners.n = 1)
    from organization o
   cross join lateral (
     select count(*) as n from member m join person p on p.user_id = m.user_id and p.status = 'active'
      where m.org_id = o.org_id and m.role = 'owner' and m.status = 'active') owners
   where (o.personal_of is null
       or exists (select from member m where m.org_id = o.org_id and m.role <> 'guest' and m.user_id <> o.personal_of))
     and not exists (
     select from installation i
      where i.name in ('probe_tenant_one', 'probe_tenant_other', 'probe_account') and i.value ->> 'organization' = o.org_id::text);
end;
call own_lookup('look_at_owners()', 'holdfast_runtime');
