-- Generated from the migrated database by `npm run gen`; do not edit. It is for reading: migrations make the schema.
-- Bodies of functions are in the migrations.

create table account_lock /* forced row security */ /* system, on org delete: not_applicable, on person erase: keep, export: never */ (
  key bytea not null,
  failed_at timestamp with time zone[] not null default '{}'::timestamp with time zone[],
  locks integer not null default 0,
  locked_at timestamp with time zone,
  locked_until timestamp with time zone,
  last_at timestamp with time zone not null default now(),
  constraint account_lock_pkey PRIMARY KEY (key),
  constraint account_lock_key_check CHECK ((octet_length(key) = 32))
);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for all to holdfast_lookup using true with check true;
create policy open_to_maintenance as permissive for all to holdfast_maintenance using true with check true;
create policy wall as restrictive for all to holdfast_app using ( SELECT in_system_scope() AS in_system_scope) with check ( SELECT in_system_scope() AS in_system_scope);
grant delete, insert, select, update to holdfast_lookup;
grant delete, select to holdfast_maintenance;

create table answered_challenge /* forced row security */ /* person, on org delete: not_applicable, on person erase: delete, export: never */ (
  user_id uuid not null,
  challenge_hash bytea not null,
  expires_at timestamp with time zone not null,
  constraint answered_challenge_pkey PRIMARY KEY (user_id, challenge_hash),
  constraint answered_challenge_user_id_fkey FOREIGN KEY (user_id) REFERENCES person(user_id) ON DELETE CASCADE,
  constraint answered_challenge_challenge_hash_check CHECK ((octet_length(challenge_hash) = 32))
);
CREATE INDEX answered_challenge_expires_at ON holdfast.answered_challenge USING btree (expires_at);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_maintenance as permissive for all to holdfast_maintenance using true with check true;
create policy wall as restrictive for all to holdfast_app using (user_id = ( SELECT current_person() AS current_person)) with check (user_id = ( SELECT current_person() AS current_person));
grant insert, select to holdfast_app;
grant delete, select to holdfast_maintenance;

create table api_key /* forced row security */ /* org, on org delete: delete, on person erase: delete, export: redacted */ (
  org_id uuid not null,
  id uuid not null,
  owner_user_id uuid,
  name text not null,
  scopes text[] not null,
  secret_hash bytea not null,
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  version integer not null default 1,
  created_at timestamp with time zone not null,
  kind text not null default 'personal'::text,
  responsible_user_id uuid,
  acts_for_people boolean not null default false,
  origins text[] not null default '{}'::text[],
  per_minute integer,
  rotated_at timestamp with time zone,
  previous_hash bytea,
  previous_until timestamp with time zone,
  last_used_at timestamp with time zone,
  exposed_at timestamp with time zone,
  constraint api_key_pkey PRIMARY KEY (org_id, id),
  constraint api_key_org_id_fkey FOREIGN KEY (org_id) REFERENCES organization(org_id) ON DELETE CASCADE,
  constraint api_key_org_id_owner_user_id_fkey FOREIGN KEY (org_id, owner_user_id) REFERENCES member(org_id, user_id) ON DELETE CASCADE,
  constraint api_key_org_id_responsible_user_id_fkey FOREIGN KEY (org_id, responsible_user_id) REFERENCES member(org_id, user_id) ON DELETE SET NULL (responsible_user_id),
  constraint api_key_check CHECK (((kind = 'personal'::text) = (owner_user_id IS NOT NULL))),
  constraint api_key_check1 CHECK (((kind = 'service'::text) OR (NOT acts_for_people))),
  constraint api_key_check2 CHECK (((kind = 'publishable'::text) = (cardinality(origins) > 0))),
  constraint api_key_check3 CHECK (((previous_hash IS NULL) = (previous_until IS NULL))),
  constraint api_key_check4 CHECK (((exposed_at IS NULL) OR (revoked_at IS NOT NULL))),
  constraint api_key_kind_check CHECK ((kind = ANY (ARRAY['personal'::text, 'service'::text, 'publishable'::text]))),
  constraint api_key_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
  constraint api_key_origins_check CHECK ((cardinality(origins) <= 20)),
  constraint api_key_per_minute_check CHECK (((per_minute >= 1) AND (per_minute <= 1000000))),
  constraint api_key_previous_hash_check CHECK ((octet_length(previous_hash) = 32)),
  constraint api_key_scopes_check CHECK (((cardinality(scopes) >= 1) AND (cardinality(scopes) <= 50))),
  constraint api_key_secret_hash_check CHECK ((octet_length(secret_hash) = 32))
);
CREATE UNIQUE INDEX api_key_id ON holdfast.api_key USING btree (id);
CREATE INDEX api_key_origins ON holdfast.api_key USING gin (origins) WHERE ((kind = 'publishable'::text) AND (revoked_at IS NULL));
CREATE INDEX api_key_responsible ON holdfast.api_key USING btree (org_id, responsible_user_id);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for select to holdfast_lookup using true;
create policy used_by_lookup as permissive for update to holdfast_lookup using true with check true;
create policy wall as restrictive for all to holdfast_app using (org_id = ( SELECT current_org() AS current_org)) with check (org_id = ( SELECT current_org() AS current_org));
grant delete, insert, select, update to holdfast_app;
grant select, update (last_used_at) to holdfast_lookup;
CREATE TRIGGER api_key_grants_end AFTER DELETE ON holdfast.api_key FOR EACH ROW EXECUTE FUNCTION end_grants('api_key');
CREATE TRIGGER revoke_orphaned_key BEFORE UPDATE OF responsible_user_id ON holdfast.api_key FOR EACH ROW WHEN (((old.responsible_user_id IS NOT NULL) AND (new.responsible_user_id IS NULL))) EXECUTE FUNCTION revoke_orphaned_key();

create table api_key_networks /* forced row security */ /* org, on org delete: delete, on person erase: delete, export: full */ (
  org_id uuid not null,
  key_id uuid not null,
  blocks text[] not null,
  constraint api_key_networks_pkey PRIMARY KEY (org_id, key_id),
  constraint api_key_networks_org_id_key_id_fkey FOREIGN KEY (org_id, key_id) REFERENCES api_key(org_id, id) ON DELETE CASCADE,
  constraint api_key_networks_blocks_check CHECK ((((cardinality(blocks) >= 1) AND (cardinality(blocks) <= 200)) AND ((blocks)::cidr[] IS NOT NULL)))
);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for select to holdfast_lookup using true;
create policy wall as restrictive for all to holdfast_app using (org_id = ( SELECT current_org() AS current_org)) with check (org_id = ( SELECT current_org() AS current_org));
grant delete, insert, select, update to holdfast_app;
grant select to holdfast_lookup;
CREATE TRIGGER networks_changed AFTER INSERT OR DELETE OR UPDATE ON holdfast.api_key_networks FOR EACH ROW EXECUTE FUNCTION networks_changed();

create table api_key_person /* forced row security */ /* org, on org delete: delete, on person erase: delete, export: full */ (
  org_id uuid not null,
  key_id uuid not null,
  user_id uuid not null,
  constraint api_key_person_pkey PRIMARY KEY (org_id, key_id, user_id),
  constraint api_key_person_org_id_key_id_fkey FOREIGN KEY (org_id, key_id) REFERENCES api_key(org_id, id) ON DELETE CASCADE,
  constraint api_key_person_org_id_user_id_fkey FOREIGN KEY (org_id, user_id) REFERENCES member(org_id, user_id) ON DELETE CASCADE
);
CREATE INDEX api_key_person_user ON holdfast.api_key_person USING btree (org_id, user_id);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for all to holdfast_lookup using true with check true;
create policy wall as restrictive for all to holdfast_app using (org_id = ( SELECT current_org() AS current_org)) with check (org_id = ( SELECT current_org() AS current_org));
grant delete, insert, select to holdfast_app;
grant select to holdfast_lookup;

