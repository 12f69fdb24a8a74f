-- Whether the secret of a provider was seen by others, since when that is known, and whether it is used all the same until it is replaced.
alter table provider
  add column exposed_at timestamptz,
  add column is_blocked boolean not null default false,
  add check (exposed_at is not null or not is_blocked);

-- As before, with whether its secret may be used.
drop function find_providers(uuid);
create function find_providers(org uuid) returns table (
  id uuid, name text, kind text, base_url text, models text[], local boolean, secret bytea, secret_reference text, is_blocked boolean
) language sql stable
begin atomic
  select p.id, p.name, p.kind, p.base_url, p.models, p.local, p.secret, p.secret_reference, p.is_blocked
    from provider p where p.org_id = org order by p.created_at, p.id;
end;
call own_lookup('find_providers(uuid)', 'holdfast_runtime');

-- EN6: secrets that others have seen and nobody has replaced.
create function look_at_exposed() returns table (exposed bigint) language sql stable
begin atomic
  select count(*) from provider where exposed_at is not null;
end;
call own_lookup('look_at_exposed()', 'holdfast_runtime');
