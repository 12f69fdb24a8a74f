create table member (
  org_id uuid not null references organization (org_id) on delete cascade,
  id uuid not null,
  user_id uuid not null references person (user_id) on delete cascade,
  role text not null check (role in ('owner', 'admin', 'member', 'viewer')),
  status text not null default 'active' check (status in ('active', 'suspended')),
  version integer not null default 1,
  created_at timestamptz not null,
  primary key (org_id, id),
  unique (org_id, user_id)
);
create index member_user on member (user_id);
call protect_org('member', 'delete', 'delete', 'full');
grant select, insert, update, delete on member to holdfast_app;
grant select on member to holdfast_lookup;
create policy open_to_lookup on member for select to holdfast_lookup using (true);

-- Which organizations may this person enter: asked at sign-in, before an organization is chosen.
create function list_memberships(person_id uuid) returns table (org_id uuid, slug text, role text) language sql stable
begin atomic
  select m.org_id, o.slug, m.role from member m join organization o on o.org_id = m.org_id
   where m.user_id = person_id and m.status = 'active' order by m.created_at, m.org_id;
end;
call own_lookup('list_memberships(uuid)', 'holdfast_runtime');

-- Names and addresses of people, for members of the current organization only.
create function list_people() returns table (user_id uuid, email text, name text) language sql stable
begin atomic
  select p.user_id, p.email, p.name from person p where p.user_id in (select m.user_id from member m where m.org_id = current_org());
end;
call own_lookup('list_people()', 'holdfast_app');

-- A job runs with the rights its enqueuer has when it runs, not when it was enqueued.
create function role_of_member(org uuid, person_id uuid) returns table (role text) language sql stable
begin atomic
  select m.role from member m join person p on p.user_id = m.user_id and p.status = 'active'
   where m.org_id = org and m.user_id = person_id and m.status = 'active';
end;
call own_lookup('role_of_member(uuid, uuid)', 'holdfast_runtime');
