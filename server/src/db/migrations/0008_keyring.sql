-- Data keys of organizations: only wrapped under the master key, each with the canary that proves it.
create table data_key (
  org_id uuid not null references organization (org_id) on delete cascade,
  id uuid not null,
  version integer not null check (version > 0),
  state text not null check (state in ('staged', 'active', 'decrypt-only', 'retired', 'destroyed')),
  wrapped bytea not null,
  kek_id text not null check (kek_id ~ '^[0-9a-f]{16}$'),
  canary bytea not null,
  created_at timestamptz not null,
  primary key (org_id, id),
  unique (org_id, version)
);
-- Never two keys that seal.
create unique index data_key_active on data_key (org_id) where state = 'active';
call protect_org('data_key', 'delete', 'not_applicable', 'never');
grant select, insert, update on data_key to holdfast_app;
grant select on data_key to holdfast_lookup;
create policy open_to_lookup on data_key for select to holdfast_lookup using (true);

create function find_data_keys(org uuid) returns table (
  id uuid, version integer, state text, wrapped bytea, kek_id text, canary bytea
) language sql stable
begin atomic
  select k.id, k.version, k.state, k.wrapped, k.kek_id, k.canary from data_key k where k.org_id = org and k.state <> 'destroyed';
end;
call own_lookup('find_data_keys(uuid)', 'holdfast_runtime');

-- Is anything sealed here? A missing root key over sealed data must never be healed by a new one.
create function count_data_keys() returns table (total bigint, kek_ids text[]) language sql stable
begin atomic
  select count(*), array_agg(distinct k.kek_id) from data_key k;
end;
call own_lookup('count_data_keys()', 'holdfast_runtime');
