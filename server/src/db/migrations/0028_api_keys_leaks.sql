-- As in 0025, with what the key is called, for the mail to whoever answers for it; a text whose overlap is over is nobody's.
drop function find_leaked_api_key(uuid);
create function find_leaked_api_key(key uuid) returns table (
  org_id uuid, id uuid, name text, secret_hash bytea, previous_hash bytea, email text
) language sql stable
begin atomic
  select k.org_id, k.id, k.name, k.secret_hash, case when k.previous_until > now() then k.previous_hash end, p.email
    from api_key k left join person p on p.user_id = coalesce(k.owner_user_id, k.responsible_user_id)
   where k.id = key and k.revoked_at is null and k.kind <> 'publishable';
end;
call own_lookup('find_leaked_api_key(uuid)', 'holdfast_runtime');
