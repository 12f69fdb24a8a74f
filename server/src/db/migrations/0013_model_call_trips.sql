-- Trips of model calls, cheaper: the admission itself looks whether its callers still stand, and endings are one statement.
-- The functions of 0011 stay for servers of the release before.

-- Many intents in one commit, and in the same transaction the look whether the keys they come with are still what they were
-- when they were looked up. `standings` are what look-ups found, one for each key; a call names the place of its own, or none
-- when it was looked up for this very call. Nothing is recorded under a standing that does not hold any more: revoked, expired,
-- another role or status, any epoch, a fact that is null. What "live" means stands in identify_api_keys alone.
create function admit_model_calls(calls jsonb, standings jsonb) returns table (admitted bigint, held integer[])
language plpgsql volatile as $$
begin
  held := '{}';
  if standings <> '[]' then
    select coalesce(array_agg(s.place::integer), '{}') into held
      from rows from (jsonb_to_recordset(standings) as (
             id uuid, org_id uuid, secret_hash text, user_id uuid, member_id uuid, role text, scopes text[], epoch text))
           with ordinality as s (id, org_id, secret_hash, user_id, member_id, role, scopes, epoch, place)
     where exists (
       select from identify_api_keys(array(select (one ->> 'id')::uuid from jsonb_array_elements(standings) as one)) k
        where k.id = s.id and k.org_id = s.org_id and k.secret_hash = decode(s.secret_hash, 'hex') and k.user_id = s.user_id
          and k.member_id = s.member_id and k.role = s.role and k.scopes = s.scopes and k.epoch = s.epoch);
  end if;
  insert into model_call (org_id, id, owner_user_id, key_id, provider_id, model, endpoint, request_id, started_at)
  select c.org_id, c.id, c.owner_user_id, c.key_id, c.provider_id, c.model, c.endpoint, c.request_id, now()
    from jsonb_to_recordset(calls) as c (
      org_id uuid, id uuid, owner_user_id uuid, key_id uuid, provider_id uuid, model text, endpoint text, request_id text,
      standing integer)
   where c.standing is null or c.standing = any (held);
  get diagnostics admitted = row_count;
  return next;
end $$;
call own_lookup('admit_model_calls(jsonb, jsonb)', 'holdfast_runtime');

-- Many endings in one commit, each with its audit event: how many calls were closed, and which if not all were. A call is
-- closed once, as in settle_model_calls. No plan but by the whole key: one made while the table was small must not read all
-- calls there are, or all of an organization, when it has grown. So rows are priced as if each were a page: a plan that
-- looks at one more than it needs loses, whatever the statistics say. `is true` keeps the index of open calls, full of
-- entries just closed, out of it.
create function end_model_calls(calls jsonb) returns table (ended bigint, ids uuid[]) language plpgsql volatile
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
  set enable_material = off set cpu_tuple_cost = 100 set jit = off as $$
begin
  return query
    with ending as materialized (
      select * from jsonb_to_recordset(calls) as e (
        org_id uuid, id uuid, event_id uuid, actor jsonb, state text, status integer,
        input_tokens bigint, output_tokens bigint, estimated boolean, duration_ms integer)),
    closed as (
      update model_call m
         set state = e.state, status = e.status, input_tokens = e.input_tokens, output_tokens = e.output_tokens,
             estimated = e.estimated, duration_ms = e.duration_ms
        from ending e
       where m.org_id = e.org_id and m.id = e.id and (m.state in ('open', 'unknown')) is true
      returning m.*, e.event_id, e.actor),
    traced as (
      insert into audit_pending (stream_kind, stream_id, event_id, at, action, outcome, actor, target, request_id, facts)
      select 'org', c.org_id, c.event_id, now(), 'model.called',
             case when c.state in ('upstream_failed', 'unknown') then 'failed' when c.state = 'revoked' then 'denied' else 'allowed' end,
             c.actor, jsonb_build_object('kind', 'provider', 'id', c.provider_id), c.request_id,
             jsonb_build_object('call', c.id, 'model', c.model, 'endpoint', c.endpoint, 'end', c.state, 'status', c.status,
               'inputTokens', c.input_tokens, 'outputTokens', c.output_tokens, 'estimated', c.estimated, 'durationMs', c.duration_ms)
        from closed c)
    select count(*), case when count(*) < jsonb_array_length(calls) then array_agg(c.id) end from closed c;
end $$;
call own_lookup('end_model_calls(jsonb)', 'holdfast_runtime');
