-- A share invites somebody from elsewhere into one object.
alter table invitation drop constraint invitation_role_check,
  add constraint invitation_role_check check (role in ('owner', 'admin', 'member', 'viewer', 'guest')),
  -- What a guest is invited into: as a grant has it. A guest manages nothing.
  add column object_kind text check (object_kind ~ '^[a-z][a-z_]{0,62}$'),
  add column object_id uuid,
  add column rank integer check (rank between 1 and 2),
  add column grant_expires_at timestamptz,
  add constraint invitation_shares check (
    num_nonnulls(object_kind, object_id, rank) = case when role = 'guest' then 3 else 0 end
    and (role = 'guest' or grant_expires_at is null));

-- What an invitation shares is told with it: to whoever has its token, and to the mail that brings a new one.
drop function find_invitation(bytea);
create function find_invitation(hash bytea) returns table (
  org_id uuid, id uuid, email text, role text, state text, expires_at timestamptz, organization text, user_id uuid, user_status text,
  idle_minutes integer, absolute_minutes integer, password_length_min integer, console_networks text[], object_kind text, rank integer
) language sql stable
begin atomic
  select i.org_id, i.id, i.email, i.role, case when i.state = 'open' and i.expires_at <= now() then 'expired' else i.state end, i.expires_at,
         o.name, p.user_id, p.status, y.idle_minutes, y.absolute_minutes, y.password_length_min, n.console, i.object_kind, i.rank
    from invitation i
    join organization o on o.org_id = i.org_id
    left join person p on lower(p.email) = lower(i.email)
    left join sign_in_policy y on y.org_id = i.org_id
    left join network_rules n on n.org_id = i.org_id
   where i.token_hash = hash;
end;
call own_lookup('find_invitation(bytea)', 'holdfast_runtime');

drop function find_invited(uuid, uuid);
create function find_invited(org uuid, invitation_id uuid) returns table (email text, role text, object_kind text, rank integer) language sql stable
begin atomic
  select i.email, i.role, i.object_kind, i.rank from invitation i where i.org_id = org and i.id = invitation_id;
end;
call own_lookup('find_invited(uuid, uuid)', 'holdfast_runtime');
