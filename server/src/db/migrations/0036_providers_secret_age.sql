-- Since when a provider has the secret it has. Of those that are there it is known that they are no older than the provider.
-- Written by the change of the table itself: walls bind owners too, and an update by one would find no row.
alter table provider add column secret_set_at timestamptz;
alter table provider alter column secret_set_at type timestamptz using created_at;
alter table provider alter column secret_set_at set not null, alter column secret_set_at set default now();

create function provider_secret_changed() returns trigger language plpgsql as $$
begin
  new.secret_set_at := now();
  return new;
end $$;
create trigger provider_secret_changed before update of secret, secret_reference on provider for each row
  when (new.secret is distinct from old.secret or new.secret_reference is distinct from old.secret_reference)
  execute function provider_secret_changed();
