-- As before, with seals that are due to be made anew: after 180 days sheets are lost, and people have left.
drop function look_at_emergencies();
create function look_at_emergencies() returns table (
  late_sessions bigint, unreviewed bigint, oldest_unreviewed_days integer, unsealed bigint, used_again bigint, alone bigint,
  untold bigint, given_up bigint, overdue bigint
) language sql stable
begin atomic
  with used as (select u.* from emergency_use u where u.opened_at is not null and not is_probe(u.org_id)),
       open_reviews as (select u.* from used u where u.reviewed_at is null
                         and coalesce(u.ended_at, u.expires_at) < now())
  select (select count(*) from used u where u.expires_at > u.opened_at + interval '60 minutes'),
         (select count(*) from open_reviews),
         (select coalesce(max(extract(day from now() - r.opened_at))::integer, 0) from open_reviews r),
         (select count(distinct u.org_id) from used u
           where coalesce(u.ended_at, u.expires_at) < now()
             and not exists (select from emergency_seal s where s.org_id = u.org_id and s.spent_at is null)),
         (select count(distinct u.org_id) from used u
           where u.opened_at > now() - interval '90 days'
             and exists (select from used o where o.org_id = u.org_id and o.id <> u.id
                          and o.opened_at between u.opened_at - interval '90 days' and u.opened_at)),
         (select count(*) from used u where u.seal_id is null and u.opened_at > now() - interval '90 days'),
         (select count(*) from used u join webhook_endpoint e on e.org_id = u.org_id
           where u.opened_at > now() - interval '7 days'
             and e.enabled_at < u.opened_at - interval '1 minute'
             and not exists (select from webhook_delivery d
                              where d.org_id = e.org_id and d.endpoint_id = e.id
                                and d.type = 'emergency.opened' and d.created_at = u.opened_at)),
         (select count(*) from webhook_delivery d
            join webhook_endpoint e on e.org_id = d.org_id and e.id = d.endpoint_id and e.enabled_at is not null
           where d.state = 'dead' and d.last_error <> 'disabled' and d.type like 'emergency.%'
             and d.created_at > now() - interval '7 days' and not is_probe(d.org_id)),
         (select count(*) from emergency_seal s
           where s.spent_at is null and s.sealed_at < now() - interval '180 days' and not is_probe(s.org_id));
end;
call own_lookup('look_at_emergencies()', 'holdfast_runtime');
