-- Campaigns: what there was when one began, and what was decided about each of it.

-- How often everything is to be reviewed. No row: what the product says.
create table review_schedule (
  org_id uuid not null references organization (org_id) on delete cascade,
  recurrence text not null check (recurrence in ('monthly', 'quarterly', 'yearly')),
  version integer not null default 1,
  updated_at timestamptz not null,
  primary key (org_id)
);
call protect_org('review_schedule', 'delete', 'not_applicable', 'full');
grant select, insert, update on review_schedule to holdfast_app;
grant select on review_schedule to holdfast_lookup;
create policy open_to_lookup on review_schedule for select to holdfast_lookup using (true);

create table review_campaign (
  org_id uuid not null references organization (org_id) on delete cascade,
  id uuid not null,
  name text not null check (length(name) between 1 and 100),
  kinds text[] not null check (cardinality(kinds) between 1 and 50),
  teams uuid[] not null,
  roles text[] not null,
  -- Every kind of access there was, of everybody.
  is_full boolean not null,
  -- Who was asked. Who may decide stands in review_reviewer, which people leave with their membership.
  reviewers uuid[] not null,
  on_unreviewed text not null check (on_unreviewed in ('keep', 'revoke')),
  recurrence text not null check (recurrence in ('none', 'monthly', 'quarterly', 'yearly')),
  days integer not null check (days between 1 and 90),
  started_at timestamptz not null,
  started_by uuid not null,
  due_at timestamptz not null check (due_at > started_at),
  state text not null default 'open' check (state in ('open', 'closed', 'canceled')),
  ended_at timestamptz,
  evidence_sha256 text check (length(evidence_sha256) = 64),
  -- The one that this one follows by itself.
  previous uuid,
  version integer not null default 1,
  primary key (org_id, id),
  check ((state = 'open') = (ended_at is null)),
  check ((state = 'closed') = (evidence_sha256 is not null))
);
create unique index review_campaign_previous on review_campaign (org_id, previous) where previous is not null;
create index review_campaign_open on review_campaign (org_id, due_at) where state = 'open';
call protect_org('review_campaign', 'delete', 'pseudonymize', 'full');
grant select, insert, update on review_campaign to holdfast_app;
grant select on review_campaign to holdfast_lookup;
create policy open_to_lookup on review_campaign for select to holdfast_lookup using (true);

create table review_reviewer (
  org_id uuid not null,
  review_id uuid not null,
  user_id uuid not null,
  primary key (org_id, review_id, user_id),
  foreign key (org_id, review_id) references review_campaign (org_id, id) on delete cascade,
  foreign key (org_id, user_id) references member (org_id, user_id) on delete cascade
);
create index review_reviewer_user on review_reviewer (org_id, user_id);
call protect_org('review_reviewer', 'delete', 'delete', 'full');
grant select, insert, delete on review_reviewer to holdfast_app;
grant select on review_reviewer to holdfast_lookup;
create policy open_to_lookup on review_reviewer for select to holdfast_lookup using (true);

-- Names stand beside what is decided, not in the evidence: it stays what it was when they are erased.
create table review_item (
  org_id uuid not null,
  review_id uuid not null,
  id uuid not null,
  kind text not null,
  first uuid not null,
  second uuid,
  user_id uuid,
  holder text not null,
  email text,
  title text not null,
  gives text[] not null,
  flags text[] not null,
  granted_at timestamptz not null,
  last_used_at timestamptz,
  expires_at timestamptz,
  decision text check (decision in ('keep', 'revoke')),
  reason text check (length(reason) between 3 and 500),
  decided_by uuid,
  decided_at timestamptz,
  is_own boolean not null default false,
  outcome text check (outcome in ('kept', 'revoked', 'gone', 'unreviewed', 'exception')),
  note text check (length(note) <= 100),
  primary key (org_id, review_id, id),
  foreign key (org_id, review_id) references review_campaign (org_id, id) on delete cascade,
  check ((decision is null) = (reason is null) and (decision is null) = (decided_by is null) and (decision is null) = (decided_at is null)),
  check (decision is null or (outcome is not null and outcome in ('kept', 'revoked', 'gone'))),
  check (decision <> 'keep' or outcome <> 'revoked'),
  check (decision <> 'revoke' or outcome <> 'kept'),
  check (decision is not null or not is_own)
);
create index review_item_open on review_item (org_id, review_id) where outcome is null;
call protect_org('review_item', 'delete', 'pseudonymize', 'full');
grant select, insert, update on review_item to holdfast_app;

