-- Set up is what a person did with a token. The organizations that the installation founds to probe itself do not count: they
-- may be there first, and must shut nobody out.
create policy open_to_lookup on installation for select to holdfast_lookup
  using (name = 'set_up' or name in ('probe_tenant_one', 'probe_tenant_other'));
grant select (name, value, updated_at) on installation to holdfast_lookup;

-- The mark is set with the first organization; installations older than the mark have the organization alone.
-- is_set_up stays for servers of the release before.
create function setup_is_done() returns table (done boolean) language sql stable
begin atomic
  select exists (select from installation i where i.name = 'set_up')
      or exists (
        select from organization o
         where not exists (select from installation i where i.name <> 'set_up' and i.value ->> 'organization' = o.org_id::text));
end;
call own_lookup('setup_is_done()', 'holdfast_runtime');

-- What a look at the first run may see: numbers, no token and no person. People are early when they were there before anybody
-- set the installation up, which an installation older than the mark cannot tell. Times of people are in whole milliseconds.
create policy open_to_lookup on setup_token for select to holdfast_lookup using (true);
grant select (expires_at) on setup_token to holdfast_lookup;
grant select (created_at) on person to holdfast_lookup;
create function look_at_setup() returns table (founded boolean, live_tokens bigint, probe_people bigint, early_people bigint)
language sql stable
begin atomic
  with mark as (select date_trunc('milliseconds', i.updated_at) as at from installation i where i.name = 'set_up'),
  own as (select i.value ->> 'organization' as id from installation i where i.name <> 'set_up'),
  -- Said once more: what the function above says is what is being looked at.
  state as (
    select exists (select from mark)
        or exists (select from organization o where not exists (select from own where own.id = o.org_id::text)) as founded
  ),
  people as (
    select p.created_at, exists (select from member m join own on own.id = m.org_id::text where m.user_id = p.user_id) as is_probe
      from person p
  )
  select state.founded,
         (select count(*) from setup_token t where t.expires_at > now()),
         (select count(*) from people where is_probe),
         (select count(*) from people
           where not is_probe
             and created_at < coalesce((select at from mark),
                                       case when state.founded then '-infinity'::timestamptz else 'infinity' end))
    from state;
end;
call own_lookup('look_at_setup()', 'holdfast_runtime');
