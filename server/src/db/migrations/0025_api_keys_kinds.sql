-- Keys of three kinds. personal: acts as its member. service: belongs to the organization and acts alone, or for the members in
-- its list and for nobody else. publishable: stands in a page, reads little, and works from the page's origin alone.
-- An organization's key has a member who answers for it. Without one it does nothing.
alter table api_key
  alter column owner_user_id drop not null,
  add column kind text not null default 'personal' check (kind in ('personal', 'service', 'publishable')),
  add column responsible_user_id uuid,
  -- Said, not concluded from the list: a list that has become empty must not turn into a key that needs nobody.
  add column acts_for_people boolean not null default false,
  add column origins text[] not null default '{}' check (cardinality(origins) <= 20),
  -- Null is what the installation gives every key.
  add column per_minute integer check (per_minute between 1 and 1000000),
  add column rotated_at timestamptz,
  add column previous_hash bytea check (octet_length(previous_hash) = 32),
  add column previous_until timestamptz,
  add column last_used_at timestamptz,
  add check ((kind = 'personal') = (owner_user_id is not null)),
  add check (kind = 'service' or not acts_for_people),
  add check ((kind = 'publishable') = (cardinality(origins) > 0)),
  add check ((previous_hash is null) = (previous_until is null)),
  add foreign key (org_id, responsible_user_id) references member (org_id, user_id) on delete set null (responsible_user_id);
create index api_key_responsible on api_key (org_id, responsible_user_id);
create index api_key_origins on api_key using gin (origins) where kind = 'publishable' and revoked_at is null;

-- Whoever takes the member away, and however: what nobody answers for is revoked.
create function revoke_orphaned_key() returns trigger language plpgsql as $$
begin
  new.revoked_at := coalesce(old.revoked_at, now());
  new.version := old.version + 1;
  return new;
end $$;
create trigger revoke_orphaned_key before update of responsible_user_id on api_key for each row
  when (old.responsible_user_id is not null and new.responsible_user_id is null) execute function revoke_orphaned_key();

-- The members a service key may act for. Who leaves is in no list, also when they come back.
create table api_key_person (
  org_id uuid not null,
  key_id uuid not null,
  user_id uuid not null,
  primary key (org_id, key_id, user_id),
  foreign key (org_id, key_id) references api_key (org_id, id) on delete cascade,
  foreign key (org_id, user_id) references member (org_id, user_id) on delete cascade
);
create index api_key_person_user on api_key_person (org_id, user_id);
call protect_org('api_key_person', 'delete', 'delete', 'full');
grant select, insert, delete on api_key_person to holdfast_app;
call open_to('api_key_person', 'holdfast_lookup', 'select');

