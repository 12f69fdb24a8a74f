-- Sessions that their people, and the admins of an organization, see and end.

-- Whoever ends a session, in whichever way, is noticed by the caches and open streams of the organization it was in: on every
-- replica, within a second. A person's sessions are in several organizations, of which a scope names one at most.
grant insert, update on epoch to holdfast_lookup;
create policy raised_by_lookup on epoch for all to holdfast_lookup using (true) with check (true);

create function session_ended() returns trigger language plpgsql as $$
begin
  insert into epoch (org_id, kind, value) select distinct s.org_id, 'session', 1 from ended s order by 1
    on conflict (org_id, kind) do update set value = epoch.value + 1;
  return null;
end $$;
create trigger session_ended after delete on session referencing old table as ended for each statement execute function session_ended();
call own_lookup('session_ended()', 'holdfast_lookup');

-- Sessions in the current organization, for its admins: whose, from where, since when. Sessions of the same people elsewhere are not shown.
create function list_member_sessions(member_id uuid) returns table (
  id uuid, created_at timestamptz, last_seen_at timestamptz, proven_at timestamptz, expires_at timestamptz, address text, device text
) language sql stable
begin atomic
  select s.id, s.created_at, s.last_seen_at, s.proven_at, s.expires_at, s.address, s.device
    from session s join member m on m.org_id = s.org_id and m.user_id = s.user_id
   where s.org_id = current_org() and m.id = member_id and s.expires_at > now()
     and s.last_seen_at > now() - make_interval(mins => s.idle_minutes)
   order by s.last_seen_at desc, s.id;
end;
call own_lookup('list_member_sessions(uuid)', 'holdfast_app');

grant delete on session to holdfast_lookup;
create function end_member_sessions(member_id uuid, session_id uuid) returns bigint language plpgsql volatile as $$
declare
  ended bigint;
begin
  delete from session s using member m
   where m.org_id = current_org() and m.id = member_id and s.org_id = m.org_id and s.user_id = m.user_id
     and (session_id is null or s.id = session_id);
  get diagnostics ended = row_count;
  return ended;
end $$;
call own_lookup('end_member_sessions(uuid, uuid)', 'holdfast_app');
