-- Set-up links: single use, hashed; redeeming deletes.
create table setup_token (
  token_hash bytea primary key check (octet_length(token_hash) = 32),
  created_at timestamptz not null,
  expires_at timestamptz not null
);
call protect_system('setup_token', 'not_applicable', 'not_applicable', 'never');
grant select, insert, delete on setup_token to holdfast_app;

-- Has anybody set this installation up? Asked before anybody is known.
create function is_set_up() returns table (done boolean) language sql stable
begin atomic
  select exists (select from organization);
end;
call own_lookup('is_set_up()', 'holdfast_runtime');
