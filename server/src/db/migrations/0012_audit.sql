-- The log itself: every event has a place in its own stream's chain and a leaf in one tree over all streams.
create table audit_entry (
  stream_kind text not null check (stream_kind in ('org', 'person', 'system')),
  stream_id uuid not null,
  seq bigint not null check (seq > 0),
  leaf_index bigint not null check (leaf_index >= 0),
  event_id uuid not null,
  at timestamptz not null,
  action text not null,
  outcome text not null check (outcome in ('allowed', 'denied', 'failed')),
  actor jsonb not null,
  target jsonb,
  request_id text not null,
  facts jsonb not null,
  salt bytea not null check (octet_length(salt) = 32),
  previous_hash bytea not null check (octet_length(previous_hash) = 32),
  record_hash bytea not null check (octet_length(record_hash) = 32),
  primary key (stream_kind, stream_id, seq)
);
-- Places in the tree and event ids are the installation's; they name nothing of an organization.
create unique index audit_entry_leaf on audit_entry (leaf_index);
create unique index audit_entry_event on audit_entry (event_id);
call protect_stream('audit_entry', 'keep', 'pseudonymize', 'full');
grant select on audit_entry to holdfast_app;
call open_to('audit_entry', 'holdfast_sequencer', 'select, insert');
grant select (leaf_index, event_id, record_hash) on audit_entry to holdfast_lookup;
create policy open_to_lookup on audit_entry for select to holdfast_lookup using (true);

-- Where each stream's chain ends.
create table audit_head (
  stream_kind text not null check (stream_kind in ('org', 'person', 'system')),
  stream_id uuid not null,
  seq bigint not null check (seq > 0),
  record_hash bytea not null check (octet_length(record_hash) = 32),
  primary key (stream_kind, stream_id)
);
call protect_stream('audit_head', 'keep', 'pseudonymize', 'never');
grant select on audit_head to holdfast_app;
call open_to('audit_head', 'holdfast_sequencer', 'select, insert, update');

-- The tree's state: one row. `size` is what the sequencer compares and swaps.
create table audit_state (
  only_one boolean primary key default true check (only_one),
  origin text not null,
  size bigint not null check (size >= 0),
  frontier bytea not null
);
call protect_system('audit_state', 'keep', 'keep', 'never');
grant select on audit_state to holdfast_app;
call open_to('audit_state', 'holdfast_sequencer', 'select, insert, update');

create table audit_checkpoint (
  size bigint primary key check (size >= 0),
  note text not null,
  at timestamptz not null
);
call protect_system('audit_checkpoint', 'keep', 'keep', 'full');
grant select on audit_checkpoint to holdfast_app;
call open_to('audit_checkpoint', 'holdfast_sequencer', 'select, insert');
grant select on audit_checkpoint to holdfast_lookup;
create policy open_to_lookup on audit_checkpoint for select to holdfast_lookup using (true);

-- History is added to, never changed: not by the application, not by the owner's mistake either.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is append-only' using errcode = 'insufficient_privilege';
end $$;
create trigger append_only before update or delete or truncate on audit_entry for each statement execute function refuse_change();
create trigger append_only before update or delete or truncate on audit_checkpoint for each statement execute function refuse_change();

grant select (event_id) on audit_pending to holdfast_lookup;
create policy read_by_lookup on audit_pending for select to holdfast_lookup using (true);

-- After a connection lost at COMMIT: did the transaction with this event take effect?
create function audit_event_exists(event uuid) returns table (found boolean) language sql stable
begin atomic
  select exists (select from audit_pending p where p.event_id = event) or exists (select from audit_entry e where e.event_id = event);
end;
call own_lookup('audit_event_exists(uuid)', 'holdfast_runtime');
create index audit_pending_event on audit_pending (event_id);
create index audit_pending_order on audit_pending (at, event_id);

-- Asked before the question above: while the server process lives, its transaction may still be committing.
create function is_backend_alive(backend integer) returns table (alive boolean) language sql volatile
begin atomic
  select exists (select from pg_catalog.pg_stat_activity a where a.pid = backend);
end;
call own_lookup('is_backend_alive(integer)', 'holdfast_runtime');

create function read_record_hashes(first_index bigint, how_many integer) returns table (leaf_index bigint, record_hash bytea) language sql stable
begin atomic
  select e.leaf_index, e.record_hash from audit_entry e where e.leaf_index >= first_index order by e.leaf_index limit how_many;
end;
call own_lookup('read_record_hashes(bigint, integer)', 'holdfast_runtime');

create function latest_checkpoint() returns table (size bigint, note text) language sql stable
begin atomic
  select c.size, c.note from audit_checkpoint c order by c.size desc limit 1;
end;
call own_lookup('latest_checkpoint()', 'holdfast_runtime');

-- How many events wait for their place in the log; counting stops where more would change no answer.
create function count_pending_events(at_most integer) returns table (waiting bigint) language sql stable
begin atomic
  select count(*) from (select 1 from audit_pending limit at_most) as waiting_events;
end;
call own_lookup('count_pending_events(integer)', 'holdfast_runtime');
