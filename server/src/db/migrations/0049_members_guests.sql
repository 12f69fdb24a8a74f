-- Guests: people from elsewhere who have what was granted to them by name, and nothing else of the organization.
alter table member drop constraint member_role_check,
  add constraint member_role_check check (role in ('owner', 'admin', 'member', 'viewer', 'guest'));

-- A guest has no place that others share, whoever gives it and by whatever way: what is granted to all of them is not for guests.
create function keep_guests_out() returns trigger language plpgsql as $$
declare
  held text;
begin
  if tg_table_name = 'project_member' then
    select m.role into held from member m where m.org_id = new.org_id and m.user_id = new.user_id;
  else
    select m.role into held from member m where m.org_id = new.org_id and m.id = new.member_id;
  end if;
  if held = 'guest' then
    raise exception 'a guest has no place in teams, projects and roles' using errcode = 'check_violation', constraint = 'guest_has_no_place';
  end if;
  return new;
end $$;
create trigger team_member_guest before insert on team_member for each row execute function keep_guests_out();
create trigger member_role_guest before insert on member_role for each row execute function keep_guests_out();
create trigger project_member_guest before insert on project_member for each row execute function keep_guests_out();
call own_lookup('keep_guests_out()', 'holdfast_lookup');

-- Nor does anybody who has such places become one.
create function keep_from_guest() returns trigger language plpgsql as $$
begin
  raise exception 'nobody who belongs to the organization becomes a guest' using errcode = 'check_violation', constraint = 'guest_from_elsewhere';
end $$;
create trigger member_guest before update of role on member for each row
  when (new.role = 'guest' and old.role <> 'guest') execute function keep_from_guest();
