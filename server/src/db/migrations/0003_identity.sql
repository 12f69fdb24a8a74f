create table person (
  user_id uuid not null,
  email text not null check (length(email) between 3 and 254),
  name text not null check (length(name) between 1 and 100),
  status text not null default 'active' check (status in ('active', 'suspended')),
  version integer not null default 1,
  created_at timestamptz not null,
  primary key (user_id)
);
-- One account an e-mail address across the installation, whatever the case: people belong to no organization.
create unique index person_email on person (lower(email));
call protect_person('person', 'not_applicable', 'delete', 'full');
grant select, insert, update on person to holdfast_app;
grant select (user_id, email, name, status) on person to holdfast_lookup;
create policy open_to_lookup on person for select to holdfast_lookup using (true);

create table password (
  user_id uuid not null references person (user_id) on delete cascade,
  hash text not null check (hash like '$argon2id$%'),
  changed_at timestamptz not null,
  primary key (user_id)
);
call protect_person('password', 'not_applicable', 'delete', 'never');
grant select, insert, update, delete on password to holdfast_app;
grant select on password to holdfast_lookup;
create policy open_to_lookup on password for select to holdfast_lookup using (true);

-- Sign-in asks before anybody is known; the answer never leaves the server.
create function find_password(address text) returns table (user_id uuid, hash text, status text) language sql stable
begin atomic
  select p.user_id, w.hash, p.status from person p join password w on w.user_id = p.user_id where lower(p.email) = lower(address);
end;
call own_lookup('find_password(text)', 'holdfast_runtime');
