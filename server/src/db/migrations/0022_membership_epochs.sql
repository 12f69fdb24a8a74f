-- Keys and open streams rest on memberships too: who is changed, suspended or taken out is told to all that look again when an
-- epoch rises, whether or not a session ended with it. It is the one of sessions, which end in the same breath: who raises two
-- of them waits crosswise for who raises them in the other order.

create function member_changed() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then
    insert into epoch (org_id, kind, value) values (old.org_id, 'session', 1)
      on conflict (org_id, kind) do update set value = epoch.value + 1;
    delete from session s where s.org_id = old.org_id and s.user_id = old.user_id;
  else
    -- Opened while the person was being taken out, it must not wake up when they are taken in again.
    delete from session s where s.org_id = new.org_id and s.user_id = new.user_id;
  end if;
  return null;
end $$;
create trigger member_changed after insert or update of role, status or delete on member for each row
  execute function member_changed();
call own_lookup('member_changed()', 'holdfast_lookup');

create function person_suspended() returns trigger language plpgsql as $$
begin
  -- All of them in one order, those of the sessions among them.
  insert into epoch (org_id, kind, value) select m.org_id, 'session', 1 from member m where m.user_id = new.user_id order by 1
    on conflict (org_id, kind) do update set value = epoch.value + 1;
  delete from session s where s.user_id = new.user_id;
  return null;
end $$;
create trigger person_suspended after update of status on person for each row
  when (old.status is distinct from new.status) execute function person_suspended();
call own_lookup('person_suspended()', 'holdfast_lookup');
