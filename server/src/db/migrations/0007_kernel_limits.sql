-- Rate limits shared by every replica: many keys in one call, decided under row locks by the database's clock.

-- Room on each page keeps updates off the index: a hot key is rewritten thousands of times a second.
alter table rate_limit set (fillfactor = 50);

-- GCRA in whole microseconds, the same rules as kernel/limits/gcra.ts. `used` is the time until the burst is whole again:
-- 0 = all there, burst_us = nothing left. cost_us > 0 takes all or none, 0 looks (would one emission fit?), < 0 gives back.
-- One row an asked key, in the order asked; retry_us 0 = allowed, null = never (the cost exceeds the burst).
-- Keys are locked in one order, so that two calls never wait for each other, and the clock is read under the lock, so that
-- time spent waiting is not counted twice. A look locks nothing. lock_timeout frees the connection when a lock hangs.
create function take_tokens(keys text[], emission_us bigint[], burst_us bigint[], cost_us bigint[])
returns table (allowed boolean, remaining bigint, retry_us bigint, reset_us bigint)
language plpgsql volatile set lock_timeout = '250ms' as $$
declare
  asked integer := coalesce(cardinality(keys), 0);
  ask record;
  full_at timestamptz;
  locked_at timestamptz;
  used bigint;
  bounded bigint;
  is_changed boolean;
  retries bigint[] := array_fill(0::bigint, array[asked]);
  resets bigint[] := array_fill(0::bigint, array[asked]);
begin
  for ask in
    select a.key, a.emission, a.burst, a.cost, a.place,
           lag(a.key) over by_key is distinct from a.key as is_first,
           lead(a.key) over by_key is distinct from a.key as is_last,
           bool_or(a.cost <> 0) over (partition by a.key collate "C") as is_written
      from unnest(keys, emission_us, burst_us, cost_us) with ordinality as a (key, emission, burst, cost, place)
    window by_key as (order by a.key collate "C", a.place)
     order by a.key collate "C", a.place
  loop
    if (ask.key is not null and ask.emission > 0 and ask.burst >= 0 and ask.cost is not null) is not true then
      raise exception 'take_tokens: key, emission, burst and cost are needed for each' using errcode = '22023';
    end if;
    if ask.is_first then
      if ask.is_written then
        loop
          select r.tat into full_at from rate_limit r where r.key = ask.key for update;
          exit when found;
          insert into rate_limit (key, tat) values (ask.key, 'epoch') on conflict do nothing;
        end loop;
      else
        select r.tat into full_at from rate_limit r where r.key = ask.key;
      end if;
      locked_at := clock_timestamp();
      used := coalesce(greatest(extract(epoch from full_at - locked_at) * 1000000, 0), 0)::bigint;
      is_changed := false;
    end if;

    bounded := least(used, ask.burst);
    if ask.cost < 0 then
      used := greatest(bounded + ask.cost, 0);
      bounded := used;
      is_changed := true;
    elsif bounded + coalesce(nullif(ask.cost, 0), ask.emission) <= ask.burst then
      used := bounded + ask.cost;
      bounded := used;
      is_changed := is_changed or ask.cost > 0;
    else
      retries[ask.place] := case
        when coalesce(nullif(ask.cost, 0), ask.emission) <= ask.burst
        then bounded + coalesce(nullif(ask.cost, 0), ask.emission) - ask.burst
      end;
    end if;
    resets[ask.place] := bounded;

    if ask.is_last and is_changed then
      update rate_limit r set tat = locked_at + used * interval '1 microsecond' where r.key = ask.key;
    end if;
  end loop;
  return query
    select coalesce(t.retry = 0, false), (t.burst - t.used) / t.emission, t.retry, t.used
      from unnest(retries, resets, burst_us, emission_us) with ordinality as t (retry, used, burst, emission, place)
     order by t.place;
end $$;
call own_lookup('take_tokens(text[], bigint[], bigint[], bigint[])', 'holdfast_runtime');

-- A row whose burst is whole again says nothing. Rows in use are skipped, so this never waits and never blocks a taking.
grant delete on rate_limit to holdfast_lookup;
create function forget_refilled_limits(rows_max integer) returns table (forgotten bigint) language sql volatile
begin atomic
  with refilled as (
    select r.key from rate_limit r where r.tat < clock_timestamp() limit rows_max for update skip locked
  ), gone as (
    delete from rate_limit r using refilled where r.key = refilled.key returning r.key
  )
  select count(*) from gone;
end;
grant execute on function forget_refilled_limits(integer) to holdfast_maintenance;
call own_lookup('forget_refilled_limits(integer)', 'holdfast_runtime');
