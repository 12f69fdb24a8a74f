-- As in 0025, with what custom roles give each member: a key that acts for somebody has part of all they may do.
drop function find_active_roles(uuid[]);
create function find_active_roles(users uuid[]) returns table (user_id uuid, role text, granted text[]) language sql stable
begin atomic
  select m.user_id, m.role, granted_permissions(m.org_id, m.id)
    from member m join person p on p.user_id = m.user_id and p.status = 'active'
   where m.org_id = current_org() and m.status = 'active' and m.user_id = any (users);
end;
call own_lookup('find_active_roles(uuid[])', 'holdfast_app');
