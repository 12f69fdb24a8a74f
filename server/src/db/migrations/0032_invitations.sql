-- Invitations: a role in the organization for whoever reads mail at an address. The link carries the token, the table its keyed hash.
create table invitation (
  org_id uuid not null references organization (org_id) on delete cascade,
  id uuid not null,
  email text not null check (length(email) between 3 and 254),
  role text not null check (role in ('owner', 'admin', 'member', 'viewer')),
  -- The membership whose rights it rests on. That may end; whoever comes back has another one.
  invited_by uuid not null,
  token_hash bytea not null check (octet_length(token_hash) = 32),
  -- One that is open and past its time has expired; it is marked so when it stands in the way of a new one.
  state text not null default 'open' check (state in ('open', 'accepted', 'expired', 'canceled')),
  created_at timestamptz not null,
  sent_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  version integer not null default 1,
  primary key (org_id, id),
  check ((state = 'open') = (ended_at is null))
);
create unique index invitation_open on invitation (org_id, lower(email)) where state = 'open';
create unique index invitation_token on invitation (token_hash);
create index invitation_expires_at on invitation (expires_at);
call protect_org('invitation', 'delete', 'delete', 'redacted');
grant select, insert, update on invitation to holdfast_app;
call open_to('invitation', 'holdfast_maintenance', 'select, delete');
grant select on invitation to holdfast_lookup;
create policy open_to_lookup on invitation for select to holdfast_lookup using (true);
grant select (name) on organization to holdfast_lookup;

-- What a token is for: asked before anybody is known, by whoever has it, and answered to nobody else.
create function find_invitation(hash bytea) returns table (
  org_id uuid, id uuid, email text, role text, state text, expires_at timestamptz, organization text, user_id uuid, user_status text,
  idle_minutes integer, absolute_minutes integer, password_length_min integer, console_networks text[]
) language sql stable
begin atomic
  select i.org_id, i.id, i.email, i.role, case when i.state = 'open' and i.expires_at <= now() then 'expired' else i.state end, i.expires_at,
         o.name, p.user_id, p.status, y.idle_minutes, y.absolute_minutes, y.password_length_min, n.console
    from invitation i
    join organization o on o.org_id = i.org_id
    left join person p on lower(p.email) = lower(i.email)
    left join sign_in_policy y on y.org_id = i.org_id
    left join network_rules n on n.org_id = i.org_id
   where i.token_hash = hash;
end;
call own_lookup('find_invitation(bytea)', 'holdfast_runtime');

-- Names of those who invited and are still there.
create function list_inviters() returns table (member_id uuid, name text) language sql stable
begin atomic
  select m.id, p.name from member m join person p on p.user_id = m.user_id where m.org_id = current_org();
end;
call own_lookup('list_inviters()', 'holdfast_app');

-- For the mail, which is written before the transaction: asked with the organization of the caller's credential.
create function find_organization_name(org uuid) returns table (name text) language sql stable
begin atomic
  select o.name from organization o where o.org_id = org;
end;
call own_lookup('find_organization_name(uuid)', 'holdfast_runtime');

create function find_invited(org uuid, invitation_id uuid) returns table (email text, role text) language sql stable
begin atomic
  select i.email, i.role from invitation i where i.org_id = org and i.id = invitation_id;
end;
call own_lookup('find_invited(uuid, uuid)', 'holdfast_runtime');
