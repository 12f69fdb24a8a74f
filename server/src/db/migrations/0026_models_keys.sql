-- Calls of keys that act for nobody, and admissions that look at every kind of key again.
alter table model_call alter column owner_user_id drop not null;

-- As in 0013; what was found is compared whole, by its digest. Nothing is recorded under a standing that does not hold any more,
-- whichever column of identify_api_keys has changed. The function of 0013 stays for servers of the release before.
create function admit_model_calls(calls jsonb, keys uuid[], persons uuid[], standings text[])
returns table (admitted bigint, held integer[]) language plpgsql volatile as $$
begin
  held := '{}';
  if cardinality(keys) > 0 then
    select coalesce(array_agg(s.place::integer), '{}') into held
      from unnest(keys, persons, standings) with ordinality as s (key, person, standing, place)
     where exists (
       select from identify_api_keys(keys, persons) k
        where k.id = s.key and k.person is not distinct from s.person and k.standing = s.standing);
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
call own_lookup('admit_model_calls(jsonb, uuid[], uuid[], text[])', 'holdfast_runtime');

drop function close_lost_model_calls(interval);
create function close_lost_model_calls(older_than interval) returns table (closed bigint) language sql volatile
begin atomic
  with lost as (
    update model_call m set state = 'unknown', estimated = true
     where in_system_scope() and m.state = 'open' and m.started_at < now() - older_than
    returning m.org_id, m.id, m.model, m.provider_id, m.endpoint, m.request_id, m.owner_user_id, m.key_id),
  traced as (
    insert into audit_pending (stream_kind, stream_id, event_id, at, action, outcome, actor, target, request_id, facts)
    select 'org', l.org_id, gen_random_uuid(), now(), 'model.called', 'failed',
           jsonb_strip_nulls(jsonb_build_object('kind', 'api_key', 'id', coalesce(l.key_id, l.owner_user_id), 'user', l.owner_user_id)),
           jsonb_build_object('kind', 'provider', 'id', l.provider_id), l.request_id,
           jsonb_build_object('call', l.id, 'model', l.model, 'endpoint', l.endpoint, 'end', 'unknown')
      from lost l
    returning 1)
  select count(*) from traced;
end;
call own_lookup('close_lost_model_calls(interval)', 'holdfast_app');
