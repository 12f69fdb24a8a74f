-- What a person's browser is known by after it signed in, accounts that are locked after failures from anywhere, and which
-- password a proof was for.

-- Rises with every new password. The same password may be hashed anew at any time, so a hash does not say which one it was.
alter table password add column version integer not null default 1;

drop function find_password(text);
create function find_password(address text) returns table (user_id uuid, hash text, status text, version integer)
language sql stable
begin atomic
  select p.user_id, w.hash, p.status, w.version
    from person p join password w on w.user_id = p.user_id where lower(p.email) = lower(address);
end;
call own_lookup('find_password(text)', 'holdfast_runtime');

-- A device that signed in before: its token proves nothing, and keeps its person from being shut out by the failures of others.
create table device (
  user_id uuid not null references person (user_id) on delete cascade,
  id uuid not null,
  token_hash bytea not null check (octet_length(token_hash) = 32),
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  address text not null,
  device text not null check (length(device) <= 200),
  primary key (user_id, id)
);
create unique index device_token on device (token_hash);
call protect_person('device', 'not_applicable', 'delete', 'redacted');
grant select, insert, update, delete on device to holdfast_app;
call open_to('device', 'holdfast_maintenance', 'select, delete');
grant select on device to holdfast_lookup;
create policy open_to_lookup on device for select to holdfast_lookup using (true);

-- Whose device it is, asked before anybody is known.
create function find_device(hash bytea) returns table (user_id uuid, id uuid, email text) language sql stable
begin atomic
  select d.user_id, d.id, p.email from device d join person p on p.user_id = d.user_id and p.status = 'active'
   where d.token_hash = hash and d.last_seen_at > now() - interval '180 days';
end;
call own_lookup('find_device(bytea)', 'holdfast_runtime');

-- Failures of an account wherever they come from. The key is a keyed hash of the address that was typed, so that addresses
-- without an account are counted and locked like others, and none can be read here.
create table account_lock (
  key bytea not null check (octet_length(key) = 32),
  -- Attempts of the last 15 minutes that were not right (yet); never more than lock it.
  failed_at timestamptz[] not null default '{}',
  -- Locks since the account was last left alone for a day, and the last of them.
  locks integer not null default 0,
  locked_at timestamptz,
  locked_until timestamptz,
  last_at timestamptz not null default now(),
  primary key (key)
);
call protect_system('account_lock', 'not_applicable', 'keep', 'never');
grant select, insert, update, delete on account_lock to holdfast_lookup;
create policy open_to_lookup on account_lock to holdfast_lookup using (true) with check (true);
call open_to('account_lock', 'holdfast_maintenance', 'select, delete');

-- Counts an attempt before it is made, or says for how long the account is locked. Of any number at once, on any number of
-- replicas, `failures_max` are made; the last of them locks it: for 5 minutes, and each time more within a day for twice as
-- long, an hour at most. The clock is read under the lock, so that no two attempts have the same time.
create function begin_account_attempt(account bytea, failures_max integer)
returns table (attempt text, retry_seconds integer) language plpgsql volatile set lock_timeout = '2s' as $$
declare
  held account_lock%rowtype;
  at timestamptz;
  failed timestamptz[];
  number integer;
begin
  loop
    select l.* into held from account_lock l where l.key = account for update;
    exit when found;
    insert into account_lock (key) values (account) on conflict do nothing;
  end loop;
  at := clock_timestamp();
  if held.locked_until > at then
    return query select null::text, ceil(extract(epoch from held.locked_until - at))::integer;
    return;
  end if;
  failed := array(
    select f from unnest(held.failed_at) f
     where f > at - interval '15 minutes' and f > coalesce(held.locked_until, '-infinity') order by f) || at;
  if cardinality(failed) < failures_max then
    update account_lock l set failed_at = failed, last_at = at where l.key = account;
  else
    number := case when held.locked_at > at - interval '1 day' then held.locks else 0 end + 1;
    update account_lock l
       set failed_at = failed, last_at = at, locks = number, locked_at = at,
           locked_until = at + make_interval(mins => least(5 * (2 ^ least(number - 1, 4))::integer, 60))
     where l.key = account;
  end if;
  return query select at::text, 0;
end $$;
call own_lookup('begin_account_attempt(bytea, integer)', 'holdfast_runtime');

-- Says that an attempt was right, which makes the failures before it count no more, or that nobody looked at it. A lock that
-- only came about with attempts like these is none.
create function settle_account_attempt(account bytea, attempt text, was_right boolean)
returns table (settled boolean) language plpgsql volatile set lock_timeout = '2s' as $$
declare
  held account_lock%rowtype;
  is_counted boolean;
  is_lifted boolean;
begin
  select l.* into held from account_lock l where l.key = account for update;
  if not found then
    return;
  end if;
  is_counted := attempt::timestamptz = any (held.failed_at);
  is_lifted := is_counted and coalesce(held.locked_until > clock_timestamp(), false);
  if was_right and is_counted and held.locks = is_lifted::integer then
    delete from account_lock l where l.key = account;
  else
    update account_lock l
       set failed_at = case
             when not was_right then array_remove(held.failed_at, attempt::timestamptz)
             when is_counted then '{}'
             else held.failed_at end,
           locks = held.locks - is_lifted::integer,
           locked_until = case when is_lifted then null else held.locked_until end
     where l.key = account;
  end if;
  return query select is_counted;
end $$;
call own_lookup('settle_account_attempt(bytea, text, boolean)', 'holdfast_runtime');

-- Forgets all failures of an account and its lock, and says whether it was locked.
create function unlock_account(account bytea) returns table (was_locked boolean) language sql volatile
begin atomic
  with gone as (delete from account_lock l where l.key = account returning l.locked_until)
  select coalesce(bool_or(g.locked_until > clock_timestamp()), false) from gone g;
end;
call own_lookup('unlock_account(bytea)', 'holdfast_app');
