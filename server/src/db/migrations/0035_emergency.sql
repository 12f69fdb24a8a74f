-- The way in when every other is broken: a credential in two parts, its uses, and what has to follow each of them.
create table emergency_seal (
  org_id uuid not null references organization (org_id) on delete cascade,
  id uuid not null,
  first_hash bytea not null check (octet_length(first_hash) = 32),
  second_hash bytea not null check (octet_length(second_hash) = 32 and second_hash <> first_hash),
  sealed_at timestamptz not null,
  sealed_by uuid not null,
  -- Used, or replaced by another before it was.
  spent_at timestamptz,
  primary key (org_id, id)
);
create unique index emergency_seal_live on emergency_seal (org_id) where spent_at is null;
call protect_org('emergency_seal', 'delete', 'not_applicable', 'redacted');
grant select, insert, update on emergency_seal to holdfast_app;
grant select on emergency_seal to holdfast_lookup;
create policy open_to_lookup on emergency_seal for select to holdfast_lookup using (true);

-- waiting for the second part → granted → open → over; each step is one update that only one of many at once makes.
create table emergency_use (
  org_id uuid not null references organization (org_id) on delete cascade,
  id uuid not null,
  -- Null for the operator of the host, who needs none.
  seal_id uuid,
  first_part integer check (first_part in (1, 2)),
  code_hash bytea check (octet_length(code_hash) = 32),
  request_hash bytea not null check (octet_length(request_hash) = 32),
  reason text not null check (length(reason) between 10 and 500),
  requested_at timestamptz not null,
  request_ends_at timestamptz not null,
  granted_at timestamptz,
  opened_at timestamptz,
  token_hash bytea check (octet_length(token_hash) = 32),
  expires_at timestamptz,
  ended_at timestamptz,
  review text check (length(review) between 20 and 4000),
  reviewed_at timestamptz,
  reviewed_by uuid,
  primary key (org_id, id),
  foreign key (org_id, seal_id) references emergency_seal (org_id, id),
  check ((opened_at is null) = (token_hash is null) and (opened_at is null) = (expires_at is null)),
  -- It is not extended: no update writes a later end.
  check (expires_at <= opened_at + interval '60 minutes'),
  check ((seal_id is null) = (first_part is null) and (seal_id is null) = (code_hash is null)),
  check ((review is null) = (reviewed_at is null) and (review is null) = (reviewed_by is null))
);
create unique index emergency_use_request on emergency_use (request_hash);
create unique index emergency_use_token on emergency_use (token_hash) where token_hash is not null;
create index emergency_use_requested on emergency_use (org_id, requested_at);
create index emergency_use_seal on emergency_use (org_id, seal_id);
call protect_org('emergency_use', 'delete', 'not_applicable', 'redacted');
grant select, insert, update on emergency_use to holdfast_app;
grant select on emergency_use to holdfast_lookup;
create policy open_to_lookup on emergency_use for select to holdfast_lookup using (true);

-- Asked while nobody is known: the sealed credential of the organization of this name. The server compares in constant time.
create function find_emergency_seal(wanted text) returns table (
  org_id uuid, seal_id uuid, first_hash bytea, second_hash bytea
) language sql stable
begin atomic
  select o.org_id, s.id, s.first_hash, s.second_hash
    from organization o join emergency_seal s on s.org_id = o.org_id and s.spent_at is null
   where o.slug = wanted;
end;
call own_lookup('find_emergency_seal(text)', 'holdfast_runtime');

-- The name of an organization, for mails to its owners; asked with the organization of a credential.
create function find_slug(org uuid) returns table (slug text) language sql stable
begin atomic
  select o.slug from organization o where o.org_id = org;
end;
call own_lookup('find_slug(uuid)', 'holdfast_runtime');

create function find_emergency_request(hash bytea) returns table (org_id uuid, id uuid, slug text, reason text) language sql stable
begin atomic
  select u.org_id, u.id, o.slug, u.reason from emergency_use u join organization o on o.org_id = u.org_id
   where u.request_hash = hash and u.opened_at is null and u.ended_at is null and u.request_ends_at > now();
end;
call own_lookup('find_emergency_request(bytea)', 'holdfast_runtime');

-- The session of a use, while it is one.
create function identify_emergency(hash bytea) returns table (org_id uuid, id uuid, epoch text, expires_at timestamptz)
language plpgsql stable set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
  return query
    select u.org_id, u.id, epoch_of(u.org_id), u.expires_at from emergency_use u
     where u.token_hash = hash and u.ended_at is null and u.expires_at > now()
       and u.opened_at > now() - interval '60 minutes';
end $$;
call own_lookup('identify_emergency(bytea)', 'holdfast_runtime');

-- What the control of break-glass looks at: never a hash, an organization or a word that somebody wrote. The installation's
-- own organizations are tried on purpose.
create function look_at_emergencies() returns table (
  late_sessions bigint, unreviewed bigint, oldest_unreviewed_days integer, unsealed bigint, used_again bigint, alone bigint
) language sql stable
begin atomic
  with used as (select u.* from emergency_use u where u.opened_at is not null and not is_probe(u.org_id)),
       open_reviews as (select u.* from used u where u.reviewed_at is null
                         and coalesce(u.ended_at, u.expires_at) < now())
  select (select count(*) from used u where u.expires_at > u.opened_at + interval '60 minutes'),
         (select count(*) from open_reviews),
         (select coalesce(max(extract(day from now() - r.opened_at))::integer, 0) from open_reviews r),
         (select count(distinct u.org_id) from used u
           where coalesce(u.ended_at, u.expires_at) < now()
             and not exists (select from emergency_seal s where s.org_id = u.org_id and s.spent_at is null)),
         (select count(distinct u.org_id) from used u
           where u.opened_at > now() - interval '90 days'
             and exists (select from used o where o.org_id = u.org_id and o.id <> u.id
                          and o.opened_at between u.opened_at - interval '90 days' and u.opened_at)),
         (select count(*) from used u where u.seal_id is null and u.opened_at > now() - interval '90 days');
end;
call own_lookup('look_at_emergencies()', 'holdfast_runtime');
