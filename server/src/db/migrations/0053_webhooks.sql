-- Where an organization is told of events: addresses, what is signed with, and every message with how it fared.
create table webhook_endpoint (
  org_id uuid not null references organization (org_id) on delete cascade,
  id uuid not null,
  name text not null check (length(name) between 1 and 100),
  url text not null check (length(url) between 9 and 2048),
  -- Since when it is told; null while it is not.
  enabled_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null,
  primary key (org_id, id)
);
create unique index webhook_endpoint_name on webhook_endpoint (org_id, name);
call protect_org('webhook_endpoint', 'delete', 'not_applicable', 'full');
grant select, insert, update, delete on webhook_endpoint to holdfast_app;
grant select on webhook_endpoint to holdfast_lookup;
create policy open_to_lookup on webhook_endpoint for select to holdfast_lookup using (true);

-- The secret of an endpoint, and for a while the one before it: both sign then.
create table webhook_secret (
  org_id uuid not null,
  id uuid not null,
  endpoint_id uuid not null,
  sealed bytea not null,
  created_at timestamptz not null,
  ends_at timestamptz,
  primary key (org_id, id),
  foreign key (org_id, endpoint_id) references webhook_endpoint (org_id, id) on delete cascade
);
create unique index webhook_secret_current on webhook_secret (org_id, endpoint_id) where ends_at is null;
create index webhook_secret_endpoint on webhook_secret (org_id, endpoint_id);
call protect_org('webhook_secret', 'delete', 'not_applicable', 'never');
grant select, insert, update, delete on webhook_secret to holdfast_app;
grant select on webhook_secret to holdfast_lookup;
create policy open_to_lookup on webhook_secret for select to holdfast_lookup using (true);

-- Written with what it tells of. `body` goes out byte for byte; its id is the same on every try.
create table webhook_delivery (
  org_id uuid not null,
  id uuid not null,
  endpoint_id uuid not null,
  type text not null check (type ~ '^[a-z_]+\.[a-z_]+$'),
  body text not null check (length(body) between 2 and 8192),
  state text not null default 'waiting' check (state in ('waiting', 'delivered', 'dead')),
  created_at timestamptz not null,
  next_at timestamptz not null,
  attempts integer not null default 0,
  -- Of them, since somebody asked for it anew.
  round_attempts integer not null default 0,
  tried_at timestamptz,
  last_status integer,
  last_error text,
  ended_at timestamptz,
  primary key (org_id, id),
  foreign key (org_id, endpoint_id) references webhook_endpoint (org_id, id) on delete cascade,
  check ((state = 'waiting') = (ended_at is null))
);
create index webhook_delivery_newest on webhook_delivery (org_id, endpoint_id, created_at);
create index webhook_delivery_ended on webhook_delivery (ended_at);
create index webhook_delivery_next on webhook_delivery (next_at) where ended_at is null;
call protect_org('webhook_delivery', 'delete', 'not_applicable', 'redacted');
grant select, insert, update on webhook_delivery to holdfast_app;
call open_to('webhook_delivery', 'holdfast_maintenance', 'select, update, delete');
grant select on webhook_delivery to holdfast_lookup;
create policy open_to_lookup on webhook_delivery for select to holdfast_lookup using (true);

-- One message that waits, with where it goes and a row for each secret that signs it, the newest first. The time is the one it is signed with.
create function webhook_to_send(org uuid, delivery uuid) returns table (
  url text, is_enabled boolean, body text, secret_id uuid, sealed bytea, sent_at timestamptz
) language sql stable
begin atomic
  select e.url, e.enabled_at is not null, d.body, s.id, s.sealed, now()
    from webhook_delivery d
    join webhook_endpoint e on e.org_id = d.org_id and e.id = d.endpoint_id
    join webhook_secret s on s.org_id = e.org_id and s.endpoint_id = e.id and (s.ends_at is null or s.ends_at > now())
   where d.org_id = org and d.id = delivery and d.state = 'waiting'
   order by s.ends_at desc nulls first;
end;
call own_lookup('webhook_to_send(uuid, uuid)', 'holdfast_runtime');