create table api_key_use /* forced row security */ /* org, on org delete: delete, on person erase: delete, export: full */ (
  org_id uuid not null,
  key_id uuid not null,
  day text not null,
  address text not null,
  client text not null,
  calls bigint not null,
  failures bigint not null,
  last_at timestamp with time zone not null,
  constraint api_key_use_pkey PRIMARY KEY (org_id, key_id, day, address, client),
  constraint api_key_use_org_id_key_id_fkey FOREIGN KEY (org_id, key_id) REFERENCES api_key(org_id, id) ON DELETE CASCADE,
  constraint api_key_use_address_check CHECK ((length(address) <= 64)),
  constraint api_key_use_client_check CHECK ((length(client) <= 64)),
  constraint api_key_use_day_check CHECK ((day ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'::text))
);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for all to holdfast_lookup using true with check true;
create policy open_to_maintenance as permissive for all to holdfast_maintenance using true with check true;
create policy wall as restrictive for all to holdfast_app using (org_id = ( SELECT current_org() AS current_org)) with check (org_id = ( SELECT current_org() AS current_org));
grant select to holdfast_app;
grant insert, select, update to holdfast_lookup;
grant delete, select to holdfast_maintenance;

create table audit_checkpoint /* forced row security */ /* system, on org delete: keep, on person erase: keep, export: full */ (
  size bigint not null,
  note text not null,
  at timestamp with time zone not null,
  constraint audit_checkpoint_pkey PRIMARY KEY (size),
  constraint audit_checkpoint_size_check CHECK ((size >= 0))
);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for select to holdfast_lookup using true;
create policy open_to_sequencer as permissive for all to holdfast_sequencer using true with check true;
create policy wall as restrictive for all to holdfast_app using ( SELECT in_system_scope() AS in_system_scope) with check ( SELECT in_system_scope() AS in_system_scope);
grant select to holdfast_app;
grant select to holdfast_lookup;
grant insert, select to holdfast_sequencer;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON holdfast.audit_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

create table audit_entry /* forced row security */ /* stream, on org delete: keep, on person erase: pseudonymize, export: full */ (
  stream_kind text not null,
  stream_id uuid not null,
  seq bigint not null,
  leaf_index bigint not null,
  event_id uuid not null,
  at timestamp with time zone not null,
  action text not null,
  outcome text not null,
  actor jsonb not null,
  target jsonb,
  request_id text not null,
  facts jsonb not null,
  salt bytea not null,
  previous_hash bytea not null,
  record_hash bytea not null,
  constraint audit_entry_pkey PRIMARY KEY (stream_kind, stream_id, seq),
  constraint audit_entry_leaf_index_check CHECK ((leaf_index >= 0)),
  constraint audit_entry_outcome_check CHECK ((outcome = ANY (ARRAY['allowed'::text, 'denied'::text, 'failed'::text]))),
  constraint audit_entry_previous_hash_check CHECK ((octet_length(previous_hash) = 32)),
  constraint audit_entry_record_hash_check CHECK ((octet_length(record_hash) = 32)),
  constraint audit_entry_salt_check CHECK ((octet_length(salt) = 32)),
  constraint audit_entry_seq_check CHECK ((seq > 0)),
  constraint audit_entry_stream_kind_check CHECK ((stream_kind = ANY (ARRAY['org'::text, 'person'::text, 'system'::text])))
);
CREATE UNIQUE INDEX audit_entry_event ON holdfast.audit_entry USING btree (event_id);
CREATE UNIQUE INDEX audit_entry_leaf ON holdfast.audit_entry USING btree (leaf_index);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for select to holdfast_lookup using true;
create policy open_to_sequencer as permissive for all to holdfast_sequencer using true with check true;
create policy wall as restrictive for all to holdfast_app using in_stream(stream_kind, stream_id) with check in_stream(stream_kind, stream_id);
grant select to holdfast_app;
grant select (event_id, leaf_index, record_hash) to holdfast_lookup;
grant insert, select to holdfast_sequencer;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON holdfast.audit_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

create table audit_head /* forced row security */ /* stream, on org delete: keep, on person erase: pseudonymize, export: never */ (
  stream_kind text not null,
  stream_id uuid not null,
  seq bigint not null,
  record_hash bytea not null,
  constraint audit_head_pkey PRIMARY KEY (stream_kind, stream_id),
  constraint audit_head_record_hash_check CHECK ((octet_length(record_hash) = 32)),
  constraint audit_head_seq_check CHECK ((seq > 0)),
  constraint audit_head_stream_kind_check CHECK ((stream_kind = ANY (ARRAY['org'::text, 'person'::text, 'system'::text])))
);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_sequencer as permissive for all to holdfast_sequencer using true with check true;
create policy wall as restrictive for all to holdfast_app using in_stream(stream_kind, stream_id) with check in_stream(stream_kind, stream_id);
grant select to holdfast_app;
grant insert, select, update to holdfast_sequencer;

create table audit_pending /* forced row security */ /* stream, on org delete: keep, on person erase: pseudonymize, export: full */ (
  stream_kind text not null,
  stream_id uuid not null,
  event_id uuid not null,
  at timestamp with time zone not null,
  action text not null,
  outcome text not null,
  actor jsonb not null,
  target jsonb,
  request_id text not null,
  facts jsonb not null,
  constraint audit_pending_pkey PRIMARY KEY (stream_kind, stream_id, event_id),
  constraint audit_pending_outcome_check CHECK ((outcome = ANY (ARRAY['allowed'::text, 'denied'::text, 'failed'::text]))),
  constraint audit_pending_stream_kind_check CHECK ((stream_kind = ANY (ARRAY['org'::text, 'person'::text, 'system'::text])))
);
CREATE INDEX audit_pending_event ON holdfast.audit_pending USING btree (event_id);
CREATE INDEX audit_pending_order ON holdfast.audit_pending USING btree (at, event_id);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for insert to holdfast_lookup with check true;
create policy open_to_maintenance as permissive for all to holdfast_maintenance using true with check true;
create policy open_to_sequencer as permissive for all to holdfast_sequencer using true with check true;
create policy read_by_lookup as permissive for select to holdfast_lookup using true;
create policy wall as restrictive for all to holdfast_app using in_stream(stream_kind, stream_id) with check in_stream(stream_kind, stream_id);
grant insert to holdfast_app;
grant insert, select (event_id) to holdfast_lookup;
grant insert to holdfast_maintenance;
grant delete, select to holdfast_sequencer;

create table audit_state /* forced row security */ /* system, on org delete: keep, on person erase: keep, export: never */ (
  only_one boolean not null default true,
  origin text not null,
  size bigint not null,
  frontier bytea not null,
  constraint audit_state_pkey PRIMARY KEY (only_one),
  constraint audit_state_only_one_check CHECK (only_one),
  constraint audit_state_size_check CHECK ((size >= 0))
);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_sequencer as permissive for all to holdfast_sequencer using true with check true;
create policy wall as restrictive for all to holdfast_app using ( SELECT in_system_scope() AS in_system_scope) with check ( SELECT in_system_scope() AS in_system_scope);
grant select to holdfast_app;
grant insert, select, update to holdfast_sequencer;

create table custom_role /* forced row security */ /* org, on org delete: delete, on person erase: not_applicable, export: full */ (
  org_id uuid not null,
  id uuid not null,
  name text not null,
  description text not null,
  permissions text[] not null,
  version integer not null default 1,
  created_at timestamp with time zone not null,
  constraint custom_role_pkey PRIMARY KEY (org_id, id),
  constraint custom_role_org_id_fkey FOREIGN KEY (org_id) REFERENCES organization(org_id) ON DELETE CASCADE,
  constraint custom_role_description_check CHECK ((length(description) <= 500)),
  constraint custom_role_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
  constraint custom_role_permissions_check CHECK (((cardinality(permissions) >= 1) AND (cardinality(permissions) <= 200)))
);
CREATE UNIQUE INDEX custom_role_name ON holdfast.custom_role USING btree (org_id, lower(name));
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for select to holdfast_lookup using true;
create policy wall as restrictive for all to holdfast_app using (org_id = ( SELECT current_org() AS current_org)) with check (org_id = ( SELECT current_org() AS current_org));
grant delete, insert, select, update to holdfast_app;
grant select to holdfast_lookup;
CREATE TRIGGER custom_role_changed AFTER DELETE OR UPDATE OF permissions ON holdfast.custom_role FOR EACH ROW EXECUTE FUNCTION authority_changed();

create table data_key /* forced row security */ /* org, on org delete: delete, on person erase: not_applicable, export: never */ (
  org_id uuid not null,
  id uuid not null,
  version integer not null,
  state text not null,
  wrapped bytea not null,
  kek_id text not null,
  canary bytea not null,
  created_at timestamp with time zone not null,
  constraint data_key_org_id_version_key UNIQUE (org_id, version),
  constraint data_key_pkey PRIMARY KEY (org_id, id),
  constraint data_key_org_id_fkey FOREIGN KEY (org_id) REFERENCES organization(org_id) ON DELETE CASCADE,
  constraint data_key_kek_id_check CHECK ((kek_id ~ '^[0-9a-f]{16}$'::text)),
  constraint data_key_state_check CHECK ((state = ANY (ARRAY['staged'::text, 'active'::text, 'decrypt-only'::text, 'retired'::text, 'destroyed'::text]))),
  constraint data_key_version_check CHECK ((version > 0))
);
CREATE UNIQUE INDEX data_key_active ON holdfast.data_key USING btree (org_id) WHERE (state = 'active'::text);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for select to holdfast_lookup using true;
create policy wall as restrictive for all to holdfast_app using (org_id = ( SELECT current_org() AS current_org)) with check (org_id = ( SELECT current_org() AS current_org));
grant insert, select, update to holdfast_app;
grant select to holdfast_lookup;

create table denial_tally /* forced row security */ /* system, on org delete: delete, on person erase: keep, export: never */ (
  minute timestamp with time zone not null,
  stream_kind text not null,
  stream_id uuid not null,
  source text not null,
  reason text not null,
  count bigint not null,
  constraint denial_tally_pkey PRIMARY KEY (minute, stream_kind, stream_id, source, reason),
  constraint denial_tally_count_check CHECK ((count > 0)),
  constraint denial_tally_stream_kind_check CHECK ((stream_kind = ANY (ARRAY['org'::text, 'person'::text, 'system'::text])))
);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_maintenance as permissive for all to holdfast_maintenance using true with check true;
create policy wall as restrictive for all to holdfast_app using ( SELECT in_system_scope() AS in_system_scope) with check ( SELECT in_system_scope() AS in_system_scope);
grant insert, select, update to holdfast_app;
grant delete, select to holdfast_maintenance;

create table device /* forced row security */ /* person, on org delete: not_applicable, on person erase: delete, export: redacted */ (
  user_id uuid not null,
  id uuid not null,
  token_hash bytea not null,
  created_at timestamp with time zone not null,
  last_seen_at timestamp with time zone not null,
  address text not null,
  device text not null,
  constraint device_pkey PRIMARY KEY (user_id, id),
  constraint device_user_id_fkey FOREIGN KEY (user_id) REFERENCES person(user_id) ON DELETE CASCADE,
  constraint device_device_check CHECK ((length(device) <= 200)),
  constraint device_token_hash_check CHECK ((octet_length(token_hash) = 32))
);
CREATE UNIQUE INDEX device_token ON holdfast.device USING btree (token_hash);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for select to holdfast_lookup using true;
create policy open_to_maintenance as permissive for all to holdfast_maintenance using true with check true;
create policy wall as restrictive for all to holdfast_app using (user_id = ( SELECT current_person() AS current_person)) with check (user_id = ( SELECT current_person() AS current_person));
grant delete, insert, select, update to holdfast_app;
grant select to holdfast_lookup;
grant delete, select to holdfast_maintenance;

create table emergency_seal /* forced row security */ /* org, on org delete: delete, on person erase: not_applicable, export: redacted */ (
  org_id uuid not null,
  id uuid not null,
  first_hash bytea not null,
  second_hash bytea not null,
  sealed_at timestamp with time zone not null,
  sealed_by uuid not null,
  spent_at timestamp with time zone,
  constraint emergency_seal_pkey PRIMARY KEY (org_id, id),
  constraint emergency_seal_org_id_fkey FOREIGN KEY (org_id) REFERENCES organization(org_id) ON DELETE CASCADE,
  constraint emergency_seal_check CHECK (((octet_length(second_hash) = 32) AND (second_hash <> first_hash))),
  constraint emergency_seal_first_hash_check CHECK ((octet_length(first_hash) = 32))
);
CREATE UNIQUE INDEX emergency_seal_live ON holdfast.emergency_seal USING btree (org_id) WHERE (spent_at IS NULL);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for select to holdfast_lookup using true;
create policy wall as restrictive for all to holdfast_app using (org_id = ( SELECT current_org() AS current_org)) with check (org_id = ( SELECT current_org() AS current_org));
grant insert, select, update to holdfast_app;
grant select to holdfast_lookup;

create table emergency_use /* forced row security */ /* org, on org delete: delete, on person erase: not_applicable, export: redacted */ (
  org_id uuid not null,
  id uuid not null,
  seal_id uuid,
  first_part integer,
  code_hash bytea,
  request_hash bytea not null,
  reason text not null,
  requested_at timestamp with time zone not null,
  request_ends_at timestamp with time zone not null,
  granted_at timestamp with time zone,
  opened_at timestamp with time zone,
  token_hash bytea,
  expires_at timestamp with time zone,
  ended_at timestamp with time zone,
  review text,
  reviewed_at timestamp with time zone,
  reviewed_by uuid,
  constraint emergency_use_pkey PRIMARY KEY (org_id, id),
  constraint emergency_use_org_id_fkey FOREIGN KEY (org_id) REFERENCES organization(org_id) ON DELETE CASCADE,
  constraint emergency_use_org_id_seal_id_fkey FOREIGN KEY (org_id, seal_id) REFERENCES emergency_seal(org_id, id),
  constraint emergency_use_check CHECK ((((opened_at IS NULL) = (token_hash IS NULL)) AND ((opened_at IS NULL) = (expires_at IS NULL)))),
  constraint emergency_use_check1 CHECK ((expires_at <= (opened_at + '01:00:00'::interval))),
  constraint emergency_use_check2 CHECK ((((seal_id IS NULL) = (first_part IS NULL)) AND ((seal_id IS NULL) = (code_hash IS NULL)))),
  constraint emergency_use_check3 CHECK ((((review IS NULL) = (reviewed_at IS NULL)) AND ((review IS NULL) = (reviewed_by IS NULL)))),
  constraint emergency_use_code_hash_check CHECK ((octet_length(code_hash) = 32)),
  constraint emergency_use_first_part_check CHECK ((first_part = ANY (ARRAY[1, 2]))),
  constraint emergency_use_reason_check CHECK (((length(reason) >= 10) AND (length(reason) <= 500))),
  constraint emergency_use_request_hash_check CHECK ((octet_length(request_hash) = 32)),
  constraint emergency_use_review_check CHECK (((length(review) >= 20) AND (length(review) <= 4000))),
  constraint emergency_use_token_hash_check CHECK ((octet_length(token_hash) = 32))
);
CREATE UNIQUE INDEX emergency_use_request ON holdfast.emergency_use USING btree (request_hash);
CREATE INDEX emergency_use_requested ON holdfast.emergency_use USING btree (org_id, requested_at);
CREATE INDEX emergency_use_seal ON holdfast.emergency_use USING btree (org_id, seal_id);
CREATE UNIQUE INDEX emergency_use_token ON holdfast.emergency_use USING btree (token_hash) WHERE (token_hash IS NOT NULL);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for select to holdfast_lookup using true;
create policy wall as restrictive for all to holdfast_app using (org_id = ( SELECT current_org() AS current_org)) with check (org_id = ( SELECT current_org() AS current_org));
grant insert, select, update to holdfast_app;
grant select to holdfast_lookup;

create table epoch /* forced row security */ /* org, on org delete: delete, on person erase: not_applicable, export: never */ (
  org_id uuid not null,
  kind text not null,
  value bigint not null,
  constraint epoch_pkey PRIMARY KEY (org_id, kind),
  constraint epoch_value_check CHECK ((value > 0))
);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for select to holdfast_lookup using true;
create policy raised_by_lookup as permissive for all to holdfast_lookup using true with check true;
create policy wall as restrictive for all to holdfast_app using (org_id = ( SELECT current_org() AS current_org)) with check (org_id = ( SELECT current_org() AS current_org));
grant insert, select, update to holdfast_app;
grant insert, select, update to holdfast_lookup;

create table factor /* forced row security */ /* person, on org delete: not_applicable, on person erase: delete, export: redacted */ (
  user_id uuid not null,
  id uuid not null,
  kind text not null,
  name text not null,
  created_at timestamp with time zone not null,
  confirmed_at timestamp with time zone,
  last_used_at timestamp with time zone,
  sealed_secret bytea,
  last_step bigint,
  credential_id bytea,
  public_key bytea,
  sign_count bigint,
  transports text[],
  is_backed_up boolean,
  constraint factor_pkey PRIMARY KEY (user_id, id),
  constraint factor_user_id_fkey FOREIGN KEY (user_id) REFERENCES person(user_id) ON DELETE CASCADE,
  constraint factor_check CHECK (((kind <> 'totp'::text) OR ((sealed_secret IS NOT NULL) AND (last_step IS NOT NULL) AND (credential_id IS NULL)))),
  constraint factor_check1 CHECK (((kind <> 'passkey'::text) OR ((credential_id IS NOT NULL) AND (public_key IS NOT NULL) AND (sign_count IS NOT NULL) AND (transports IS NOT NULL) AND (is_backed_up IS NOT NULL) AND (sealed_secret IS NULL) AND (confirmed_at IS NOT NULL)))),
  constraint factor_credential_id_check CHECK (((octet_length(credential_id) >= 1) AND (octet_length(credential_id) <= 1023))),
  constraint factor_kind_check CHECK ((kind = ANY (ARRAY['totp'::text, 'passkey'::text]))),
  constraint factor_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100)))
);
CREATE UNIQUE INDEX factor_credential ON holdfast.factor USING btree (credential_id) WHERE (credential_id IS NOT NULL);
CREATE UNIQUE INDEX factor_unconfirmed ON holdfast.factor USING btree (user_id) WHERE (confirmed_at IS NULL);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for select to holdfast_lookup using true;
create policy wall as restrictive for all to holdfast_app using (user_id = ( SELECT current_person() AS current_person)) with check (user_id = ( SELECT current_person() AS current_person));
grant delete, insert, select, update to holdfast_app;
grant select to holdfast_lookup;

