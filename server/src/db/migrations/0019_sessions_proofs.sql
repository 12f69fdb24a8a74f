-- How a session was proven, and what its organization demands of it.
alter table session
  add column proven_by text not null default 'password' check (proven_by in ('password', 'totp', 'passkey', 'recovery_code')),
  -- When the person signed in: entering another organization makes a new session, and the absolute limit goes on.
  add column signed_in_at timestamptz not null default now();

-- A session token to who is calling, with what the person's organization demands and what the person has to meet it.
drop function identify_session(bytea);
create function identify_session(hash bytea) returns table (
  user_id uuid, session_id uuid, org_id uuid, member_id uuid, role text, proven_at timestamptz, epoch text,
  proven_by text, factor_kinds text[], required text, allowed_kinds text[], in_grace boolean, is_probe boolean
) language plpgsql volatile set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  seen_at timestamptz;
begin
  select s.user_id, s.id, s.org_id, m.id, m.role, s.proven_at, epoch_of(s.org_id), s.proven_by,
         array(select distinct f.kind from factor f where f.user_id = s.user_id and f.confirmed_at is not null order by 1),
         y.required, y.allowed_kinds,
         coalesce(now() < greatest(y.required_since, m.created_at) + make_interval(hours => y.grace_hours), false),
         is_probe(s.org_id), s.last_seen_at
    into user_id, session_id, org_id, member_id, role, proven_at, epoch, proven_by, factor_kinds, required, allowed_kinds,
         in_grace, is_probe, seen_at
    from session s
    join member m on m.org_id = s.org_id and m.user_id = s.user_id and m.status = 'active'
    join person p on p.user_id = s.user_id and p.status = 'active'
    left join sign_in_policy y on y.org_id = s.org_id
   where s.token_hash = hash and s.expires_at > now()
     and s.last_seen_at > now() - make_interval(mins => least(s.idle_minutes, y.idle_minutes))
     and (y.absolute_minutes is null or s.signed_in_at > now() - make_interval(mins => y.absolute_minutes));
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

-- The session that a proof was shown in, with the caller's own rights, hence inside the wall.
create function prove_own_session(session_id uuid, proof text) returns bigint language plpgsql volatile as $$
declare
  proven bigint;
begin
  update session s set proven_at = now(), proven_by = proof where s.user_id = current_person() and s.id = session_id;
  get diagnostics proven = row_count;
  return proven;
end $$;
grant execute on function prove_own_session(uuid, text) to holdfast_app;
