-- Roles that an organization makes itself: sets of permissions, given to members beside their base role.
create table custom_role (
  org_id uuid not null references organization (org_id) on delete cascade,
  id uuid not null,
  name text not null check (length(name) between 1 and 100),
  description text not null check (length(description) <= 500),
  permissions text[] not null check (cardinality(permissions) between 1 and 200),
  version integer not null default 1,
  created_at timestamptz not null,
  primary key (org_id, id)
);
create unique index custom_role_name on custom_role (org_id, lower(name));
call protect_org('custom_role', 'delete', 'not_applicable', 'full');
grant select, insert, update, delete on custom_role to holdfast_app;
grant select on custom_role to holdfast_lookup;
create policy open_to_lookup on custom_role for select to holdfast_lookup using (true);

create table member_role (
  org_id uuid not null references organization (org_id) on delete cascade,
  member_id uuid not null,
  role_id uuid not null,
  given_at timestamptz not null,
  primary key (org_id, member_id, role_id),
  foreign key (org_id, member_id) references member (org_id, id) on delete cascade,
  foreign key (org_id, role_id) references custom_role (org_id, id) on delete cascade
);
create index member_role_of_role on member_role (org_id, role_id);
call protect_org('member_role', 'delete', 'delete', 'full');
grant select, insert, delete on member_role to holdfast_app;
grant select on member_role to holdfast_lookup;
create policy open_to_lookup on member_role for select to holdfast_lookup using (true);