create table idempotency /* forced row security */ /* stream, on org delete: delete, on person erase: delete, export: never */ (
  stream_kind text not null,
  stream_id uuid not null,
  principal text not null,
  route text not null,
  key_hash bytea not null,
  fingerprint bytea not null,
  status integer not null,
  reply bytea not null,
  sealed boolean not null,
  expires_at timestamp with time zone not null,
  constraint idempotency_pkey PRIMARY KEY (stream_kind, stream_id, principal, route, key_hash),
  constraint idempotency_fingerprint_check CHECK ((octet_length(fingerprint) = 32)),
  constraint idempotency_key_hash_check CHECK ((octet_length(key_hash) = 32)),
  constraint idempotency_stream_kind_check CHECK ((stream_kind = ANY (ARRAY['org'::text, 'person'::text, 'system'::text])))
);
CREATE INDEX idempotency_expires_at ON holdfast.idempotency USING btree (expires_at);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_maintenance as permissive for all to holdfast_maintenance using true with check true;
create policy wall as restrictive for all to holdfast_app using in_stream(stream_kind, stream_id) with check in_stream(stream_kind, stream_id);
grant delete, insert, select to holdfast_app;
grant delete, select to holdfast_maintenance;

create table installation /* forced row security */ /* system, on org delete: keep, on person erase: keep, export: never */ (
  name text not null,
  value jsonb not null,
  updated_at timestamp with time zone not null default now(),
  constraint installation_pkey PRIMARY KEY (name)
);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for select to holdfast_lookup using (name = ANY (ARRAY['set_up'::text, 'probe_tenant_one'::text, 'probe_tenant_other'::text, 'probe_account'::text]));
create policy wall as restrictive for all to holdfast_app using ( SELECT in_system_scope() AS in_system_scope) with check ( SELECT in_system_scope() AS in_system_scope);
grant insert, select, update to holdfast_app;
grant select (name, updated_at, value) to holdfast_lookup;

create table invitation /* forced row security */ /* org, on org delete: delete, on person erase: delete, export: redacted */ (
  org_id uuid not null,
  id uuid not null,
  email text not null,
  role text not null,
  invited_by uuid not null,
  token_hash bytea not null,
  state text not null default 'open'::text,
  created_at timestamp with time zone not null,
  sent_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  version integer not null default 1,
  object_kind text,
  object_id uuid,
  rank integer,
  grant_expires_at timestamp with time zone,
  constraint invitation_pkey PRIMARY KEY (org_id, id),
  constraint invitation_org_id_fkey FOREIGN KEY (org_id) REFERENCES organization(org_id) ON DELETE CASCADE,
  constraint invitation_check CHECK (((state = 'open'::text) = (ended_at IS NULL))),
  constraint invitation_email_check CHECK (((length(email) >= 3) AND (length(email) <= 254))),
  constraint invitation_object_kind_check CHECK ((object_kind ~ '^[a-z][a-z_]{0,62}$'::text)),
  constraint invitation_rank_check CHECK (((rank >= 1) AND (rank <= 2))),
  constraint invitation_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'member'::text, 'viewer'::text, 'guest'::text]))),
  constraint invitation_shares CHECK (((num_nonnulls(object_kind, object_id, rank) =
CASE
    WHEN (role = 'guest'::text) THEN 3
    ELSE 0
END) AND ((role = 'guest'::text) OR (grant_expires_at IS NULL)))),
  constraint invitation_state_check CHECK ((state = ANY (ARRAY['open'::text, 'accepted'::text, 'expired'::text, 'canceled'::text]))),
  constraint invitation_token_hash_check CHECK ((octet_length(token_hash) = 32))
);
CREATE INDEX invitation_expires_at ON holdfast.invitation USING btree (expires_at);
CREATE UNIQUE INDEX invitation_open ON holdfast.invitation USING btree (org_id, lower(email)) WHERE (state = 'open'::text);
CREATE UNIQUE INDEX invitation_token ON holdfast.invitation USING btree (token_hash);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for select to holdfast_lookup using true;
create policy open_to_maintenance as permissive for all to holdfast_maintenance using true with check true;
create policy wall as restrictive for all to holdfast_app using (org_id = ( SELECT current_org() AS current_org)) with check (org_id = ( SELECT current_org() AS current_org));
grant insert, select, update to holdfast_app;
grant select to holdfast_lookup;
grant delete, select to holdfast_maintenance;

create table job /* forced row security */ /* stream, on org delete: delete, on person erase: delete, export: never */ (
  stream_kind text not null,
  stream_id uuid not null,
  id uuid not null,
  kind text not null,
  payload jsonb not null,
  enqueued_by jsonb not null,
  request_id text not null,
  attempts integer not null default 0,
  run_at timestamp with time zone not null,
  lease_until timestamp with time zone,
  fence bigint not null default 0,
  failed_at timestamp with time zone,
  last_error text,
  constraint job_pkey PRIMARY KEY (stream_kind, stream_id, id),
  constraint job_stream_kind_check CHECK ((stream_kind = ANY (ARRAY['org'::text, 'person'::text, 'system'::text])))
);
CREATE INDEX job_due ON holdfast.job USING btree (run_at) WHERE (failed_at IS NULL);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_maintenance as permissive for all to holdfast_maintenance using true with check true;
create policy wall as restrictive for all to holdfast_app using in_stream(stream_kind, stream_id) with check in_stream(stream_kind, stream_id);
grant delete, insert, select to holdfast_app;
grant delete, insert, select, update to holdfast_maintenance;

create table mail_outbox /* forced row security */ /* stream, on org delete: delete, on person erase: delete, export: redacted */ (
  stream_kind text not null,
  stream_id uuid not null,
  id uuid not null,
  recipient text not null,
  template text not null,
  sealed bytea,
  queued_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  next_at timestamp with time zone not null,
  attempts integer not null default 0,
  last_error text,
  sent_at timestamp with time zone,
  constraint mail_outbox_pkey PRIMARY KEY (stream_kind, stream_id, id),
  constraint mail_outbox_check CHECK (((sent_at IS NULL) OR (sealed IS NULL))),
  constraint mail_outbox_recipient_check CHECK (((length(recipient) >= 3) AND (length(recipient) <= 254))),
  constraint mail_outbox_stream_kind_check CHECK ((stream_kind = ANY (ARRAY['org'::text, 'person'::text, 'system'::text])))
);
CREATE INDEX mail_outbox_due ON holdfast.mail_outbox USING btree (next_at) WHERE (sealed IS NOT NULL);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for all to holdfast_lookup using true with check true;
create policy open_to_maintenance as permissive for all to holdfast_maintenance using true with check true;
create policy wall as restrictive for all to holdfast_app using in_stream(stream_kind, stream_id) with check in_stream(stream_kind, stream_id);
grant insert to holdfast_app;
grant select, update to holdfast_lookup;
grant delete, select, update to holdfast_maintenance;

create table mail_reading /* forced row security */ /* system, on org delete: not_applicable, on person erase: not_applicable, export: never */ (
  token_hash bytea not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  constraint mail_reading_pkey PRIMARY KEY (token_hash),
  constraint mail_reading_token_hash_check CHECK ((octet_length(token_hash) = 32))
);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for select to holdfast_lookup using true;
create policy wall as restrictive for all to holdfast_app using ( SELECT in_system_scope() AS in_system_scope) with check ( SELECT in_system_scope() AS in_system_scope);
grant delete, insert, select to holdfast_app;
grant select to holdfast_lookup;

create table member /* forced row security */ /* org, on org delete: delete, on person erase: delete, export: full */ (
  org_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  role text not null,
  status text not null default 'active'::text,
  version integer not null default 1,
  created_at timestamp with time zone not null,
  constraint member_org_id_user_id_key UNIQUE (org_id, user_id),
  constraint member_pkey PRIMARY KEY (org_id, id),
  constraint member_org_id_fkey FOREIGN KEY (org_id) REFERENCES organization(org_id) ON DELETE CASCADE,
  constraint member_user_id_fkey FOREIGN KEY (user_id) REFERENCES person(user_id) ON DELETE CASCADE,
  constraint member_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'member'::text, 'viewer'::text, 'guest'::text]))),
  constraint member_status_check CHECK ((status = ANY (ARRAY['active'::text, 'suspended'::text])))
);
CREATE INDEX member_user ON holdfast.member USING btree (user_id);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for select to holdfast_lookup using true;
create policy wall as restrictive for all to holdfast_app using (org_id = ( SELECT current_org() AS current_org)) with check (org_id = ( SELECT current_org() AS current_org));
grant delete, insert, select, update to holdfast_app;
grant select to holdfast_lookup;
CREATE TRIGGER member_changed AFTER INSERT OR DELETE OR UPDATE OF role, status ON holdfast.member FOR EACH ROW EXECUTE FUNCTION member_changed();
CREATE TRIGGER member_guest BEFORE UPDATE OF role ON holdfast.member FOR EACH ROW WHEN (((new.role = 'guest'::text) AND (old.role <> 'guest'::text))) EXECUTE FUNCTION keep_from_guest();
CREATE TRIGGER member_last_owner AFTER DELETE OR UPDATE OF role, status ON holdfast.member FOR EACH ROW WHEN (((old.role = 'owner'::text) AND (old.status = 'active'::text))) EXECUTE FUNCTION keep_an_owner();

