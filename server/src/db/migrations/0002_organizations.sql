create table organization (
  org_id uuid not null,
  name text not null check (length(name) between 1 and 100),
  slug text not null check (slug ~ '^[a-z0-9](-?[a-z0-9]){1,39}$'),
  version integer not null default 1,
  created_at timestamptz not null,
  primary key (org_id)
);
-- A slug is an address, so it is unique across organizations on purpose; nothing else of an organization leaks through a key.
create unique index organization_slug on organization (slug);
call protect_org('organization', 'delete', 'not_applicable', 'full');
grant select, insert, update on organization to holdfast_app;
grant select (org_id, slug) on organization to holdfast_lookup;
create policy open_to_lookup on organization for select to holdfast_lookup using (true);
