-- Links with which the operator reads the outbox in a browser: hashed, for half an hour, one at a time.
create table mail_reading (
  token_hash bytea primary key check (octet_length(token_hash) = 32),
  created_at timestamptz not null,
  expires_at timestamptz not null
);
call protect_system('mail_reading', 'not_applicable', 'not_applicable', 'never');
grant select, insert, delete on mail_reading to holdfast_app;
grant select on mail_reading to holdfast_lookup;
create policy open_to_lookup on mail_reading for select to holdfast_lookup using (true);

-- Whether the link works now: asked before anything of a mail is looked at.
create function mail_reading_is_open(hash bytea) returns table (is_open boolean) language sql stable
begin atomic
  select exists (select from mail_reading r where r.token_hash = hash and r.expires_at > now());
end;
call own_lookup('mail_reading_is_open(bytea)', 'holdfast_runtime');