create table member_role /* forced row security */ /* org, on org delete: delete, on person erase: delete, export: full */ (
  org_id uuid not null,
  member_id uuid not null,
  role_id uuid not null,
  given_at timestamp with time zone not null,
  constraint member_role_pkey PRIMARY KEY (org_id, member_id, role_id),
  constraint member_role_org_id_fkey FOREIGN KEY (org_id) REFERENCES organization(org_id) ON DELETE CASCADE,
  constraint member_role_org_id_member_id_fkey FOREIGN KEY (org_id, member_id) REFERENCES member(org_id, id) ON DELETE CASCADE,
  constraint member_role_org_id_role_id_fkey FOREIGN KEY (org_id, role_id) REFERENCES custom_role(org_id, id) ON DELETE CASCADE
);
CREATE INDEX member_role_of_role ON holdfast.member_role USING btree (org_id, role_id);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for select to holdfast_lookup using true;
create policy wall as restrictive for all to holdfast_app using (org_id = ( SELECT current_org() AS current_org)) with check (org_id = ( SELECT current_org() AS current_org));
grant delete, insert, select to holdfast_app;
grant select to holdfast_lookup;
CREATE TRIGGER member_role_changed AFTER INSERT OR DELETE ON holdfast.member_role FOR EACH ROW EXECUTE FUNCTION authority_changed();
CREATE TRIGGER member_role_guest BEFORE INSERT ON holdfast.member_role FOR EACH ROW EXECUTE FUNCTION keep_guests_out();

create table model_call /* forced row security */ /* org, on org delete: delete, on person erase: pseudonymize, export: full */ (
  org_id uuid not null,
  id uuid not null,
  owner_user_id uuid,
  key_id uuid,
  provider_id uuid not null,
  model text not null,
  endpoint text not null,
  request_id text not null,
  state text not null default 'open'::text,
  status integer,
  input_tokens bigint,
  output_tokens bigint,
  estimated boolean not null default false,
  duration_ms integer,
  started_at timestamp with time zone not null,
  constraint model_call_pkey PRIMARY KEY (org_id, id),
  constraint model_call_org_id_fkey FOREIGN KEY (org_id) REFERENCES organization(org_id) ON DELETE CASCADE,
  constraint model_call_endpoint_check CHECK ((endpoint = ANY (ARRAY['chat.completions'::text, 'responses'::text, 'embeddings'::text]))),
  constraint model_call_input_tokens_check CHECK ((input_tokens >= 0)),
  constraint model_call_model_check CHECK ((length(model) <= 200)),
  constraint model_call_output_tokens_check CHECK ((output_tokens >= 0)),
  constraint model_call_state_check CHECK ((state = ANY (ARRAY['open'::text, 'finished'::text, 'client_left'::text, 'revoked'::text, 'upstream_failed'::text, 'stopped'::text, 'unknown'::text])))
);
CREATE INDEX model_call_open ON holdfast.model_call USING btree (started_at) WHERE (state = 'open'::text);
CREATE INDEX model_call_started ON holdfast.model_call USING btree (org_id, started_at);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for all to holdfast_lookup using true with check true;
create policy wall as restrictive for all to holdfast_app using (org_id = ( SELECT current_org() AS current_org)) with check (org_id = ( SELECT current_org() AS current_org));
grant select to holdfast_app;
grant insert, select, update to holdfast_lookup;

create table network_rules /* forced row security */ /* org, on org delete: delete, on person erase: not_applicable, export: full */ (
  org_id uuid not null,
  console text[] not null default '{}'::text[],
  api text[] not null default '{}'::text[],
  models text[] not null default '{}'::text[],
  version integer not null default 1,
  updated_at timestamp with time zone not null,
  constraint network_rules_pkey PRIMARY KEY (org_id),
  constraint network_rules_org_id_fkey FOREIGN KEY (org_id) REFERENCES organization(org_id) ON DELETE CASCADE,
  constraint network_rules_api_check CHECK (((cardinality(api) <= 200) AND ((api)::cidr[] IS NOT NULL))),
  constraint network_rules_console_check CHECK (((cardinality(console) <= 200) AND ((console)::cidr[] IS NOT NULL))),
  constraint network_rules_models_check CHECK (((cardinality(models) <= 200) AND ((models)::cidr[] IS NOT NULL)))
);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for select to holdfast_lookup using true;
create policy wall as restrictive for all to holdfast_app using (org_id = ( SELECT current_org() AS current_org)) with check (org_id = ( SELECT current_org() AS current_org));
grant delete, insert, select, update to holdfast_app;
grant select to holdfast_lookup;
CREATE TRIGGER networks_changed AFTER INSERT OR DELETE OR UPDATE ON holdfast.network_rules FOR EACH ROW EXECUTE FUNCTION networks_changed();

create table object_grant /* forced row security */ /* org, on org delete: delete, on person erase: delete, export: full */ (
  org_id uuid not null,
  id uuid not null,
  object_kind text not null,
  object_id uuid not null,
  rank integer not null,
  member_id uuid,
  team_id uuid,
  project_id uuid,
  to_everybody boolean not null default false,
  given_by uuid,
  expires_at timestamp with time zone,
  version integer not null default 1,
  created_at timestamp with time zone not null,
  constraint object_grant_pkey PRIMARY KEY (org_id, id),
  constraint object_grant_org_id_fkey FOREIGN KEY (org_id) REFERENCES organization(org_id) ON DELETE CASCADE,
  constraint object_grant_org_id_member_id_fkey FOREIGN KEY (org_id, member_id) REFERENCES member(org_id, id) ON DELETE CASCADE,
  constraint object_grant_org_id_project_id_fkey FOREIGN KEY (org_id, project_id) REFERENCES project(org_id, id) ON DELETE CASCADE,
  constraint object_grant_org_id_team_id_fkey FOREIGN KEY (org_id, team_id) REFERENCES team(org_id, id) ON DELETE CASCADE,
  constraint object_grant_check CHECK (((num_nonnulls(member_id, team_id, project_id) + (to_everybody)::integer) = 1)),
  constraint object_grant_object_kind_check CHECK ((object_kind ~ '^[a-z][a-z_]{0,62}$'::text)),
  constraint object_grant_rank_check CHECK (((rank >= 1) AND (rank <= 3)))
);
CREATE INDEX object_grant_on_object ON holdfast.object_grant USING btree (org_id, object_kind, object_id);
CREATE UNIQUE INDEX object_grant_to_everybody ON holdfast.object_grant USING btree (org_id, object_kind, object_id) WHERE to_everybody;
CREATE UNIQUE INDEX object_grant_to_member ON holdfast.object_grant USING btree (org_id, member_id, object_kind, object_id);
CREATE UNIQUE INDEX object_grant_to_project ON holdfast.object_grant USING btree (org_id, project_id, object_kind, object_id);
CREATE UNIQUE INDEX object_grant_to_team ON holdfast.object_grant USING btree (org_id, team_id, object_kind, object_id);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for all to holdfast_lookup using true;
create policy wall as restrictive for all to holdfast_app using (org_id = ( SELECT current_org() AS current_org)) with check (org_id = ( SELECT current_org() AS current_org));
grant delete, insert, select, update to holdfast_app;
grant delete, select to holdfast_lookup;

create table one_time_token /* forced row security */ /* person, on org delete: not_applicable, on person erase: delete, export: never */ (
  user_id uuid not null,
  id uuid not null,
  purpose text not null,
  token_hash bytea not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  facts jsonb not null,
  constraint one_time_token_pkey PRIMARY KEY (user_id, id),
  constraint one_time_token_user_id_fkey FOREIGN KEY (user_id) REFERENCES person(user_id) ON DELETE CASCADE,
  constraint one_time_token_purpose_check CHECK ((purpose = ANY (ARRAY['password_reset'::text, 'email_verification'::text, 'email_change_old'::text, 'email_change_new'::text, 'sign_in_challenge'::text]))),
  constraint one_time_token_token_hash_check CHECK ((octet_length(token_hash) = 32))
);
CREATE INDEX one_time_token_expires_at ON holdfast.one_time_token USING btree (expires_at);
CREATE UNIQUE INDEX one_time_token_hash ON holdfast.one_time_token USING btree (token_hash);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for select to holdfast_lookup using true;
create policy open_to_maintenance as permissive for all to holdfast_maintenance using true with check true;
create policy wall as restrictive for all to holdfast_app using (user_id = ( SELECT current_person() AS current_person)) with check (user_id = ( SELECT current_person() AS current_person));
grant delete, insert, select, update to holdfast_app;
grant select to holdfast_lookup;
grant delete, select to holdfast_maintenance;

create table organization /* forced row security */ /* org, on org delete: delete, on person erase: not_applicable, export: full */ (
  org_id uuid not null,
  name text not null,
  slug text not null,
  version integer not null default 1,
  created_at timestamp with time zone not null,
  personal_of uuid,
  constraint organization_pkey PRIMARY KEY (org_id),
  constraint organization_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
  constraint organization_slug_check CHECK ((slug ~ '^[a-z0-9](-?[a-z0-9]){1,39}$'::text))
);
CREATE UNIQUE INDEX organization_personal ON holdfast.organization USING btree (personal_of);
CREATE UNIQUE INDEX organization_slug ON holdfast.organization USING btree (slug);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for select to holdfast_lookup using true;
create policy wall as restrictive for all to holdfast_app using (org_id = ( SELECT current_org() AS current_org)) with check (org_id = ( SELECT current_org() AS current_org));
grant insert, select, update to holdfast_app;
grant select (created_at, name, org_id, personal_of, slug) to holdfast_lookup;

create table ownership_offer /* forced row security */ /* org, on org delete: delete, on person erase: delete, export: full */ (
  org_id uuid not null,
  id uuid not null,
  from_member uuid not null,
  to_member uuid not null,
  is_shared boolean not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  constraint ownership_offer_pkey PRIMARY KEY (org_id),
  constraint ownership_offer_org_id_fkey FOREIGN KEY (org_id) REFERENCES organization(org_id) ON DELETE CASCADE,
  constraint ownership_offer_org_id_from_member_fkey FOREIGN KEY (org_id, from_member) REFERENCES member(org_id, id) ON DELETE CASCADE,
  constraint ownership_offer_org_id_to_member_fkey FOREIGN KEY (org_id, to_member) REFERENCES member(org_id, id) ON DELETE CASCADE
);
CREATE INDEX ownership_offer_from ON holdfast.ownership_offer USING btree (org_id, from_member);
CREATE INDEX ownership_offer_to ON holdfast.ownership_offer USING btree (org_id, to_member);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy wall as restrictive for all to holdfast_app using (org_id = ( SELECT current_org() AS current_org)) with check (org_id = ( SELECT current_org() AS current_org));
grant delete, insert, select to holdfast_app;

create table password /* forced row security */ /* person, on org delete: not_applicable, on person erase: delete, export: never */ (
  user_id uuid not null,
  hash text not null,
  changed_at timestamp with time zone not null,
  version integer not null default 1,
  constraint password_pkey PRIMARY KEY (user_id),
  constraint password_user_id_fkey FOREIGN KEY (user_id) REFERENCES person(user_id) ON DELETE CASCADE,
  constraint password_hash_check CHECK ((hash ~~ '$argon2id$%'::text))
);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for select to holdfast_lookup using true;
create policy wall as restrictive for all to holdfast_app using (user_id = ( SELECT current_person() AS current_person)) with check (user_id = ( SELECT current_person() AS current_person));
grant delete, insert, select, update to holdfast_app;
grant select to holdfast_lookup;

create table person /* forced row security */ /* person, on org delete: not_applicable, on person erase: delete, export: full */ (
  user_id uuid not null,
  email text not null,
  name text not null,
  status text not null default 'active'::text,
  version integer not null default 1,
  created_at timestamp with time zone not null,
  email_verified_at timestamp with time zone,
  constraint person_pkey PRIMARY KEY (user_id),
  constraint person_email_check CHECK (((length(email) >= 3) AND (length(email) <= 254))),
  constraint person_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
  constraint person_status_check CHECK ((status = ANY (ARRAY['active'::text, 'suspended'::text])))
);
CREATE UNIQUE INDEX person_email ON holdfast.person USING btree (lower(email));
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for select to holdfast_lookup using true;
create policy wall as restrictive for all to holdfast_app using (user_id = ( SELECT current_person() AS current_person)) with check (user_id = ( SELECT current_person() AS current_person));
grant insert, select, update to holdfast_app;
grant select (created_at, email, email_verified_at, name, status, user_id) to holdfast_lookup;
CREATE TRIGGER person_suspended AFTER UPDATE OF status ON holdfast.person FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION person_suspended();

