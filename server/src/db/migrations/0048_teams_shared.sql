-- What is granted to a team and holds now: whoever comes into it has that too. With the caller's own rights, hence inside the wall.
create function list_shared_with_team(team uuid) returns table (object_kind text, object_id uuid, rank integer)
language sql stable begin atomic
  select g.object_kind, g.object_id, g.rank from object_grant g
   where g.org_id = current_org() and g.team_id = list_shared_with_team.team
     and (g.expires_at is null or g.expires_at > now());
end;
grant execute on function list_shared_with_team(uuid) to holdfast_app;