-- What was decided stays decided, and what is over stays as it was, whoever writes.
create function keep_review() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'review_item' then
    if old.outcome is not null and (old.decision, old.reason, old.decided_by, old.decided_at, old.is_own, old.outcome, old.note)
         is distinct from (new.decision, new.reason, new.decided_by, new.decided_at, new.is_own, new.outcome, new.note) then
      raise exception 'what was decided in a review stays' using errcode = 'restrict_violation';
    end if;
  elsif old.state <> 'open' and (old.state, old.ended_at, old.evidence_sha256) is distinct from (new.state, new.ended_at, new.evidence_sha256) then
    raise exception 'a review that is over stays as it was' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger keep_review before update on review_item for each row execute function keep_review();
create trigger keep_review before update on review_campaign for each row execute function keep_review();

-- Whom to tell of a campaign: reviewers who can act, or owners where none can. Asked before the transaction that tells them.
create function list_review_addresses(org uuid, review uuid) returns table (email text) language sql stable
begin atomic
  with asked as (
    select p.email from review_reviewer r
      join member m on m.org_id = r.org_id and m.user_id = r.user_id and m.status = 'active'
      join person p on p.user_id = m.user_id and p.status = 'active'
     where r.org_id = org and r.review_id = review)
  select a.email from asked a
  union
  select p.email from member m join person p on p.user_id = m.user_id and p.status = 'active'
   where m.org_id = org and m.role = 'owner' and m.status = 'active' and not exists (select from asked);
end;
call own_lookup('list_review_addresses(uuid, uuid)', 'holdfast_runtime');

-- The same for one that is about to begin, by the memberships of those who are to review.
create function list_member_addresses(org uuid, members uuid[]) returns table (email text) language sql stable
begin atomic
  select p.email from member m join person p on p.user_id = m.user_id and p.status = 'active'
   where m.org_id = org and m.id = any (members) and m.status = 'active';
end;
call own_lookup('list_member_addresses(uuid, uuid[])', 'holdfast_runtime');

-- What is told of a campaign in a mail.
create function find_review_name(org uuid, review uuid) returns table (name text, due_at timestamptz, days integer) language sql stable
begin atomic
  select c.name, c.due_at, c.days from review_campaign c where c.org_id = org and c.id = review;
end;
call own_lookup('find_review_name(uuid, uuid)', 'holdfast_runtime');

-- Since when reviews are owed at all: organizations that were there before are not late at once.
grant select on schema_version to holdfast_lookup;
grant select (created_at) on organization to holdfast_lookup;
create function reviews_owed_since() returns timestamptz language sql stable
begin atomic
  select min(v.applied_at) from schema_version v where v.name = 'reviews_campaigns';
end;
call own_lookup('reviews_owed_since()', 'holdfast_app');

create function find_review_schedule() returns table (
  recurrence text, version integer, since timestamptz, closed timestamptz
) language sql stable begin atomic
  select s.recurrence, coalesce(s.version, 0), greatest(o.created_at, reviews_owed_since()),
         (select max(c.ended_at) from review_campaign c where c.org_id = o.org_id and c.state = 'closed' and c.is_full)
    from organization o left join review_schedule s on s.org_id = o.org_id
   where o.org_id = current_org();
end;
grant execute on function find_review_schedule() to holdfast_app;

create function review_days(recurrence text) returns integer language sql immutable
return case recurrence when 'monthly' then 30 when 'yearly' then 365 else 91 end;
grant execute on function review_days(text) to holdfast_app, holdfast_lookup;

-- What the control of access reviews looks at: numbers, no organization and no name. The probe's own organizations do not count.
create function look_at_reviews(grace_days integer) returns table (
  organizations bigint, overdue bigint, unclosed bigint, worst_days_late integer
) language sql stable
begin atomic
  with looked as (
    select o.org_id,
           greatest(o.created_at, reviews_owed_since(), (
             select max(c.ended_at) from review_campaign c where c.org_id = o.org_id and c.state = 'closed' and c.is_full))
             + make_interval(days => review_days(s.recurrence)) as due_at
      from organization o left join review_schedule s on s.org_id = o.org_id
     where not is_probe(o.org_id)),
  late as (select l.due_at from looked l where l.due_at + make_interval(days => grace_days) < now())
  select (select count(*) from looked),
         (select count(*) from late),
         (select count(*) from review_campaign c
           where c.state = 'open' and c.due_at < now() - interval '1 hour' and not is_probe(c.org_id)),
         (select coalesce(max(extract(day from now() - l.due_at))::integer, 0) from late l);
end;
call own_lookup('look_at_reviews(integer)', 'holdfast_runtime');
