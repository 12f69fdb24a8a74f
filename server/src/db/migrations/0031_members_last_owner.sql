-- An organization always has an active owner: whoever takes the last one away is refused, in whichever way it is tried. Who changes
-- owners takes turns here, so that two who go at once do not each count on the other.
create function keep_an_owner() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('owners:' || old.org_id, 7421));
  -- Members of an organization that is being deleted go with it.
  if exists (select from organization o where o.org_id = old.org_id)
     and not exists (select from member m where m.org_id = old.org_id and m.role = 'owner' and m.status = 'active') then
    raise exception 'the last owner of an organization stays' using errcode = 'check_violation', constraint = 'member_last_owner';
  end if;
  return null;
end $$;
create trigger member_last_owner after update of role, status or delete on member for each row
  when (old.role = 'owner' and old.status = 'active') execute function keep_an_owner();
call own_lookup('keep_an_owner()', 'holdfast_lookup');

-- What a member of the current organization holds. They can use nothing of it while the membership or the person is suspended.
create function find_standing(member_id uuid) returns table (role text, granted text[], is_active boolean) language sql stable
begin atomic
  select m.role, granted_permissions(m.org_id, m.id), m.status = 'active' and p.status = 'active'
    from member m join person p on p.user_id = m.user_id where m.org_id = current_org() and m.id = member_id;
end;
call own_lookup('find_standing(uuid)', 'holdfast_app');

create function list_active_owners() returns table (member_id uuid) language sql stable
begin atomic
  select m.id from member m join person p on p.user_id = m.user_id and p.status = 'active'
   where m.org_id = current_org() and m.role = 'owner' and m.status = 'active';
end;
call own_lookup('list_active_owners()', 'holdfast_app');

-- How many organizations of people there are, and how many of them have no or one active owner. Those that exist to be probed count for nothing.
create function look_at_owners() returns table (organizations bigint, with_none bigint, with_one bigint) language sql stable
begin atomic
  select count(*), count(*) filter (where owners.n = 0), count(*) filter (where owners.n = 1)
    from organization o
   cross join lateral (
     select count(*) as n from member m join person p on p.user_id = m.user_id and p.status = 'active'
      where m.org_id = o.org_id and m.role = 'owner' and m.status = 'active') owners
   where not exists (
     select from installation i
      where i.name in ('probe_tenant_one', 'probe_tenant_other', 'probe_account') and i.value ->> 'organization' = o.org_id::text);
end;
call own_lookup('look_at_owners()', 'holdfast_runtime');
