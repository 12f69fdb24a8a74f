-- Whether a key was ended because its text was seen where it does not belong, and when somebody said so.
alter table api_key add column exposed_at timestamptz, add check (exposed_at is null or revoked_at is not null);
