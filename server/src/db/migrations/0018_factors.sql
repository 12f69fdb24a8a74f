-- Second factors of people, what an organization demands of whoever signs in, and how a session was proven.
create table factor (
  user_id uuid not null references person (user_id) on delete cascade,
  id uuid not null,
  kind text not null check (kind in ('totp', 'passkey')),
  name text not null check (length(name) between 1 and 100),
  created_at timestamptz not null,
  -- Null while the person has not shown that it works; such a one proves nothing.
  confirmed_at timestamptz,
  last_used_at timestamptz,
  -- TOTP (RFC 6238): the secret, and the last step whose code was taken.
  sealed_secret bytea,
  last_step bigint,
  -- Passkey (WebAuthn level 3): the credential, its COSE key, its counter, and how a browser reaches it.
  credential_id bytea check (octet_length(credential_id) between 1 and 1023),
  public_key bytea,
  sign_count bigint,
  transports text[],
  is_backed_up boolean,
  primary key (user_id, id),
  check (kind <> 'totp' or (sealed_secret is not null and last_step is not null and credential_id is null)),
  check (kind <> 'passkey' or (credential_id is not null and public_key is not null and sign_count is not null
    and transports is not null and is_backed_up is not null and sealed_secret is null and confirmed_at is not null))
);
create unique index factor_credential on factor (credential_id) where credential_id is not null;
-- Whoever starts anew forgets what was begun before.
create unique index factor_unconfirmed on factor (user_id) where confirmed_at is null;
call protect_person('factor', 'not_applicable', 'delete', 'redacted');
grant select, insert, update, delete on factor to holdfast_app;
grant select on factor to holdfast_lookup;
create policy open_to_lookup on factor for select to holdfast_lookup using (true);

-- Single use: taking one deletes it.
create table recovery_code (
  user_id uuid not null references person (user_id) on delete cascade,
  code_hash bytea not null check (octet_length(code_hash) = 32),
  created_at timestamptz not null,
  primary key (user_id, code_hash)
);
call protect_person('recovery_code', 'not_applicable', 'delete', 'never');
grant select, insert, delete on recovery_code to holdfast_app;
grant select on recovery_code to holdfast_lookup;
create policy open_to_lookup on recovery_code for select to holdfast_lookup using (true);

-- A challenge is signed and not stored, so that strangers fill no table; one that was answered is, until it ends by itself.
create table answered_challenge (
  user_id uuid not null references person (user_id) on delete cascade,
  challenge_hash bytea not null check (octet_length(challenge_hash) = 32),
  expires_at timestamptz not null,
  primary key (user_id, challenge_hash)
);
create index answered_challenge_expires_at on answered_challenge (expires_at);
call protect_person('answered_challenge', 'not_applicable', 'delete', 'never');
grant select, insert on answered_challenge to holdfast_app;
call open_to('answered_challenge', 'holdfast_maintenance', 'select, delete');

-- What an organization demands of its people. No row, or null: what the installation demands. All of it can only be stricter.
create table sign_in_policy (
  org_id uuid not null references organization (org_id) on delete cascade,
  required text check (required in ('none', 'admins', 'all')),
  allowed_kinds text[] not null check (cardinality(allowed_kinds) > 0 and allowed_kinds <@ array['totp', 'passkey']),
  grace_hours integer not null check (grace_hours between 0 and 720),
  -- The grace of those who were there begins when the demand does.
  required_since timestamptz not null,
  idle_minutes integer check (idle_minutes > 0),
  absolute_minutes integer check (absolute_minutes > 0),
  password_length_min integer check (password_length_min between 12 and 128),
  version integer not null default 1,
  primary key (org_id)
);
call protect_org('sign_in_policy', 'delete', 'not_applicable', 'full');
grant select, insert, update on sign_in_policy to holdfast_app;
grant select on sign_in_policy to holdfast_lookup;
create policy open_to_lookup on sign_in_policy for select to holdfast_lookup using (true);

alter table session
  add column proven_by text not null default 'password' check (proven_by in ('password', 'totp', 'passkey', 'recovery_code')),
  -- When the person signed in: entering another organization makes a new session, and the absolute limit goes on.
  add column signed_in_at timestamptz not null default now();

-- The organizations of the installation's own probes, whose passwords are keys of 256 bits that nobody types.
create function is_probe(org uuid) returns boolean language sql stable
begin atomic
  select exists (
    select from installation i
     where i.name in ('probe_tenant_one', 'probe_tenant_other') and i.value ->> 'organization' = org::text);
