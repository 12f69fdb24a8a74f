-- What controls look at: numbers, never whose. And what the installation founds to be probed beside its two organizations: a
-- person to whom may happen what must happen to nobody else, and an organization that is treated like those of people.
drop policy open_to_lookup on installation;
create policy open_to_lookup on installation for select to holdfast_lookup
  using (name in ('set_up', 'probe_tenant_one', 'probe_tenant_other', 'probe_account'));

-- ID1: stored passwords, and those that are stored otherwise than as OWASP says of Argon2id, at the least.
create function look_at_passwords() returns table (stored bigint, weak bigint) language sql stable
begin atomic
  with parsed as (
    select regexp_match(w.hash, '^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,4}),p=(\d{1,3})\$[A-Za-z0-9+/]{22,}\$[A-Za-z0-9+/]{43,}$') as cost
      from password w)
  select count(*), count(*) filter (where cost is null or cost[1]::integer < 19456 or cost[2]::integer < 2 or cost[3]::integer < 1)
    from parsed;
end;
call own_lookup('look_at_passwords()', 'holdfast_runtime');

-- SE2 and SE4: sessions that are alive, those that may live longer than anybody may configure, and how many one person has.
create function look_at_sessions() returns table (alive bigint, too_idle bigint, too_long bigint, most_of_one bigint)
language sql stable
begin atomic
  with held as (select s.user_id, s.idle_minutes, s.expires_at, s.signed_in_at from session s where s.expires_at > now())
  select count(*), count(*) filter (where idle_minutes > 60),
         count(*) filter (where expires_at > signed_in_at + interval '7 days'),
         coalesce((select max(c.count) from (select count(*) from held group by user_id) c), 0)
    from held;
end;
call own_lookup('look_at_sessions()', 'holdfast_runtime');

-- MF1: secrets of authenticator apps without the header of a sealed value (format 1, algorithm 1), and codes that are no hash.
create function look_at_factor_secrets() returns table (secrets bigint, unsealed bigint, codes bigint, unhashed bigint)
language sql stable
begin atomic
  select (select count(*) from factor f where f.kind = 'totp'),
         (select count(*) from factor f
           where f.kind = 'totp' and (f.sealed_secret is null or octet_length(f.sealed_secret) < 98
                                      or substring(f.sealed_secret from 1 for 2) <> '\x0101'::bytea)),
         (select count(*) from recovery_code),
         (select count(*) from recovery_code c where octet_length(c.code_hash) <> 32);
end;
call own_lookup('look_at_factor_secrets()', 'holdfast_runtime');

-- ID6: owners and admins who could sign in with a password alone, with everything the installation itself has founded left out.
create function look_at_factors() returns table (powerful bigint, without_factor bigint) language sql stable
begin atomic
  select count(*), count(*) filter (where not exists (
           select from factor f where f.user_id = m.user_id and f.confirmed_at is not null))
    from member m join person p on p.user_id = m.user_id and p.status = 'active'
   where m.status = 'active' and m.role in ('owner', 'admin')
     and not exists (
       select from installation i where i.name <> 'set_up' and i.value ->> 'organization' = m.org_id::text);
end;
call own_lookup('look_at_factors()', 'holdfast_runtime');
