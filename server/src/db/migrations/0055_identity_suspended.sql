-- Whose an address is, suspended or not: for the operator of the host, who suspends accounts and lets them in again.
create function find_account_of_any_status(address text) returns table (user_id uuid, status text) language sql stable
begin atomic
  select p.user_id, p.status from person p where lower(p.email) = lower(address);
end;
call own_lookup('find_account_of_any_status(text)', 'holdfast_runtime');
