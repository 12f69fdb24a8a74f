-- Has anybody set this installation up? Asked before anybody is known.
create function is_set_up() returns table (done boolean) language sql stable
begin atomic
  select exists (select from organization);
end;
call own_lookup('is_set_up()', 'holdfast_runtime');