create table project /* forced row security */ /* org, on org delete: delete, on person erase: pseudonymize, export: full */ (
  org_id uuid not null,
  id uuid not null,
  name text not null,
  description text not null,
  version integer not null default 1,
  created_at timestamp with time zone not null,
  created_by uuid,
  archived_at timestamp with time zone,
  constraint project_pkey PRIMARY KEY (org_id, id),
  constraint project_org_id_created_by_fkey FOREIGN KEY (org_id, created_by) REFERENCES member(org_id, user_id) ON DELETE SET NULL (created_by),
  constraint project_org_id_fkey FOREIGN KEY (org_id) REFERENCES organization(org_id) ON DELETE CASCADE,
  constraint project_description_check CHECK ((length(description) <= 500)),
  constraint project_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100)))
);
CREATE INDEX project_maker ON holdfast.project USING btree (org_id, created_by);
CREATE UNIQUE INDEX project_name ON holdfast.project USING btree (org_id, lower(name)) WHERE (archived_at IS NULL);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy wall as restrictive for all to holdfast_app using (org_id = ( SELECT current_org() AS current_org)) with check (org_id = ( SELECT current_org() AS current_org));
grant delete, insert, select, update to holdfast_app;

create table project_member /* forced row security */ /* project, on org delete: delete, on person erase: delete, export: full */ (
  org_id uuid not null,
  project_id uuid not null,
  user_id uuid not null,
  is_lead boolean not null,
  added_at timestamp with time zone not null,
  constraint project_member_pkey PRIMARY KEY (org_id, project_id, user_id),
  constraint project_member_org_id_project_id_fkey FOREIGN KEY (org_id, project_id) REFERENCES project(org_id, id) ON DELETE CASCADE,
  constraint project_member_org_id_user_id_fkey FOREIGN KEY (org_id, user_id) REFERENCES member(org_id, user_id) ON DELETE CASCADE
);
CREATE INDEX project_member_person ON holdfast.project_member USING btree (org_id, user_id);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for select to holdfast_lookup using true;
create policy wall as restrictive for all to holdfast_app using ((org_id = ( SELECT current_org() AS current_org)) AND (project_id = ( SELECT current_project() AS current_project))) with check ((org_id = ( SELECT current_org() AS current_org)) AND (project_id = ( SELECT current_project() AS current_project)));
grant delete, insert, select, update to holdfast_app;
grant select to holdfast_lookup;
CREATE TRIGGER project_member_changed AFTER INSERT OR DELETE ON holdfast.project_member FOR EACH ROW EXECUTE FUNCTION project_place_changed();
CREATE TRIGGER project_member_guest BEFORE INSERT ON holdfast.project_member FOR EACH ROW EXECUTE FUNCTION keep_guests_out();

create table provider /* forced row security */ /* org, on org delete: delete, on person erase: not_applicable, export: redacted */ (
  org_id uuid not null,
  id uuid not null,
  name text not null,
  kind text not null,
  base_url text not null,
  models text[],
  local boolean not null,
  secret bytea,
  secret_reference text,
  version integer not null default 1,
  created_at timestamp with time zone not null,
  secret_set_at timestamp with time zone not null default now(),
  exposed_at timestamp with time zone,
  is_blocked boolean not null default false,
  currency text not null default 'USD'::text,
  prices jsonb not null default '[]'::jsonb,
  constraint provider_org_id_name_key UNIQUE (org_id, name),
  constraint provider_pkey PRIMARY KEY (org_id, id),
  constraint provider_org_id_fkey FOREIGN KEY (org_id) REFERENCES organization(org_id) ON DELETE CASCADE,
  constraint provider_base_url_check CHECK ((length(base_url) <= 2048)),
  constraint provider_check CHECK (((secret IS NULL) OR (secret_reference IS NULL))),
  constraint provider_check1 CHECK (((exposed_at IS NOT NULL) OR (NOT is_blocked))),
  constraint provider_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint provider_kind_check CHECK ((kind = ANY (ARRAY['openai'::text, 'anthropic'::text, 'google'::text, 'openai_compatible'::text, 'ollama'::text]))),
  constraint provider_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
  constraint provider_prices_check CHECK ((jsonb_typeof(prices) = 'array'::text))
);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for select to holdfast_lookup using true;
create policy wall as restrictive for all to holdfast_app using (org_id = ( SELECT current_org() AS current_org)) with check (org_id = ( SELECT current_org() AS current_org));
grant delete, insert, select, update to holdfast_app;
grant select to holdfast_lookup;
CREATE TRIGGER provider_grants_end AFTER DELETE ON holdfast.provider FOR EACH ROW EXECUTE FUNCTION end_grants('provider');
CREATE TRIGGER provider_secret_changed BEFORE UPDATE OF secret, secret_reference ON holdfast.provider FOR EACH ROW WHEN (((new.secret IS DISTINCT FROM old.secret) OR (new.secret_reference IS DISTINCT FROM old.secret_reference))) EXECUTE FUNCTION provider_secret_changed();

create unlogged table rate_limit /* forced row security */ /* system, on org delete: not_applicable, on person erase: not_applicable, export: never */ (
  key text not null,
  tat timestamp with time zone not null,
  constraint rate_limit_pkey PRIMARY KEY (key)
);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for all to holdfast_lookup using true with check true;
create policy open_to_maintenance as permissive for all to holdfast_maintenance using true with check true;
create policy wall as restrictive for all to holdfast_app using ( SELECT in_system_scope() AS in_system_scope) with check ( SELECT in_system_scope() AS in_system_scope);
grant delete, insert, select, update to holdfast_lookup;
grant delete, select to holdfast_maintenance;

create table recovery_code /* forced row security */ /* person, on org delete: not_applicable, on person erase: delete, export: never */ (
  user_id uuid not null,
  code_hash bytea not null,
  created_at timestamp with time zone not null,
  constraint recovery_code_pkey PRIMARY KEY (user_id, code_hash),
  constraint recovery_code_user_id_fkey FOREIGN KEY (user_id) REFERENCES person(user_id) ON DELETE CASCADE,
  constraint recovery_code_code_hash_check CHECK ((octet_length(code_hash) = 32))
);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for select to holdfast_lookup using true;
create policy wall as restrictive for all to holdfast_app using (user_id = ( SELECT current_person() AS current_person)) with check (user_id = ( SELECT current_person() AS current_person));
grant delete, insert, select to holdfast_app;
grant select to holdfast_lookup;

create table review_campaign /* forced row security */ /* org, on org delete: delete, on person erase: pseudonymize, export: full */ (
  org_id uuid not null,
  id uuid not null,
  name text not null,
  kinds text[] not null,
  teams uuid[] not null,
  roles text[] not null,
  is_full boolean not null,
  reviewers uuid[] not null,
  on_unreviewed text not null,
  recurrence text not null,
  days integer not null,
  started_at timestamp with time zone not null,
  started_by uuid not null,
  due_at timestamp with time zone not null,
  state text not null default 'open'::text,
  ended_at timestamp with time zone,
  evidence_sha256 text,
  previous uuid,
  version integer not null default 1,
  constraint review_campaign_pkey PRIMARY KEY (org_id, id),
  constraint review_campaign_org_id_fkey FOREIGN KEY (org_id) REFERENCES organization(org_id) ON DELETE CASCADE,
  constraint review_campaign_check CHECK ((due_at > started_at)),
  constraint review_campaign_check1 CHECK (((state = 'open'::text) = (ended_at IS NULL))),
  constraint review_campaign_check2 CHECK (((state = 'closed'::text) = (evidence_sha256 IS NOT NULL))),
  constraint review_campaign_days_check CHECK (((days >= 1) AND (days <= 90))),
  constraint review_campaign_evidence_sha256_check CHECK ((length(evidence_sha256) = 64)),
  constraint review_campaign_kinds_check CHECK (((cardinality(kinds) >= 1) AND (cardinality(kinds) <= 50))),
  constraint review_campaign_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
  constraint review_campaign_on_unreviewed_check CHECK ((on_unreviewed = ANY (ARRAY['keep'::text, 'revoke'::text]))),
  constraint review_campaign_recurrence_check CHECK ((recurrence = ANY (ARRAY['none'::text, 'monthly'::text, 'quarterly'::text, 'yearly'::text]))),
  constraint review_campaign_state_check CHECK ((state = ANY (ARRAY['open'::text, 'closed'::text, 'canceled'::text])))
);
CREATE INDEX review_campaign_open ON holdfast.review_campaign USING btree (org_id, due_at) WHERE (state = 'open'::text);
CREATE UNIQUE INDEX review_campaign_previous ON holdfast.review_campaign USING btree (org_id, previous) WHERE (previous IS NOT NULL);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for select to holdfast_lookup using true;
create policy wall as restrictive for all to holdfast_app using (org_id = ( SELECT current_org() AS current_org)) with check (org_id = ( SELECT current_org() AS current_org));
grant insert, select, update to holdfast_app;
grant select to holdfast_lookup;
CREATE TRIGGER keep_review BEFORE UPDATE ON holdfast.review_campaign FOR EACH ROW EXECUTE FUNCTION keep_review();

create table review_item /* forced row security */ /* org, on org delete: delete, on person erase: pseudonymize, export: full */ (
  org_id uuid not null,
  review_id uuid not null,
  id uuid not null,
  kind text not null,
  first uuid not null,
  second uuid,
  user_id uuid,
  holder text not null,
  email text,
  title text not null,
  gives text[] not null,
  flags text[] not null,
  granted_at timestamp with time zone not null,
  last_used_at timestamp with time zone,
  expires_at timestamp with time zone,
  decision text,
  reason text,
  decided_by uuid,
  decided_at timestamp with time zone,
  is_own boolean not null default false,
  outcome text,
  note text,
  constraint review_item_pkey PRIMARY KEY (org_id, review_id, id),
  constraint review_item_org_id_review_id_fkey FOREIGN KEY (org_id, review_id) REFERENCES review_campaign(org_id, id) ON DELETE CASCADE,
  constraint review_item_check CHECK ((((decision IS NULL) = (reason IS NULL)) AND ((decision IS NULL) = (decided_by IS NULL)) AND ((decision IS NULL) = (decided_at IS NULL)))),
  constraint review_item_check1 CHECK (((decision IS NULL) OR ((outcome IS NOT NULL) AND (outcome = ANY (ARRAY['kept'::text, 'revoked'::text, 'gone'::text]))))),
  constraint review_item_check2 CHECK (((decision <> 'keep'::text) OR (outcome <> 'revoked'::text))),
  constraint review_item_check3 CHECK (((decision <> 'revoke'::text) OR (outcome <> 'kept'::text))),
  constraint review_item_check4 CHECK (((decision IS NOT NULL) OR (NOT is_own))),
  constraint review_item_decision_check CHECK ((decision = ANY (ARRAY['keep'::text, 'revoke'::text]))),
  constraint review_item_note_check CHECK ((length(note) <= 100)),
  constraint review_item_outcome_check CHECK ((outcome = ANY (ARRAY['kept'::text, 'revoked'::text, 'gone'::text, 'unreviewed'::text, 'exception'::text]))),
  constraint review_item_reason_check CHECK (((length(reason) >= 3) AND (length(reason) <= 500)))
);
CREATE INDEX review_item_open ON holdfast.review_item USING btree (org_id, review_id) WHERE (outcome IS NULL);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy wall as restrictive for all to holdfast_app using (org_id = ( SELECT current_org() AS current_org)) with check (org_id = ( SELECT current_org() AS current_org));
grant insert, select, update to holdfast_app;
CREATE TRIGGER keep_review BEFORE UPDATE ON holdfast.review_item FOR EACH ROW EXECUTE FUNCTION keep_review();

create table review_reviewer /* forced row security */ /* org, on org delete: delete, on person erase: delete, export: full */ (
  org_id uuid not null,
  review_id uuid not null,
  user_id uuid not null,
  constraint review_reviewer_pkey PRIMARY KEY (org_id, review_id, user_id),
  constraint review_reviewer_org_id_review_id_fkey FOREIGN KEY (org_id, review_id) REFERENCES review_campaign(org_id, id) ON DELETE CASCADE,
  constraint review_reviewer_org_id_user_id_fkey FOREIGN KEY (org_id, user_id) REFERENCES member(org_id, user_id) ON DELETE CASCADE
);
CREATE INDEX review_reviewer_user ON holdfast.review_reviewer USING btree (org_id, user_id);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for select to holdfast_lookup using true;
create policy wall as restrictive for all to holdfast_app using (org_id = ( SELECT current_org() AS current_org)) with check (org_id = ( SELECT current_org() AS current_org));
grant delete, insert, select to holdfast_app;
grant select to holdfast_lookup;

