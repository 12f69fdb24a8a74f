-- People who lost a password, prove an address or change it. When the address was proven by a link that was mailed to it:
alter table person add column email_verified_at timestamptz;
grant select (email_verified_at) on person to holdfast_lookup;

-- Everything that works once: taking one deletes it. The hash is keyed by purpose, so a token of one kind is nothing to another.
create table one_time_token (
  user_id uuid not null references person (user_id) on delete cascade,
  id uuid not null,
  purpose text not null check (purpose in ('password_reset', 'email_verification', 'email_change_old', 'email_change_new', 'sign_in_challenge')),
  token_hash bytea not null check (octet_length(token_hash) = 32),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  facts jsonb not null,
  primary key (user_id, id)
);
create unique index one_time_token_hash on one_time_token (token_hash);
create index one_time_token_expires_at on one_time_token (expires_at);
call protect_person('one_time_token', 'not_applicable', 'delete', 'never');
grant select, insert, update, delete on one_time_token to holdfast_app;
call open_to('one_time_token', 'holdfast_maintenance', 'select, delete');
grant select on one_time_token to holdfast_lookup;
create policy open_to_lookup on one_time_token for select to holdfast_lookup using (true);

-- Whose is this token? Asked before anybody is known; the token is taken later, in that person's scope.
create function find_one_time_token(wanted text, hash bytea) returns table (user_id uuid, email text, name text, facts jsonb)
language sql stable
begin atomic
  select t.user_id, p.email, p.name, t.facts from one_time_token t join person p on p.user_id = t.user_id and p.status = 'active'
   where t.token_hash = hash and t.purpose = wanted and t.expires_at > now();
end;
call own_lookup('find_one_time_token(text, bytea)', 'holdfast_runtime');

-- The account of an address, and a person who is signed in; the answers never leave the server.
create function find_account(address text) returns table (user_id uuid, email text) language sql stable
begin atomic
  select p.user_id, p.email from person p where lower(p.email) = lower(address) and p.status = 'active';
end;
call own_lookup('find_account(text)', 'holdfast_runtime');

create function find_own_account(person_id uuid) returns table (email text, name text, email_verified_at timestamptz, hash text)
language sql stable
begin atomic
  select p.email, p.name, p.email_verified_at, w.hash from person p left join password w on w.user_id = p.user_id
   where p.user_id = person_id and p.status = 'active';
end;
call own_lookup('find_own_account(uuid)', 'holdfast_runtime');

-- Ends the sessions of the person whose scope this is, but the one kept; with the caller's own rights, hence inside the wall.
create function end_own_sessions(kept uuid) returns bigint language plpgsql volatile as $$
declare
  ended bigint;
begin
  delete from session s where s.user_id = current_person() and (kept is null or s.id <> kept);
  get diagnostics ended = row_count;
  return ended;
end $$;
grant execute on function end_own_sessions(uuid) to holdfast_app;
