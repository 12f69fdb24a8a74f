create table api_key (
  org_id uuid not null references organization (org_id) on delete cascade,
  id uuid not null,
  owner_user_id uuid not null,
  name text not null check (length(name) between 1 and 100),
  scopes text[] not null check (cardinality(scopes) between 1 and 50),
  secret_hash bytea not null check (octet_length(secret_hash) = 32),
  expires_at timestamptz,
  revoked_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null,
  primary key (org_id, id),
  foreign key (org_id, owner_user_id) references member (org_id, user_id) on delete cascade
);
-- A key is found by its own id before any organization is known.
create unique index api_key_id on api_key (id);
call protect_org('api_key', 'delete', 'delete', 'redacted');
grant select, insert, update, delete on api_key to holdfast_app;
grant select on api_key to holdfast_lookup;
create policy open_to_lookup on api_key for select to holdfast_lookup using (true);

-- Many keys in one trip. Only live keys of active members come back; the hash is compared by the server in constant time.
-- PL/pgSQL keeps the one plan it is told to make, which makes a look-up eight times cheaper up to PostgreSQL 17. A plan made
-- while the tables were small must not read all of them when they have grown, hence no plan but by index.
create function identify_api_keys(ids uuid[]) returns table (
  id uuid, org_id uuid, secret_hash bytea, user_id uuid, member_id uuid, role text, scopes text[], epoch text
) language plpgsql stable
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  return query
    select k.id, k.org_id, k.secret_hash, m.user_id, m.id, m.role, k.scopes, epoch_of(k.org_id)
      from api_key k
      join member m on m.org_id = k.org_id and m.user_id = k.owner_user_id and m.status = 'active'
      join person p on p.user_id = m.user_id and p.status = 'active'
     where k.id = any (ids) and k.revoked_at is null and (k.expires_at is null or k.expires_at > now());
end $$;
call own_lookup('identify_api_keys(uuid[])', 'holdfast_runtime');