-- Many callers in one trip, each a key and the person it says it acts for, if any. Only live keys that an active member answers for
-- come back; the hashes are compared by the server in constant time. A person who is not in the key's list, or is no active member,
-- is nobody: no user_id. `standing` is a digest of all that was found, of every column there is or will be.
-- The function of 0023 stays for servers of the release before; to them a key of the organization is none.
create function identify_api_keys(keys uuid[], persons uuid[]) returns table (
  id uuid, person uuid, kind text, org_id uuid, secret_hash bytea, previous_hash bytea, user_id uuid, member_id uuid, role text,
  scopes text[], acts_for_people boolean, origins text[], per_minute integer, epoch text,
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

-- Which pages may call with a key that stands in them: asked by a browser before it sends any key.
create function is_publishable_origin(origin text) returns table (found boolean) language sql stable
begin atomic
  select exists (
    select from api_key k
     where k.kind = 'publishable' and k.revoked_at is null and k.origins @> array[origin]
       and (k.expires_at is null or k.expires_at > now()));
end;
call own_lookup('is_publishable_origin(text)', 'holdfast_runtime');

-- The roles of those among these people who are active members of the current organization.
create function find_active_roles(users uuid[]) returns table (user_id uuid, role text) language sql stable
begin atomic
  select m.user_id, m.role
    from member m join person p on p.user_id = m.user_id and p.status = 'active'
   where m.org_id = current_org() and m.status = 'active' and m.user_id = any (users);
end;
call own_lookup('find_active_roles(uuid[])', 'holdfast_app');

-- From where and with what a key is used, by day: counted in the server and added once a while.
create table api_key_use (
  org_id uuid not null,
  key_id uuid not null,
  -- In UTC, such as 2026-11-22.
  day text not null check (day ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'),
  address text not null check (length(address) <= 64),
  client text not null check (length(client) <= 64),
  calls bigint not null,
  failures bigint not null,
  last_at timestamptz not null,
  primary key (org_id, key_id, day, address, client),
  foreign key (org_id, key_id) references api_key (org_id, id) on delete cascade
);
call protect_org('api_key_use', 'delete', 'delete', 'full');
grant select on api_key_use to holdfast_app;
call open_to('api_key_use', 'holdfast_lookup', 'select, insert, update');
call open_to('api_key_use', 'holdfast_maintenance', 'select, delete');
grant update (last_used_at) on api_key to holdfast_lookup;
create policy used_by_lookup on api_key for update to holdfast_lookup using (true) with check (true);

-- Whoever holds a key can call from anywhere, but makes no more than so many rows a day: the rest is one row of its own. Keys are
-- locked in one order, so that servers that note at the same time wait for each other and not crosswise.
create function note_api_key_uses(uses jsonb) returns table (noted bigint) language plpgsql volatile as $$
begin
  perform from api_key k
    where k.id in (select u.key from jsonb_to_recordset(uses) as u (key uuid)) order by k.id for no key update;
  with seen as (
    select k.org_id, k.id as key_id, to_char(now() at time zone 'UTC', 'YYYY-MM-DD') as day, u.address, u.client,
           sum(u.calls) as calls, sum(u.failures) as failures
      from jsonb_to_recordset(uses) as u (key uuid, address text, client text, calls bigint, failures bigint)
      join api_key k on k.id = u.key
     group by k.org_id, k.id, u.address, u.client),
  placed as (
    select s.*, o.key_id is not null as is_known,
           (select count(*) from api_key_use x where x.org_id = s.org_id and x.key_id = s.key_id and x.day = s.day)
             + row_number() over (partition by s.key_id order by (o.key_id is not null), s.calls desc) as place
      from seen s
      left join api_key_use o on o.org_id = s.org_id and o.key_id = s.key_id and o.day = s.day
        and o.address = s.address and o.client = s.client)
  insert into api_key_use as held (org_id, key_id, day, address, client, calls, failures, last_at)
  select p.org_id, p.key_id, p.day, case when p.is_known or p.place <= 50 then p.address else 'elsewhere' end,
         case when p.is_known or p.place <= 50 then p.client else 'others' end, sum(p.calls), sum(p.failures), now()
    from placed p group by 1, 2, 3, 4, 5
  on conflict (org_id, key_id, day, address, client) do update
    set calls = held.calls + excluded.calls, failures = held.failures + excluded.failures, last_at = excluded.last_at;
  get diagnostics noted = row_count;
  update api_key k set last_used_at = now()
   where k.id in (select u.key from jsonb_to_recordset(uses) as u (key uuid));
  return next;
end $$;
call own_lookup('note_api_key_uses(jsonb)', 'holdfast_runtime');

-- Whose key this text may be: found by its id, also when its member is suspended or the key has ended by time.
create function find_leaked_api_key(key uuid) returns table (
  org_id uuid, id uuid, secret_hash bytea, previous_hash bytea, email text
) language sql stable
begin atomic
  select k.org_id, k.id, k.secret_hash, k.previous_hash, p.email
    from api_key k left join person p on p.user_id = coalesce(k.owner_user_id, k.responsible_user_id)
   where k.id = key and k.revoked_at is null and k.kind <> 'publishable';
end;
call own_lookup('find_leaked_api_key(uuid)', 'holdfast_runtime');
