-- Second factors of people, and what an organization demands of whoever signs in.
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

-- The organizations of the installation's own probes, whose passwords are keys of 256 bits that nobody types.
create function is_probe(org uuid) returns boolean language sql stable
begin atomic
  select exists (
    select from installation i
     where i.name in ('probe_tenant_one', 'probe_tenant_other') and i.value ->> 'organization' = org::text);
end;
call own_lookup('is_probe(uuid)', 'holdfast_lookup');

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

-- The person behind a membership, for what an admin does for that person: asked with the organization of the admin's credential.
create function find_member_person(org uuid, member_id uuid) returns table (user_id uuid) language sql stable
begin atomic
  select m.user_id from member m where m.org_id = org and m.id = member_id;
end;
call own_lookup('find_member_person(uuid, uuid)', 'holdfast_runtime');
