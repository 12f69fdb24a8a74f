-- Mail that is to leave: written in the transaction that causes it, by whoever it belongs to. What a template is filled with is
-- sealed, since links in it open doors, and erased once the mail was sent or its links have ended.
create table mail_outbox (
  stream_kind text not null check (stream_kind in ('org', 'person', 'system')),
  stream_id uuid not null,
  id uuid not null,
  recipient text not null check (length(recipient) between 3 and 254),
  template text not null,
  sealed bytea,
  queued_at timestamptz not null,
  expires_at timestamptz not null,
  next_at timestamptz not null,
  attempts integer not null default 0,
  last_error text,
  sent_at timestamptz,
  primary key (stream_kind, stream_id, id),
  check (sent_at is null or sealed is null)
);
create index mail_outbox_due on mail_outbox (next_at) where sealed is not null;
call protect_stream('mail_outbox', 'delete', 'delete', 'redacted');
grant insert on mail_outbox to holdfast_app;
call open_to('mail_outbox', 'holdfast_maintenance', 'select, update, delete');
grant select, update on mail_outbox to holdfast_lookup;
create policy open_to_lookup on mail_outbox to holdfast_lookup using (true) with check (true);

-- What is to be sent now, oldest first. One job at a time asks, over all replicas, so nothing is claimed here.
create function due_mails(at_most integer) returns table (
  stream_kind text, stream_id uuid, id uuid, recipient text, template text, sealed bytea, queued_at timestamptz
) language sql stable
begin atomic
  select m.stream_kind, m.stream_id, m.id, m.recipient, m.template, m.sealed, m.queued_at from mail_outbox m
   where m.sealed is not null and m.next_at <= now() and m.expires_at > now() order by m.next_at limit at_most;
end;
call own_lookup('due_mails(integer)', 'holdfast_runtime');

-- How one sending ended, noted at once, so that a crash sends as few as possible twice. Failures wait 2, 4, 8 … seconds, an hour at
-- most. What was sent stays sent, whatever a slower sender says later.
create function settle_mail(of_kind text, of_stream uuid, mail uuid, failure text) returns table (settled uuid) language plpgsql volatile as $$
begin
  return query
    update mail_outbox m
       set attempts = m.attempts + 1,
           last_error = failure,
           next_at = now() + make_interval(secs => least(2 ^ least(m.attempts + 1, 12), 3600)),
           sent_at = case when failure is null then now() end,
           sealed = case when failure is null then null else m.sealed end
     where m.stream_kind = of_kind and m.stream_id = of_stream and m.id = mail and m.sent_at is null
    returning m.id;
end $$;
call own_lookup('settle_mail(text, uuid, uuid, text)', 'holdfast_runtime');

-- For the operator at the host: newest first, without what is sealed.
create function list_mails(at_most integer) returns table (
  id uuid, recipient text, template text, queued_at timestamptz, expires_at timestamptz, attempts integer, last_error text,
  sent_at timestamptz, is_kept boolean
) language sql stable
begin atomic
  select m.id, m.recipient, m.template, m.queued_at, m.expires_at, m.attempts, m.last_error, m.sent_at,
         m.sealed is not null and m.expires_at > now()
    from mail_outbox m order by m.queued_at desc, m.id desc limit at_most;
end;
call own_lookup('list_mails(integer)', 'holdfast_runtime');

create function find_mail(mail uuid) returns table (
  id uuid, recipient text, template text, sealed bytea, queued_at timestamptz, expires_at timestamptz, attempts integer,
  last_error text, sent_at timestamptz, is_kept boolean
) language sql stable
begin atomic
  select m.id, m.recipient, m.template, m.sealed, m.queued_at, m.expires_at, m.attempts, m.last_error, m.sent_at,
         m.sealed is not null and m.expires_at > now()
    from mail_outbox m where m.id = mail;
end;
call own_lookup('find_mail(uuid)', 'holdfast_runtime');

-- How many wait, and how many of them were tried in vain.
create function look_at_mail() returns table (waiting bigint, failing bigint) language sql stable
begin atomic
  select count(*), count(*) filter (where m.attempts > 0) from mail_outbox m where m.sealed is not null and m.expires_at > now();
end;
call own_lookup('look_at_mail()', 'holdfast_runtime');
