-- The organizations that a person may enter, with what they are called, for that person alone.
grant select (name) on organization to holdfast_lookup;
create function list_own_organizations() returns table (org_id uuid, user_id uuid, name text, slug text, role text)
  language sql stable
begin atomic
  select m.org_id, m.user_id, o.name, o.slug, m.role from member m join organization o on o.org_id = m.org_id
   where m.user_id = current_person() and m.status = 'active';
end;
call own_lookup('list_own_organizations()', 'holdfast_app');