create table review_schedule /* forced row security */ /* org, on org delete: delete, on person erase: not_applicable, export: full */ (
  org_id uuid not null,
  recurrence text not null,
  version integer not null default 1,
  updated_at timestamp with time zone not null,
  constraint review_schedule_pkey PRIMARY KEY (org_id),
  constraint review_schedule_org_id_fkey FOREIGN KEY (org_id) REFERENCES organization(org_id) ON DELETE CASCADE,
  constraint review_schedule_recurrence_check CHECK ((recurrence = ANY (ARRAY['monthly'::text, 'quarterly'::text, 'yearly'::text])))
);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for select to holdfast_lookup using true;
create policy wall as restrictive for all to holdfast_app using (org_id = ( SELECT current_org() AS current_org)) with check (org_id = ( SELECT current_org() AS current_org));
grant insert, select, update to holdfast_app;
grant select to holdfast_lookup;

create table rotation_schedule /* forced row security */ /* org, on org delete: delete, on person erase: not_applicable, export: full */ (
  org_id uuid not null,
  api_key_days integer not null,
  provider_secret_days integer not null,
  version integer not null default 1,
  updated_at timestamp with time zone not null,
  constraint rotation_schedule_pkey PRIMARY KEY (org_id),
  constraint rotation_schedule_org_id_fkey FOREIGN KEY (org_id) REFERENCES organization(org_id) ON DELETE CASCADE,
  constraint rotation_schedule_api_key_days_check CHECK (((api_key_days >= 1) AND (api_key_days <= 3650))),
  constraint rotation_schedule_provider_secret_days_check CHECK (((provider_secret_days >= 1) AND (provider_secret_days <= 3650)))
);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy wall as restrictive for all to holdfast_app using (org_id = ( SELECT current_org() AS current_org)) with check (org_id = ( SELECT current_org() AS current_org));
grant insert, select, update to holdfast_app;

create table schema_version (
  version integer not null,
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone not null default now(),
  constraint schema_version_pkey PRIMARY KEY (version)
);
grant select to holdfast_lookup;
grant select to holdfast_runtime;

create table session /* forced row security */ /* person, on org delete: delete, on person erase: delete, export: redacted */ (
  user_id uuid not null,
  id uuid not null,
  org_id uuid not null,
  token_hash bytea not null,
  created_at timestamp with time zone not null,
  last_seen_at timestamp with time zone not null,
  proven_at timestamp with time zone not null,
  idle_minutes integer not null,
  expires_at timestamp with time zone not null,
  address text not null,
  device text not null,
  proven_by text not null default 'password'::text,
  signed_in_at timestamp with time zone not null default now(),
  constraint session_pkey PRIMARY KEY (user_id, id),
  constraint session_org_id_fkey FOREIGN KEY (org_id) REFERENCES organization(org_id) ON DELETE CASCADE,
  constraint session_user_id_fkey FOREIGN KEY (user_id) REFERENCES person(user_id) ON DELETE CASCADE,
  constraint session_device_check CHECK ((length(device) <= 200)),
  constraint session_idle_minutes_check CHECK ((idle_minutes > 0)),
  constraint session_proven_by_check CHECK ((proven_by = ANY (ARRAY['password'::text, 'totp'::text, 'passkey'::text, 'recovery_code'::text]))),
  constraint session_token_hash_check CHECK ((octet_length(token_hash) = 32))
);
CREATE INDEX session_org ON holdfast.session USING btree (org_id);
CREATE UNIQUE INDEX session_token ON holdfast.session USING btree (token_hash);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for all to holdfast_lookup using true with check true;
create policy wall as restrictive for all to holdfast_app using (user_id = ( SELECT current_person() AS current_person)) with check (user_id = ( SELECT current_person() AS current_person));
grant delete, insert, select, update to holdfast_app;
grant delete, select, update (last_seen_at) to holdfast_lookup;
CREATE TRIGGER session_ended AFTER DELETE ON holdfast.session REFERENCING OLD TABLE AS ended FOR EACH STATEMENT EXECUTE FUNCTION session_ended();

create table setup_token /* forced row security */ /* system, on org delete: not_applicable, on person erase: not_applicable, export: never */ (
  token_hash bytea not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  constraint setup_token_pkey PRIMARY KEY (token_hash),
  constraint setup_token_token_hash_check CHECK ((octet_length(token_hash) = 32))
);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for select to holdfast_lookup using true;
create policy wall as restrictive for all to holdfast_app using ( SELECT in_system_scope() AS in_system_scope) with check ( SELECT in_system_scope() AS in_system_scope);
grant delete, insert, select to holdfast_app;
grant select (expires_at) to holdfast_lookup;

create table sign_in_policy /* forced row security */ /* org, on org delete: delete, on person erase: not_applicable, export: full */ (
  org_id uuid not null,
  required text,
  allowed_kinds text[] not null,
  grace_hours integer not null,
  required_since timestamp with time zone not null,
  idle_minutes integer,
  absolute_minutes integer,
  password_length_min integer,
  version integer not null default 1,
  constraint sign_in_policy_pkey PRIMARY KEY (org_id),
  constraint sign_in_policy_org_id_fkey FOREIGN KEY (org_id) REFERENCES organization(org_id) ON DELETE CASCADE,
  constraint sign_in_policy_absolute_minutes_check CHECK ((absolute_minutes > 0)),
  constraint sign_in_policy_allowed_kinds_check CHECK (((cardinality(allowed_kinds) > 0) AND (allowed_kinds <@ ARRAY['totp'::text, 'passkey'::text]))),
  constraint sign_in_policy_grace_hours_check CHECK (((grace_hours >= 0) AND (grace_hours <= 720))),
  constraint sign_in_policy_idle_minutes_check CHECK ((idle_minutes > 0)),
  constraint sign_in_policy_password_length_min_check CHECK (((password_length_min >= 12) AND (password_length_min <= 128))),
  constraint sign_in_policy_required_check CHECK ((required = ANY (ARRAY['none'::text, 'admins'::text, 'all'::text])))
);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for select to holdfast_lookup using true;
create policy wall as restrictive for all to holdfast_app using (org_id = ( SELECT current_org() AS current_org)) with check (org_id = ( SELECT current_org() AS current_org));
grant insert, select, update to holdfast_app;
grant select to holdfast_lookup;

create table table_rule /* forced row security */ /* system, on org delete: keep, on person erase: keep, export: never */ (
  table_name name not null,
  kind text not null,
  on_org_delete text not null,
  on_person_erase text not null,
  export text not null,
  constraint table_rule_pkey PRIMARY KEY (table_name),
  constraint table_rule_export_check CHECK ((export = ANY (ARRAY['full'::text, 'redacted'::text, 'never'::text]))),
  constraint table_rule_kind_check CHECK ((kind = ANY (ARRAY['org'::text, 'project'::text, 'person'::text, 'system'::text, 'stream'::text]))),
  constraint table_rule_on_org_delete_check CHECK ((on_org_delete = ANY (ARRAY['delete'::text, 'keep'::text, 'not_applicable'::text]))),
  constraint table_rule_on_person_erase_check CHECK ((on_person_erase = ANY (ARRAY['delete'::text, 'pseudonymize'::text, 'keep'::text, 'not_applicable'::text])))
);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_migrator as permissive for all to holdfast_migrator using true with check true;
create policy wall as restrictive for all to holdfast_app using ( SELECT in_system_scope() AS in_system_scope) with check ( SELECT in_system_scope() AS in_system_scope);
grant select to holdfast_app;

create table team /* forced row security */ /* org, on org delete: delete, on person erase: not_applicable, export: full */ (
  org_id uuid not null,
  id uuid not null,
  name text not null,
  description text not null,
  version integer not null default 1,
  created_at timestamp with time zone not null,
  constraint team_pkey PRIMARY KEY (org_id, id),
  constraint team_org_id_fkey FOREIGN KEY (org_id) REFERENCES organization(org_id) ON DELETE CASCADE,
  constraint team_description_check CHECK ((length(description) <= 500)),
  constraint team_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100)))
);
CREATE UNIQUE INDEX team_name ON holdfast.team USING btree (org_id, lower(name));
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy wall as restrictive for all to holdfast_app using (org_id = ( SELECT current_org() AS current_org)) with check (org_id = ( SELECT current_org() AS current_org));
grant delete, insert, select, update to holdfast_app;

create table team_member /* forced row security */ /* org, on org delete: delete, on person erase: delete, export: full */ (
  org_id uuid not null,
  team_id uuid not null,
  member_id uuid not null,
  is_lead boolean not null,
  joined_at timestamp with time zone not null,
  constraint team_member_pkey PRIMARY KEY (org_id, team_id, member_id),
  constraint team_member_org_id_fkey FOREIGN KEY (org_id) REFERENCES organization(org_id) ON DELETE CASCADE,
  constraint team_member_org_id_member_id_fkey FOREIGN KEY (org_id, member_id) REFERENCES member(org_id, id) ON DELETE CASCADE,
  constraint team_member_org_id_team_id_fkey FOREIGN KEY (org_id, team_id) REFERENCES team(org_id, id) ON DELETE CASCADE
);
CREATE INDEX team_member_of_member ON holdfast.team_member USING btree (org_id, member_id);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for select to holdfast_lookup using true;
create policy wall as restrictive for all to holdfast_app using (org_id = ( SELECT current_org() AS current_org)) with check (org_id = ( SELECT current_org() AS current_org));
grant delete, insert, select, update to holdfast_app;
grant select to holdfast_lookup;
CREATE TRIGGER team_member_changed AFTER INSERT OR DELETE ON holdfast.team_member FOR EACH ROW EXECUTE FUNCTION authority_changed();
CREATE TRIGGER team_member_guest BEFORE INSERT ON holdfast.team_member FOR EACH ROW EXECUTE FUNCTION keep_guests_out();

create table team_role /* forced row security */ /* org, on org delete: delete, on person erase: not_applicable, export: full */ (
  org_id uuid not null,
  team_id uuid not null,
  role_id uuid not null,
  given_at timestamp with time zone not null,
  constraint team_role_pkey PRIMARY KEY (org_id, team_id, role_id),
  constraint team_role_org_id_fkey FOREIGN KEY (org_id) REFERENCES organization(org_id) ON DELETE CASCADE,
  constraint team_role_org_id_role_id_fkey FOREIGN KEY (org_id, role_id) REFERENCES custom_role(org_id, id) ON DELETE CASCADE,
  constraint team_role_org_id_team_id_fkey FOREIGN KEY (org_id, team_id) REFERENCES team(org_id, id) ON DELETE CASCADE
);
CREATE INDEX team_role_of_role ON holdfast.team_role USING btree (org_id, role_id);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for select to holdfast_lookup using true;
create policy wall as restrictive for all to holdfast_app using (org_id = ( SELECT current_org() AS current_org)) with check (org_id = ( SELECT current_org() AS current_org));
grant delete, insert, select to holdfast_app;
grant select to holdfast_lookup;
CREATE TRIGGER team_role_changed AFTER INSERT OR DELETE ON holdfast.team_role FOR EACH ROW EXECUTE FUNCTION authority_changed();

