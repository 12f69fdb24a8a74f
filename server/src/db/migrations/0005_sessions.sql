create table session (
  user_id uuid not null references person (user_id) on delete cascade,
  id uuid not null,
  org_id uuid not null references organization (org_id) on delete cascade,
  token_hash bytea not null check (octet_length(token_hash) = 32),
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  proven_at timestamptz not null,
  idle_minutes integer not null check (idle_minutes > 0),
  expires_at timestamptz not null,
  address text not null,
  device text not null check (length(device) <= 200),
  primary key (user_id, id)
);
create unique index session_token on session (token_hash);
create index session_org on session (org_id);
call protect_person('session', 'delete', 'delete', 'redacted');
grant select, insert, update, delete on session to holdfast_app;
grant select, update (last_seen_at) on session to holdfast_lookup;
create policy open_to_lookup on session to holdfast_lookup using (true) with check (true);

-- A session token to who is calling. Expired, idle, suspended: no row, hence 401.
-- last_seen_at moves at most once a minute, so reading a page isn't a write each time.
create function identify_session(hash bytea) returns table (
  user_id uuid, session_id uuid, org_id uuid, member_id uuid, role text, proven_at timestamptz, epoch text
) language plpgsql volatile set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  seen_at timestamptz;
begin
  select s.user_id, s.id, s.org_id, m.id, m.role, s.proven_at, epoch_of(s.org_id), s.last_seen_at
    into user_id, session_id, org_id, member_id, role, proven_at, epoch, seen_at
    from session s
    join member m on m.org_id = s.org_id and m.user_id = s.user_id and m.status = 'active'
    join person p on p.user_id = s.user_id and p.status = 'active'
   where s.token_hash = hash and s.expires_at > now() and s.last_seen_at > now() - make_interval(mins => s.idle_minutes);
  if not found then
    return;
  end if;
  return next;
  if seen_at < now() - interval '1 minute' then
    update session s set last_seen_at = now()
     where s.token_hash = hash and s.expires_at > now() and s.last_seen_at > now() - make_interval(mins => s.idle_minutes);
  end if;
end $$;
call own_lookup('identify_session(bytea)', 'holdfast_runtime');
