-- From which addresses the people and keys of an organization may come. No row, or an empty list: from everywhere.
create table network_rules (
  org_id uuid not null references organization (org_id) on delete cascade,
  console text[] not null default '{}' check (cardinality(console) <= 200 and console::cidr[] is not null),
  api text[] not null default '{}' check (cardinality(api) <= 200 and api::cidr[] is not null),
  models text[] not null default '{}' check (cardinality(models) <= 200 and models::cidr[] is not null),
  version integer not null default 1,
  updated_at timestamptz not null,
  primary key (org_id)
);
call protect_org('network_rules', 'delete', 'not_applicable', 'full');
grant select, insert, update, delete on network_rules to holdfast_app;
grant select on network_rules to holdfast_lookup;
create policy open_to_lookup on network_rules for select to holdfast_lookup using (true);

-- The same for one key, beside what its organization says: both must let a call in.
create table api_key_networks (
  org_id uuid not null,
  key_id uuid not null,
  blocks text[] not null check (cardinality(blocks) between 1 and 200 and blocks::cidr[] is not null),
  primary key (org_id, key_id),
  foreign key (org_id, key_id) references api_key (org_id, id) on delete cascade
);
call protect_org('api_key_networks', 'delete', 'delete', 'full');
grant select, insert, update, delete on api_key_networks to holdfast_app;
grant select on api_key_networks to holdfast_lookup;
create policy open_to_lookup on api_key_networks for select to holdfast_lookup using (true);

-- Whoever changes a rule, in whichever way, is noticed by open streams and by what is remembered of callers.
create function networks_changed() returns trigger language plpgsql as $$
begin
  insert into epoch (org_id, kind, value) values (coalesce(new.org_id, old.org_id), 'networks', 1)
    on conflict (org_id, kind) do update set value = epoch.value + 1;
  return null;
end $$;
create trigger networks_changed after insert or update or delete on network_rules for each row execute function networks_changed();
create trigger networks_changed after insert or update or delete on api_key_networks for each row execute function networks_changed();
call own_lookup('networks_changed()', 'holdfast_lookup');

-- What a key is, with the lists it is held to.
drop function identify_api_keys(uuid[]);
create function identify_api_keys(ids uuid[]) returns table (
  id uuid, org_id uuid, secret_hash bytea, user_id uuid, member_id uuid, role text, scopes text[], epoch text,
  api_networks text[], model_networks text[], key_networks text[]
) language plpgsql stable
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  return query
    select k.id, k.org_id, k.secret_hash, m.user_id, m.id, m.role, k.scopes, epoch_of(k.org_id), n.api, n.models, b.blocks
      from api_key k
      join member m on m.org_id = k.org_id and m.user_id = k.owner_user_id and m.status = 'active'
      join person p on p.user_id = m.user_id and p.status = 'active'
      left join network_rules n on n.org_id = k.org_id
      left join api_key_networks b on b.org_id = k.org_id and b.key_id = k.id
     where k.id = any (ids) and k.revoked_at is null and (k.expires_at is null or k.expires_at > now());
end $$;
call own_lookup('identify_api_keys(uuid[])', 'holdfast_runtime');

-- A session token to who is calling, with the list that its organization holds the console to.
drop function identify_session(bytea);
create function identify_session(hash bytea) returns table (
  user_id uuid, session_id uuid, org_id uuid, member_id uuid, role text, proven_at timestamptz, epoch text,
  proven_by text, factor_kinds text[], required text, allowed_kinds text[], in_grace boolean, is_probe boolean,
  console_networks text[]
) language plpgsql volatile set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  seen_at timestamptz;
begin
  select s.user_id, s.id, s.org_id, m.id, m.role, s.proven_at, epoch_of(s.org_id), s.proven_by,
         array(select distinct f.kind from factor f where f.user_id = s.user_id and f.confirmed_at is not null order by 1),
         y.required, y.allowed_kinds,
         coalesce(now() < greatest(y.required_since, m.created_at) + make_interval(hours => y.grace_hours), false),
         is_probe(s.org_id), n.console, s.last_seen_at
    into user_id, session_id, org_id, member_id, role, proven_at, epoch, proven_by, factor_kinds, required, allowed_kinds,
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

-- What each organization of a person demands, and from where it lets them in.
drop function list_demands(uuid);
create function list_demands(person_id uuid) returns table (
  org_id uuid, slug text, role text, required text, allowed_kinds text[], grace_until timestamptz, idle_minutes integer,
  absolute_minutes integer, password_length_min integer, is_probe boolean, console_networks text[]
) language sql stable
begin atomic
  select m.org_id, o.slug, m.role, y.required, y.allowed_kinds,
         greatest(y.required_since, m.created_at) + make_interval(hours => y.grace_hours), y.idle_minutes, y.absolute_minutes,
         y.password_length_min, is_probe(m.org_id), n.console
    from member m join organization o on o.org_id = m.org_id left join sign_in_policy y on y.org_id = m.org_id
    left join network_rules n on n.org_id = m.org_id
   where m.user_id = person_id and m.status = 'active' order by m.created_at, m.org_id;
end;
call own_lookup('list_demands(uuid)', 'holdfast_runtime');

-- The organization that a command on the host names, and whom to tell of what was done to it.
create function find_organization(wanted text) returns table (org_id uuid) language sql stable
begin atomic
  select o.org_id from organization o where o.slug = wanted;
end;
call own_lookup('find_organization(text)', 'holdfast_runtime');

create function list_owners(org uuid) returns table (user_id uuid, email text) language sql stable
begin atomic
  select p.user_id, p.email from member m join person p on p.user_id = m.user_id and p.status = 'active'
   where m.org_id = org and m.role = 'owner' and m.status = 'active' order by m.created_at, m.id;
end;
call own_lookup('list_owners(uuid)', 'holdfast_runtime');