create table webhook_delivery /* forced row security */ /* org, on org delete: delete, on person erase: not_applicable, export: redacted */ (
  org_id uuid not null,
  id uuid not null,
  endpoint_id uuid not null,
  type text not null,
  body text not null,
  state text not null default 'waiting'::text,
  created_at timestamp with time zone not null,
  next_at timestamp with time zone not null,
  attempts integer not null default 0,
  round_attempts integer not null default 0,
  tried_at timestamp with time zone,
  last_status integer,
  last_error text,
  ended_at timestamp with time zone,
  constraint webhook_delivery_pkey PRIMARY KEY (org_id, id),
  constraint webhook_delivery_org_id_endpoint_id_fkey FOREIGN KEY (org_id, endpoint_id) REFERENCES webhook_endpoint(org_id, id) ON DELETE CASCADE,
  constraint webhook_delivery_body_check CHECK (((length(body) >= 2) AND (length(body) <= 8192))),
  constraint webhook_delivery_check CHECK (((state = 'waiting'::text) = (ended_at IS NULL))),
  constraint webhook_delivery_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'delivered'::text, 'dead'::text]))),
  constraint webhook_delivery_type_check CHECK ((type ~ '^[a-z_]+\.[a-z_]+$'::text))
);
CREATE INDEX webhook_delivery_ended ON holdfast.webhook_delivery USING btree (ended_at);
CREATE INDEX webhook_delivery_newest ON holdfast.webhook_delivery USING btree (org_id, endpoint_id, created_at);
CREATE INDEX webhook_delivery_next ON holdfast.webhook_delivery USING btree (next_at) WHERE (ended_at IS NULL);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for select to holdfast_lookup using true;
create policy open_to_maintenance as permissive for all to holdfast_maintenance using true with check true;
create policy wall as restrictive for all to holdfast_app using (org_id = ( SELECT current_org() AS current_org)) with check (org_id = ( SELECT current_org() AS current_org));
grant insert, select, update to holdfast_app;
grant select to holdfast_lookup;
grant delete, select, update to holdfast_maintenance;

create table webhook_endpoint /* forced row security */ /* org, on org delete: delete, on person erase: not_applicable, export: full */ (
  org_id uuid not null,
  id uuid not null,
  name text not null,
  url text not null,
  enabled_at timestamp with time zone,
  version integer not null default 1,
  created_at timestamp with time zone not null,
  constraint webhook_endpoint_pkey PRIMARY KEY (org_id, id),
  constraint webhook_endpoint_org_id_fkey FOREIGN KEY (org_id) REFERENCES organization(org_id) ON DELETE CASCADE,
  constraint webhook_endpoint_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
  constraint webhook_endpoint_url_check CHECK (((length(url) >= 9) AND (length(url) <= 2048)))
);
CREATE UNIQUE INDEX webhook_endpoint_name ON holdfast.webhook_endpoint USING btree (org_id, name);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for select to holdfast_lookup using true;
create policy wall as restrictive for all to holdfast_app using (org_id = ( SELECT current_org() AS current_org)) with check (org_id = ( SELECT current_org() AS current_org));
grant delete, insert, select, update to holdfast_app;
grant select to holdfast_lookup;

