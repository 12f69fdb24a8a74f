create table provider (
  org_id uuid not null references organization (org_id) on delete cascade,
  id uuid not null,
  name text not null check (length(name) between 1 and 100),
  kind text not null check (kind in ('openai', 'anthropic', 'google', 'openai_compatible', 'ollama')),
  base_url text not null check (length(base_url) <= 2048),
  models text[],
  local boolean not null,
  secret bytea,
  secret_reference text,
  version integer not null default 1,
  created_at timestamptz not null,
  primary key (org_id, id),
  unique (org_id, name),
  check (secret is null or secret_reference is null)
);
call protect_org('provider', 'delete', 'not_applicable', 'redacted');
grant select, insert, update, delete on provider to holdfast_app;
grant select on provider to holdfast_lookup;
create policy open_to_lookup on provider for select to holdfast_lookup using (true);

-- The gateway reads an organization's providers once an epoch, outside any transaction.
create function find_providers(org uuid) returns table (
  id uuid, name text, kind text, base_url text, models text[], local boolean, secret bytea, secret_reference text
) language sql stable
begin atomic
  select p.id, p.name, p.kind, p.base_url, p.models, p.local, p.secret, p.secret_reference
    from provider p where p.org_id = org order by p.created_at, p.id;
end;
call own_lookup('find_providers(uuid)', 'holdfast_runtime');
