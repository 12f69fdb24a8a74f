-- After how many days credentials are to be rotated. No row: what the product says.
create table rotation_schedule (
  org_id uuid not null references organization (org_id) on delete cascade,
  api_key_days integer not null check (api_key_days between 1 and 3650),
  provider_secret_days integer not null check (provider_secret_days between 1 and 3650),
  version integer not null default 1,
  updated_at timestamptz not null,
  primary key (org_id)
);
call protect_org('rotation_schedule', 'delete', 'not_applicable', 'full');
grant select, insert, update on rotation_schedule to holdfast_app;
