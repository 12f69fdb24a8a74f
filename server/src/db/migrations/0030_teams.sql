-- Teams: members together, led by some of them. A role that is given to a team is held by everybody in it.
create table team (
  org_id uuid not null references organization (org_id) on delete cascade,
  id uuid not null,
  name text not null check (length(name) between 1 and 100),
  description text not null check (length(description) <= 500),
  version integer not null default 1,
  created_at timestamptz not null,
  primary key (org_id, id)
);
create unique index team_name on team (org_id, lower(name));
call protect_org('team', 'delete', 'not_applicable', 'full');
grant select, insert, update, delete on team to holdfast_app;

create table team_member (
  org_id uuid not null references organization (org_id) on delete cascade,
  team_id uuid not null,
  member_id uuid not null,
  is_lead boolean not null,
  joined_at timestamptz not null,
  primary key (org_id, team_id, member_id),
  foreign key (org_id, team_id) references team (org_id, id) on delete cascade,
  foreign key (org_id, member_id) references member (org_id, id) on delete cascade
);
create index team_member_of_member on team_member (org_id, member_id);
call protect_org('team_member', 'delete', 'delete', 'full');
grant select, insert, update, delete on team_member to holdfast_app;
grant select on team_member to holdfast_lookup;
create policy open_to_lookup on team_member for select to holdfast_lookup using (true);

create table team_role (
  org_id uuid not null references organization (org_id) on delete cascade,
  team_id uuid not null,
  role_id uuid not null,
  given_at timestamptz not null,
  primary key (org_id, team_id, role_id),
  foreign key (org_id, team_id) references team (org_id, id) on delete cascade,
  foreign key (org_id, role_id) references custom_role (org_id, id) on delete cascade
);
create index team_role_of_role on team_role (org_id, role_id);
call protect_org('team_role', 'delete', 'not_applicable', 'full');
grant select, insert, delete on team_role to holdfast_app;
grant select on team_role to holdfast_lookup;
create policy open_to_lookup on team_role for select to holdfast_lookup using (true);

-- What a member holds beyond their base role: by roles of their own, and by roles of their teams.
create function granted_permissions(org uuid, member uuid) returns text[] language plpgsql stable
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  return array(
    select distinct unnest(r.permissions)
      from (select g.role_id from member_role g where g.org_id = org and g.member_id = member
            union
            select g.role_id from team_member t join team_role g on g.org_id = t.org_id and g.team_id = t.team_id
             where t.org_id = org and t.member_id = member) held
      join custom_role r on r.org_id = org and r.id = held.role_id
     order by 1);
end $$;
call own_lookup('granted_permissions(uuid, uuid)', 'holdfast_runtime');

-- Streams that are open ask again who calls, on every server, when what somebody holds has changed, whoever changed it.
create function authority_changed() returns trigger language plpgsql as $$
begin
  insert into epoch (org_id, kind, value) values (case when tg_op = 'DELETE' then old.org_id else new.org_id end, 'session', 1)
    on conflict (org_id, kind) do update set value = epoch.value + 1;
  return null;
end $$;
create trigger custom_role_changed after update of permissions or delete on custom_role for each row execute function authority_changed();
create trigger member_role_changed after insert or delete on member_role for each row execute function authority_changed();
create trigger team_role_changed after insert or delete on team_role for each row execute function authority_changed();
create trigger team_member_changed after insert or delete on team_member for each row execute function authority_changed();
call own_lookup('authority_changed()', 'holdfast_lookup');

-- As before, with what the caller holds beyond their base role.
drop function identify_session(bytea);
create function identify_session(hash bytea) returns table (
  user_id uuid, session_id uuid, org_id uuid, member_id uuid, role text, granted text[], proven_at timestamptz, epoch text,
  proven_by text, factor_kinds text[], required text, allowed_kinds text[], in_grace boolean, is_probe boolean,
  console_networks text[]
) language plpgsql volatile set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  seen_at timestamptz;
begin
  select s.user_id, s.id, s.org_id, m.id, m.role, granted_permissions(m.org_id, m.id), s.proven_at, epoch_of(s.org_id), s.proven_by,
         array(select distinct f.kind from factor f where f.user_id = s.user_id and f.confirmed_at is not null order by 1),
         y.required, y.allowed_kinds,
         coalesce(now() < greatest(y.required_since, m.created_at) + make_interval(hours => y.grace_hours), false),
         is_probe(s.org_id), n.console, s.last_seen_at
    into user_id, session_id, org_id, member_id, role, granted, proven_at, epoch, proven_by, factor_kinds, required, allowed_kinds,
         in_grace, is_probe, console_networks, seen_at
    from session s
    join member m on m.org_id = s.org_id and m.user_id = s.user_id and m.status = 'active'
    join person p on p.user_id = s.user_id and p.status = 'active'
    left join sign_in_policy y on y.org_id = s.org_id
    left join network_rules n on n.org_id = s.org_id
   where s.token_hash = hash and s.expires_at > now()
     and s.last_seen_at > now() - make_interval(mins => least(s.idle_minutes, y.idle_minutes))
     and (y.absolute_minutes is null or s.signed_in_at > now() - make_interval(mins => y.absolute_minutes));
  if not found then
    return;
  end if;
  return next;
  if seen_at < now() - interval '1 minute' then
    update session s set last_seen_at = now()
     where s.token_hash = hash and s.expires_at > now() and s.last_seen_at > now() - make_interval(mins => s.idle_minutes);
  end if;