end;
call own_lookup('is_probe(uuid)', 'holdfast_lookup');

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

-- What each organization of a person demands, asked before a session is opened and before a factor is taken away.
create function list_demands(person_id uuid) returns table (
  org_id uuid, slug text, role text, required text, allowed_kinds text[], grace_until timestamptz, idle_minutes integer,
  absolute_minutes integer, password_length_min integer, is_probe boolean
) language sql stable
begin atomic
  select m.org_id, o.slug, m.role, y.required, y.allowed_kinds,
         greatest(y.required_since, m.created_at) + make_interval(hours => y.grace_hours), y.idle_minutes, y.absolute_minutes,
         y.password_length_min, is_probe(m.org_id)
    from member m join organization o on o.org_id = m.org_id left join sign_in_policy y on y.org_id = m.org_id
   where m.user_id = person_id and m.status = 'active' order by m.created_at, m.org_id;
end;
call own_lookup('list_demands(uuid)', 'holdfast_runtime');

-- What a person can prove with, asked while nobody is signed in; the answers never leave the server.
create function find_factors(person_id uuid) returns table (
  id uuid, kind text, sealed_secret bytea, last_step bigint, credential_id bytea, public_key bytea, sign_count bigint,
  transports text[], confirmed_at timestamptz
) language sql stable
begin atomic
  select f.id, f.kind, f.sealed_secret, f.last_step, f.credential_id, f.public_key, f.sign_count, f.transports, f.confirmed_at
    from factor f join person p on p.user_id = f.user_id and p.status = 'active'
   where f.user_id = person_id order by f.created_at, f.id;
end;
call own_lookup('find_factors(uuid)', 'holdfast_runtime');

create function find_passkey(credential bytea) returns table (
  user_id uuid, id uuid, public_key bytea, sign_count bigint, transports text[]
) language sql stable
begin atomic
  select f.user_id, f.id, f.public_key, f.sign_count, f.transports
    from factor f join person p on p.user_id = f.user_id and p.status = 'active'
   where f.credential_id = credential and f.confirmed_at is not null;
end;
call own_lookup('find_passkey(bytea)', 'holdfast_runtime');

create function holds_recovery_code(person_id uuid, hash bytea) returns table (held boolean) language sql stable
begin atomic
  select exists (select from recovery_code c where c.user_id = person_id and c.code_hash = hash);
end;
call own_lookup('holds_recovery_code(uuid, bytea)', 'holdfast_runtime');

-- A role that changes, a membership or a person that is suspended or goes, takes the sessions with it: in the same transaction,
-- whoever makes the change. The trigger on session raises the epoch.
grant delete on session to holdfast_lookup;
create function member_changed() returns trigger language plpgsql as $$
begin
  delete from session s where s.org_id = old.org_id and s.user_id = old.user_id;
  return null;
end $$;
create trigger member_changed after update of role, status or delete on member for each row
  execute function member_changed();
call own_lookup('member_changed()', 'holdfast_lookup');

create function person_suspended() returns trigger language plpgsql as $$
begin
  delete from session s where s.user_id = new.user_id;
  return null;
end $$;
create trigger person_suspended after update of status on person for each row
  when (old.status is distinct from new.status) execute function person_suspended();
call own_lookup('person_suspended()', 'holdfast_lookup');

-- ID6, for the control: owners and admins who could sign in with a password alone, the probes' own left out.
create function look_at_factors() returns table (powerful bigint, without_factor bigint) language sql stable
begin atomic
  select count(*), count(*) filter (where not exists (
           select from factor f where f.user_id = m.user_id and f.confirmed_at is not null))
    from member m join person p on p.user_id = m.user_id and p.status = 'active'
   where m.status = 'active' and m.role in ('owner', 'admin') and not is_probe(m.org_id);
end;
call own_lookup('look_at_factors()', 'holdfast_runtime');

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

-- The person behind a membership, for what an admin does for that person: asked with the organization of the admin's credential.
create function find_member_person(org uuid, member_id uuid) returns table (user_id uuid) language sql stable
begin atomic
  select m.user_id from member m where m.org_id = org and m.id = member_id;
end;
call own_lookup('find_member_person(uuid, uuid)', 'holdfast_runtime');
