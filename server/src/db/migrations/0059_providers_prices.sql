-- What a provider takes for a million tokens, by model, in one currency: as the organization says, for what keys cost.
alter table provider
  add column currency text not null default 'USD' check (currency ~ '^[A-Z]{3}$'),
  add column prices jsonb not null default '[]' check (jsonb_typeof(prices) = 'array');