end $$;
call own_lookup('identify_session(bytea)', 'holdfast_runtime');

drop function identify_api_keys(uuid[], uuid[]);
create function identify_api_keys(keys uuid[], persons uuid[]) returns table (
  id uuid, person uuid, kind text, org_id uuid, secret_hash bytea, previous_hash bytea, user_id uuid, member_id uuid, role text,
  granted text[], scopes text[], acts_for_people boolean, origins text[], per_minute integer, epoch text,
  api_networks text[], model_networks text[], key_networks text[], standing text
) language plpgsql stable
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
  set bytea_output = 'hex' as $$
begin
  return query
    select f.*, encode(sha256(convert_to(f::text, 'UTF8')), 'hex')
      from (
        select k.id, a.person, k.kind, k.org_id, k.secret_hash,
               case when k.previous_until > now() then k.previous_hash end as previous_hash,
               case k.kind when 'personal' then r.user_id else n.user_id end as user_id,
               case k.kind when 'personal' then r.id else n.id end as member_id,
               case k.kind when 'personal' then r.role else n.role end as role,
               granted_permissions(k.org_id, case k.kind when 'personal' then r.id else n.id end) as granted,
               k.scopes, k.acts_for_people, k.origins, k.per_minute, epoch_of(k.org_id) as epoch,
               w.api as api_networks, w.models as model_networks, b.blocks as key_networks
          from unnest(keys, persons) as a (key, person)
          join api_key k on k.id = a.key and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
          join member r on r.org_id = k.org_id and r.user_id = coalesce(k.owner_user_id, k.responsible_user_id) and r.status = 'active'
          join person p on p.user_id = r.user_id and p.status = 'active'
          left join lateral (
            select m.user_id, m.id, m.role
              from api_key_person l
              join member m on m.org_id = l.org_id and m.user_id = l.user_id and m.status = 'active'
              join person q on q.user_id = m.user_id and q.status = 'active'
             where k.kind = 'service' and k.acts_for_people and l.org_id = k.org_id and l.key_id = k.id and l.user_id = a.person
          ) n on true
          left join network_rules w on w.org_id = k.org_id
          left join api_key_networks b on b.org_id = k.org_id and b.key_id = k.id
      ) f;
end $$;
call own_lookup('identify_api_keys(uuid[], uuid[])', 'holdfast_runtime');

drop function role_of_member(uuid, uuid);
create function role_of_member(org uuid, person_id uuid) returns table (role text, granted text[]) language sql stable
begin atomic
  select m.role, granted_permissions(m.org_id, m.id) from member m join person p on p.user_id = m.user_id and p.status = 'active'
   where m.org_id = org and m.user_id = person_id and m.status = 'active';
end;
call own_lookup('role_of_member(uuid, uuid)', 'holdfast_runtime');

-- Who has which role and by what, with the caller's own rights, hence inside the wall.
create function list_held_roles(member uuid) returns table (id uuid, name text, permissions text[], team_id uuid, team_name text)
language sql stable begin atomic
  select r.id, r.name, r.permissions, null::uuid, null::text
    from member_role g join custom_role r on r.org_id = g.org_id and r.id = g.role_id
   where g.org_id = current_org() and g.member_id = member
  union all
  select r.id, r.name, r.permissions, t.id, t.name
    from team_member p
    join team t on t.org_id = p.org_id and t.id = p.team_id
    join team_role g on g.org_id = t.org_id and g.team_id = t.id
    join custom_role r on r.org_id = g.org_id and r.id = g.role_id
   where p.org_id = current_org() and p.member_id = member
   order by 5 nulls first, 2, 1;
end;
grant execute on function list_held_roles(uuid) to holdfast_app;

create function list_member_people() returns table (member_id uuid, name text, email text, role text, status text)
language sql stable begin atomic
  select m.id, p.name, p.email, m.role, m.status from member m join list_people() p on p.user_id = m.user_id
   where m.org_id = current_org();
end;
grant execute on function list_member_people() to holdfast_app;

create function list_role_holders(role uuid)
returns table (member_id uuid, name text, email text, base_role text, otherwise text[])
language sql stable begin atomic
  with held as (
    select g.member_id, g.role_id from member_role g where g.org_id = current_org()
    union
    select p.member_id, g.role_id from team_member p
      join team_role g on g.org_id = p.org_id and g.team_id = p.team_id where p.org_id = current_org())
  select h.member_id, m.name, m.email, m.role,
         array(select distinct unnest(r.permissions) from held o
                 join custom_role r on r.org_id = current_org() and r.id = o.role_id
                where o.member_id = h.member_id and o.role_id <> list_role_holders.role order by 1)
    from held h join list_member_people() m on m.member_id = h.member_id
   where h.role_id = list_role_holders.role and m.status = 'active'
   order by m.name, h.member_id;
end;
grant execute on function list_role_holders(uuid) to holdfast_app;

create function list_team_roles(team uuid) returns table (id uuid, name text, permissions text[])
language sql stable begin atomic
  select r.id, r.name, r.permissions
    from team_role g join custom_role r on r.org_id = g.org_id and r.id = g.role_id
   where g.org_id = current_org() and g.team_id = team
   order by r.name, r.id;
end;
grant execute on function list_team_roles(uuid) to holdfast_app;

create function count_teams_with_role(role uuid) returns bigint
language sql stable begin atomic
  select count(*) from team_role g where g.org_id = current_org() and g.role_id = role;
end;
grant execute on function count_teams_with_role(uuid) to holdfast_app;
