-- One row a governed model call: written before anything leaves, closed when it ends or by the sweeper.
create table model_call (
  org_id uuid not null references organization (org_id) on delete cascade,
  id uuid not null,
  owner_user_id uuid not null,
  key_id uuid,
  provider_id uuid not null,
  model text not null check (length(model) <= 200),
  endpoint text not null check (endpoint in ('chat.completions', 'responses', 'embeddings')),
  request_id text not null,
  state text not null default 'open'
    check (state in ('open', 'finished', 'client_left', 'revoked', 'upstream_failed', 'stopped', 'unknown')),
  status integer,
  input_tokens bigint check (input_tokens >= 0),
  output_tokens bigint check (output_tokens >= 0),
  estimated boolean not null default false,
  duration_ms integer,
  started_at timestamptz not null,
  primary key (org_id, id)
);
create index model_call_started on model_call (org_id, started_at);
create index model_call_open on model_call (started_at) where state = 'open';
call protect_org('model_call', 'delete', 'pseudonymize', 'full');
grant select on model_call to holdfast_app;
grant select, insert, update on model_call to holdfast_lookup;
create policy open_to_lookup on model_call to holdfast_lookup using (true) with check (true);
grant insert on audit_pending to holdfast_lookup;
create policy open_to_lookup on audit_pending for insert to holdfast_lookup with check (true);

-- Many intents in one commit. The organization of each comes from the server's look-up of the credential.
-- PL/pgSQL keeps its plans for the session; up to PostgreSQL 17 an SQL function is planned anew at every call.
create function admit_model_calls(calls jsonb) returns table (admitted bigint) language plpgsql volatile as $$
begin
  insert into model_call (org_id, id, owner_user_id, key_id, provider_id, model, endpoint, request_id, started_at)
  select c.org_id, c.id, c.owner_user_id, c.key_id, c.provider_id, c.model, c.endpoint, c.request_id, now()
    from jsonb_to_recordset(calls) as c (
      org_id uuid, id uuid, owner_user_id uuid, key_id uuid, provider_id uuid, model text, endpoint text, request_id text);
  get diagnostics admitted = row_count;
  return next;
end $$;
call own_lookup('admit_model_calls(jsonb)', 'holdfast_runtime');

-- Many endings in one commit, each with its audit event; tells the calls it closed. A call is closed once and a second ending
-- changes nothing, but for one that the sweeper took for lost: what its server says after all completes it.
-- One statement for each: joined in one statement, a plan made while the table was small reads all calls there are when it has
-- grown. By its key each is found at the same price, whatever the statistics say. `is true` keeps the index of open calls,
-- full of entries just closed, out of it.
create function settle_model_calls(calls jsonb) returns table (settled uuid) language plpgsql volatile
  set enable_seqscan = off as $$
declare
  e record;
  c record;
begin
  for e in
    select * from jsonb_to_recordset(calls) as ended (
      org_id uuid, id uuid, event_id uuid, actor jsonb, state text, status integer,
      input_tokens bigint, output_tokens bigint, estimated boolean, duration_ms integer)
  loop
    update model_call m
       set state = e.state, status = e.status, input_tokens = e.input_tokens, output_tokens = e.output_tokens,
           estimated = e.estimated, duration_ms = e.duration_ms
     where m.org_id = e.org_id and m.id = e.id and (m.state in ('open', 'unknown')) is true
    returning m.model, m.provider_id, m.endpoint, m.request_id into c;
    continue when not found;
    insert into audit_pending (stream_kind, stream_id, event_id, at, action, outcome, actor, target, request_id, facts)
    values ('org', e.org_id, e.event_id, now(), 'model.called',
            case when e.state in ('upstream_failed', 'unknown') then 'failed' when e.state = 'revoked' then 'denied' else 'allowed' end,
            e.actor, jsonb_build_object('kind', 'provider', 'id', c.provider_id), c.request_id,
            jsonb_build_object('call', e.id, 'model', c.model, 'endpoint', c.endpoint, 'end', e.state, 'status', e.status,
              'inputTokens', e.input_tokens, 'outputTokens', e.output_tokens, 'estimated', e.estimated, 'durationMs', e.duration_ms));
    settled := e.id;
    return next;
  end loop;
end $$;
call own_lookup('settle_model_calls(jsonb)', 'holdfast_runtime');

-- What a crash left open: closed as unknown, with its event.
create function close_lost_model_calls(older_than interval) returns table (closed bigint) language sql volatile
begin atomic
  with lost as (
    update model_call m set state = 'unknown', estimated = true
     where in_system_scope() and m.state = 'open' and m.started_at < now() - older_than
    returning m.org_id, m.id, m.model, m.provider_id, m.endpoint, m.request_id, m.owner_user_id, m.key_id),
  traced as (
    insert into audit_pending (stream_kind, stream_id, event_id, at, action, outcome, actor, target, request_id, facts)
    select 'org', l.org_id, gen_random_uuid(), now(), 'model.called', 'failed',
           jsonb_build_object('kind', 'api_key', 'id', coalesce(l.key_id, l.owner_user_id), 'user', l.owner_user_id),
           jsonb_build_object('kind', 'provider', 'id', l.provider_id), l.request_id,
           jsonb_build_object('call', l.id, 'model', l.model, 'endpoint', l.endpoint, 'end', 'unknown')
      from lost l
    returning 1)
  select count(*) from traced;
end;
call own_lookup('close_lost_model_calls(interval)', 'holdfast_app');