create table webhook_secret /* forced row security */ /* org, on org delete: delete, on person erase: not_applicable, export: never */ (
  org_id uuid not null,
  id uuid not null,
  endpoint_id uuid not null,
  sealed bytea not null,
  created_at timestamp with time zone not null,
  ends_at timestamp with time zone,
  constraint webhook_secret_pkey PRIMARY KEY (org_id, id),
  constraint webhook_secret_org_id_endpoint_id_fkey FOREIGN KEY (org_id, endpoint_id) REFERENCES webhook_endpoint(org_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX webhook_secret_current ON holdfast.webhook_secret USING btree (org_id, endpoint_id) WHERE (ends_at IS NULL);
CREATE INDEX webhook_secret_endpoint ON holdfast.webhook_secret USING btree (org_id, endpoint_id);
create policy inside_wall as permissive for all to holdfast_app using true with check true;
create policy open_to_lookup as permissive for select to holdfast_lookup using true;
create policy wall as restrictive for all to holdfast_app using (org_id = ( SELECT current_org() AS current_org)) with check (org_id = ( SELECT current_org() AS current_org));
grant delete, insert, select, update to holdfast_app;
grant select to holdfast_lookup;

create function admit_model_calls(calls jsonb) returns TABLE(admitted bigint) language plpgsql volatile security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function admit_model_calls(calls jsonb, keys uuid[], persons uuid[], standings text[]) returns TABLE(admitted bigint, held integer[]) language plpgsql volatile security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function admit_model_calls(calls jsonb, standings jsonb) returns TABLE(admitted bigint, held integer[]) language plpgsql volatile security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function audit_event_exists(event uuid) returns TABLE(found boolean) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function authority_changed() returns trigger language plpgsql volatile security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup */;
create function begin_account_attempt(account bytea, failures_max integer) returns TABLE(attempt text, retry_seconds integer) language plpgsql volatile security definer set lock_timeout=2s set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function belongs_nowhere(person_id uuid) returns TABLE(nowhere boolean) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create procedure build_wall(IN t regclass, IN rule text) language plpgsql volatile /* owner holdfast_migrator */;
create function close_lost_model_calls(older_than interval) returns TABLE(closed bigint) language sql volatile security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_app */;
create function count_data_keys() returns TABLE(total bigint, kek_ids text[]) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function count_pending_events(at_most integer) returns TABLE(waiting bigint) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function count_project_members() returns TABLE(project_id uuid, members bigint) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_app */;
create function count_teams_with_role(role uuid) returns bigint language sql stable /* owner holdfast_migrator; execute: holdfast_app */;
create function current_org() returns uuid language sql stable /* owner holdfast_migrator; execute: holdfast_app, holdfast_lookup, holdfast_maintenance, holdfast_sequencer */;
create function current_person() returns uuid language sql stable /* owner holdfast_migrator; execute: holdfast_app, holdfast_lookup, holdfast_maintenance, holdfast_sequencer */;
create function current_project() returns uuid language sql stable /* owner holdfast_migrator; execute: holdfast_app, holdfast_lookup, holdfast_maintenance, holdfast_sequencer */;
create function due_mails(at_most integer) returns TABLE(stream_kind text, stream_id uuid, id uuid, recipient text, template text, sealed bytea, queued_at timestamp with time zone) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function end_grants() returns trigger language plpgsql volatile security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup */;
create function end_member_sessions(member_id uuid, session_id uuid) returns bigint language plpgsql volatile security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_app */;
create function end_model_calls(calls jsonb) returns TABLE(ended bigint, ids uuid[]) language plpgsql volatile security definer set plan_cache_mode=force_generic_plan set enable_seqscan=off set enable_hashjoin=off set enable_mergejoin=off set enable_material=off set cpu_tuple_cost=100 set jit=off set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function end_own_sessions(kept uuid) returns bigint language plpgsql volatile /* owner holdfast_migrator; execute: holdfast_app */;
create function epoch_of(org uuid) returns text language plpgsql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup */;
create function find_account(address text) returns TABLE(user_id uuid, email text) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function find_account_of_any_status(address text) returns TABLE(user_id uuid, status text) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function find_active_roles(users uuid[]) returns TABLE(user_id uuid, role text, granted text[]) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_app */;
create function find_data_keys(org uuid) returns TABLE(id uuid, version integer, state text, wrapped bytea, kek_id text, canary bytea) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function find_device(hash bytea) returns TABLE(user_id uuid, id uuid, email text) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function find_emergency_request(hash bytea) returns TABLE(org_id uuid, id uuid, slug text, reason text) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function find_emergency_seal(wanted text) returns TABLE(org_id uuid, seal_id uuid, first_hash bytea, second_hash bytea) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function find_factors(person_id uuid) returns TABLE(id uuid, kind text, sealed_secret bytea, last_step bigint, credential_id bytea, public_key bytea, sign_count bigint, transports text[], confirmed_at timestamp with time zone) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function find_invitation(hash bytea) returns TABLE(org_id uuid, id uuid, email text, role text, state text, expires_at timestamp with time zone, organization text, user_id uuid, user_status text, idle_minutes integer, absolute_minutes integer, password_length_min integer, console_networks text[], object_kind text, rank integer) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function find_invited(org uuid, invitation_id uuid) returns TABLE(email text, role text, object_kind text, rank integer) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function find_leaked_api_key(key uuid) returns TABLE(org_id uuid, id uuid, name text, secret_hash bytea, previous_hash bytea, email text) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function find_mail(mail uuid) returns TABLE(id uuid, recipient text, template text, sealed bytea, queued_at timestamp with time zone, expires_at timestamp with time zone, attempts integer, last_error text, sent_at timestamp with time zone, is_kept boolean) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function find_member_person(org uuid, member_id uuid) returns TABLE(user_id uuid) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function find_one_time_token(wanted text, hash bytea) returns TABLE(user_id uuid, email text, name text, facts jsonb) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function find_organization(wanted text) returns TABLE(org_id uuid) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function find_organization_name(org uuid) returns TABLE(name text) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function find_own_account(person_id uuid) returns TABLE(email text, name text, email_verified_at timestamp with time zone, hash text) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function find_passkey(credential bytea) returns TABLE(user_id uuid, id uuid, public_key bytea, sign_count bigint, transports text[]) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function find_password(address text) returns TABLE(user_id uuid, hash text, status text, version integer) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function find_providers(org uuid) returns TABLE(id uuid, name text, kind text, base_url text, models text[], local boolean, secret bytea, secret_reference text, is_blocked boolean) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function find_review_name(org uuid, review uuid) returns TABLE(name text, due_at timestamp with time zone, days integer) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function find_review_schedule() returns TABLE(recurrence text, version integer, since timestamp with time zone, closed timestamp with time zone) language sql stable /* owner holdfast_migrator; execute: holdfast_app */;
create function find_slug(org uuid) returns TABLE(slug text) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function find_standing(member_id uuid) returns TABLE(role text, granted text[], is_active boolean) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_app */;
create function forget_refilled_limits(rows_max integer) returns TABLE(forgotten bigint) language sql volatile security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_maintenance, holdfast_runtime */;
create function granted_objects(person uuid) returns TABLE(grant_id uuid, object_kind text, object_id uuid, rank integer) language sql stable /* owner holdfast_migrator; execute: holdfast_app */;
create function granted_permissions(org uuid, member uuid) returns text[] language plpgsql stable security definer set plan_cache_mode=force_generic_plan set enable_seqscan=off set enable_hashjoin=off set enable_mergejoin=off set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function has_by_grant(grant_id uuid, person uuid) returns boolean language sql stable /* owner holdfast_migrator; execute: holdfast_app */;
create function holds_recovery_code(person_id uuid, hash bytea) returns TABLE(held boolean) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function identify_api_keys(ids uuid[]) returns TABLE(id uuid, org_id uuid, secret_hash bytea, user_id uuid, member_id uuid, role text, scopes text[], epoch text, api_networks text[], model_networks text[], key_networks text[]) language plpgsql stable security definer set plan_cache_mode=force_generic_plan set enable_seqscan=off set enable_hashjoin=off set enable_mergejoin=off set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function identify_api_keys(keys uuid[], persons uuid[]) returns TABLE(id uuid, person uuid, kind text, org_id uuid, secret_hash bytea, previous_hash bytea, user_id uuid, member_id uuid, role text, granted text[], scopes text[], acts_for_people boolean, origins text[], per_minute integer, epoch text, api_networks text[], model_networks text[], key_networks text[], standing text) language plpgsql stable security definer set plan_cache_mode=force_generic_plan set enable_seqscan=off set enable_hashjoin=off set enable_mergejoin=off set bytea_output=hex set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function identify_emergency(hash bytea) returns TABLE(org_id uuid, id uuid, epoch text, expires_at timestamp with time zone) language plpgsql stable security definer set plan_cache_mode=force_generic_plan set enable_seqscan=off set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function identify_session(hash bytea) returns TABLE(user_id uuid, session_id uuid, org_id uuid, member_id uuid, role text, granted text[], proven_at timestamp with time zone, epoch text, proven_by text, factor_kinds text[], required text, allowed_kinds text[], in_grace boolean, is_probe boolean, console_networks text[]) language plpgsql volatile security definer set plan_cache_mode=force_generic_plan set enable_seqscan=off set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function in_stream(kind text, id uuid) returns boolean language sql stable /* owner holdfast_migrator; execute: holdfast_app, holdfast_lookup, holdfast_maintenance, holdfast_sequencer */;
create function in_system_scope() returns boolean language sql stable /* owner holdfast_migrator; execute: holdfast_app, holdfast_lookup, holdfast_maintenance, holdfast_sequencer */;
create function is_backend_alive(backend integer) returns TABLE(alive boolean) language sql volatile security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function is_personal(org uuid) returns TABLE(personal boolean) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function is_probe(org uuid) returns boolean language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup */;
create function is_publishable_origin(origin text) returns TABLE(found boolean) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function is_set_up() returns TABLE(done boolean) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function keep_an_owner() returns trigger language plpgsql volatile security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup */;
create function keep_from_guest() returns trigger language plpgsql volatile /* owner holdfast_migrator */;
create function keep_guests_out() returns trigger language plpgsql volatile security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup */;
create function keep_review() returns trigger language plpgsql volatile /* owner holdfast_migrator */;
create function latest_checkpoint() returns TABLE(size bigint, note text) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function list_access_by_custom_role() returns TABLE(first uuid, second uuid, member_id uuid, user_id uuid, name text, email text, title text, gives text[], granted_at timestamp with time zone, granted_by uuid, last_used_at timestamp with time zone, expires_at timestamp with time zone, marks text[]) language sql stable /* owner holdfast_migrator; execute: holdfast_app */;
create function list_access_by_grant() returns TABLE(first uuid, second uuid, member_id uuid, user_id uuid, name text, email text, title text, gives text[], granted_at timestamp with time zone, granted_by uuid, last_used_at timestamp with time zone, expires_at timestamp with time zone, marks text[]) language sql stable /* owner holdfast_migrator; execute: holdfast_app */;
create function list_access_by_invitation() returns TABLE(first uuid, second uuid, member_id uuid, user_id uuid, name text, email text, title text, gives text[], granted_at timestamp with time zone, granted_by uuid, last_used_at timestamp with time zone, expires_at timestamp with time zone, marks text[]) language sql stable /* owner holdfast_migrator; execute: holdfast_app */;
create function list_access_by_key() returns TABLE(first uuid, second uuid, member_id uuid, user_id uuid, name text, email text, title text, gives text[], granted_at timestamp with time zone, granted_by uuid, last_used_at timestamp with time zone, expires_at timestamp with time zone, marks text[]) language sql stable /* owner holdfast_migrator; execute: holdfast_app */;
create function list_access_by_membership() returns TABLE(first uuid, second uuid, member_id uuid, user_id uuid, name text, email text, title text, gives text[], granted_at timestamp with time zone, granted_by uuid, last_used_at timestamp with time zone, expires_at timestamp with time zone, marks text[]) language sql stable /* owner holdfast_migrator; execute: holdfast_app */;
create function list_access_by_project_place() returns TABLE(first uuid, second uuid, member_id uuid, user_id uuid, name text, email text, title text, gives text[], granted_at timestamp with time zone, granted_by uuid, last_used_at timestamp with time zone, expires_at timestamp with time zone, marks text[]) language sql stable /* owner holdfast_migrator; execute: holdfast_app */;
create function list_access_by_role() returns TABLE(first uuid, second uuid, member_id uuid, user_id uuid, name text, email text, title text, gives text[], granted_at timestamp with time zone, granted_by uuid, last_used_at timestamp with time zone, expires_at timestamp with time zone, marks text[]) language sql stable /* owner holdfast_migrator; execute: holdfast_app */;
create function list_access_by_team_place() returns TABLE(first uuid, second uuid, member_id uuid, user_id uuid, name text, email text, title text, gives text[], granted_at timestamp with time zone, granted_by uuid, last_used_at timestamp with time zone, expires_at timestamp with time zone, marks text[]) language sql stable /* owner holdfast_migrator; execute: holdfast_app */;
create function list_access_by_team_role() returns TABLE(first uuid, second uuid, member_id uuid, user_id uuid, name text, email text, title text, gives text[], granted_at timestamp with time zone, granted_by uuid, last_used_at timestamp with time zone, expires_at timestamp with time zone, marks text[]) language sql stable /* owner holdfast_migrator; execute: holdfast_app */;
create function list_active_owners() returns TABLE(member_id uuid) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_app */;
create function list_demands(person_id uuid) returns TABLE(org_id uuid, slug text, role text, required text, allowed_kinds text[], grace_until timestamp with time zone, idle_minutes integer, absolute_minutes integer, password_length_min integer, is_probe boolean, console_networks text[], granted text[]) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function list_grant_names() returns TABLE(id uuid, object_name text, to_name text, giver text) language sql stable /* owner holdfast_migrator; execute: holdfast_app */;
create function list_granted_objects(person uuid) returns TABLE(grant_id uuid, user_id uuid, kind text, object_id uuid, name text, rank integer, by text, expires_at timestamp with time zone) language sql stable /* owner holdfast_migrator; execute: holdfast_app */;
create function list_grants_reaching(person uuid) returns TABLE(grant_id uuid, object_kind text, object_id uuid, object_name text, rank integer, to_kind text, to_id uuid, to_name text, expires_at timestamp with time zone) language sql stable /* owner holdfast_migrator; execute: holdfast_app */;
create function list_held_roles(member uuid) returns TABLE(id uuid, name text, permissions text[], team_id uuid, team_name text) language sql stable /* owner holdfast_migrator; execute: holdfast_app */;
create function list_inviters() returns TABLE(member_id uuid, name text) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_app */;
create function list_mails(at_most integer) returns TABLE(id uuid, recipient text, template text, queued_at timestamp with time zone, expires_at timestamp with time zone, attempts integer, last_error text, sent_at timestamp with time zone, is_kept boolean) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function list_member_addresses(org uuid, members uuid[]) returns TABLE(email text) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function list_member_people() returns TABLE(member_id uuid, name text, email text, role text, status text) language sql stable /* owner holdfast_migrator; execute: holdfast_app */;
create function list_member_sessions(member_id uuid) returns TABLE(id uuid, created_at timestamp with time zone, last_seen_at timestamp with time zone, proven_at timestamp with time zone, expires_at timestamp with time zone, address text, device text) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_app */;
create function list_member_uses() returns TABLE(member_id uuid, last_seen_at timestamp with time zone, has_factor boolean) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_app */;
create function list_members_by_person() returns TABLE(user_id uuid, member_id uuid, name text, email text) language sql stable /* owner holdfast_migrator; execute: holdfast_app */;
create function list_memberships(person_id uuid) returns TABLE(org_id uuid, slug text, role text) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function list_own_organizations() returns TABLE(org_id uuid, user_id uuid, name text, slug text, role text) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_app */;
create function list_owners(org uuid) returns TABLE(user_id uuid, email text) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function list_people() returns TABLE(user_id uuid, email text, name text) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_app */;
create function list_projects_of(person_id uuid) returns TABLE(project_id uuid, is_lead boolean, added_at timestamp with time zone) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_app */;
create function list_review_addresses(org uuid, review uuid) returns TABLE(email text) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function list_role_holders(role uuid) returns TABLE(member_id uuid, name text, email text, base_role text, otherwise text[]) language sql stable /* owner holdfast_migrator; execute: holdfast_app */;
create function list_shared_with_project(project uuid) returns TABLE(object_kind text, object_id uuid, rank integer) language sql stable /* owner holdfast_migrator; execute: holdfast_app */;
create function list_shared_with_team(team uuid) returns TABLE(object_kind text, object_id uuid, rank integer) language sql stable /* owner holdfast_migrator; execute: holdfast_app */;
create function list_team_roles(team uuid) returns TABLE(id uuid, name text, permissions text[]) language sql stable /* owner holdfast_migrator; execute: holdfast_app */;
create function look_at_emergencies() returns TABLE(late_sessions bigint, unreviewed bigint, oldest_unreviewed_days integer, unsealed bigint, used_again bigint, alone bigint, untold bigint, given_up bigint, overdue bigint) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function look_at_exposed() returns TABLE(exposed bigint) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function look_at_factor_secrets() returns TABLE(secrets bigint, unsealed bigint, codes bigint, unhashed bigint) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function look_at_factors(beyond_members text[] DEFAULT '{}'::text[]) returns TABLE(powerful bigint, without_factor bigint) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function look_at_mail() returns TABLE(waiting bigint, failing bigint) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function look_at_owners() returns TABLE(organizations bigint, with_none bigint, with_one bigint) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function look_at_passwords() returns TABLE(stored bigint, weak bigint) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function look_at_reviews(grace_days integer) returns TABLE(organizations bigint, overdue bigint, unclosed bigint, worst_days_late integer) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function look_at_sessions() returns TABLE(alive bigint, too_idle bigint, too_long bigint, most_of_one bigint) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function look_at_setup() returns TABLE(founded boolean, live_tokens bigint, probe_people bigint, early_people bigint) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function mail_reading_is_open(hash bytea) returns TABLE(is_open boolean) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function member_changed() returns trigger language plpgsql volatile security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup */;
create function networks_changed() returns trigger language plpgsql volatile security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup */;
create function note_api_key_uses(uses jsonb) returns TABLE(noted bigint) language plpgsql volatile security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function object_name(kind text, id uuid) returns text language sql stable /* owner holdfast_migrator; execute: holdfast_app */;
create procedure open_to(IN t regclass, IN role_name name, IN privileges text) language plpgsql volatile /* owner holdfast_migrator */;
create procedure own_lookup(IN f regprocedure, IN caller name) language plpgsql volatile /* owner holdfast_migrator */;
create function person_suspended() returns trigger language plpgsql volatile security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup */;
create function project_place_changed() returns trigger language plpgsql volatile security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup */;
create procedure protect_org(IN t regclass, IN on_org_delete text, IN on_person_erase text, IN export text) language plpgsql volatile /* owner holdfast_migrator */;
create procedure protect_person(IN t regclass, IN on_org_delete text, IN on_person_erase text, IN export text) language plpgsql volatile /* owner holdfast_migrator */;
create procedure protect_project(IN t regclass, IN on_org_delete text, IN on_person_erase text, IN export text) language plpgsql volatile /* owner holdfast_migrator */;
create procedure protect_stream(IN t regclass, IN on_org_delete text, IN on_person_erase text, IN export text) language plpgsql volatile /* owner holdfast_migrator */;
create procedure protect_system(IN t regclass, IN on_org_delete text, IN on_person_erase text, IN export text) language plpgsql volatile /* owner holdfast_migrator */;
create function prove_own_session(session_id uuid, proof text) returns bigint language plpgsql volatile /* owner holdfast_migrator; execute: holdfast_app */;
create function provider_secret_changed() returns trigger language plpgsql volatile /* owner holdfast_migrator */;
create function read_epochs(orgs uuid[]) returns TABLE(org_id uuid, kind text, value bigint) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function read_record_hashes(first_index bigint, how_many integer) returns TABLE(leaf_index bigint, record_hash bytea) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function refuse_change() returns trigger language plpgsql volatile /* owner holdfast_migrator */;
create function review_days(recurrence text) returns integer language sql immutable /* owner holdfast_migrator; execute: holdfast_app, holdfast_lookup */;
create function reviews_owed_since() returns timestamp with time zone language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_app */;
create function revoke_orphaned_key() returns trigger language plpgsql volatile /* owner holdfast_migrator */;
create function role_of_member(org uuid, person_id uuid) returns TABLE(role text, granted text[]) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function session_ended() returns trigger language plpgsql volatile security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup */;
create function settle_account_attempt(account bytea, attempt text, was_right boolean) returns TABLE(settled boolean) language plpgsql volatile security definer set lock_timeout=2s set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function settle_mail(of_kind text, of_stream uuid, mail uuid, failure text) returns TABLE(settled uuid) language plpgsql volatile security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function settle_model_calls(calls jsonb) returns TABLE(settled uuid) language plpgsql volatile security definer set enable_seqscan=off set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function setup_is_done() returns TABLE(done boolean) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function take_tokens(keys text[], emission_us bigint[], burst_us bigint[], cost_us bigint[]) returns TABLE(allowed boolean, remaining bigint, retry_us bigint, reset_us bigint) language plpgsql volatile security definer set lock_timeout=250ms set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
create function unlock_account(account bytea) returns TABLE(was_locked boolean) language sql volatile security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_app */;
create function webhook_to_send(org uuid, delivery uuid) returns TABLE(url text, is_enabled boolean, body text, secret_id uuid, sealed bytea, sent_at timestamp with time zone) language sql stable security definer set search_path=holdfast, pg_temp /* owner holdfast_lookup; execute: holdfast_runtime */;
