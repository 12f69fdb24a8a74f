// Where the catalog does not follow the rule, and why that is right. A name that is not needed any more must go.

export type Exceptions = Readonly<Record<string, string>>;

/** Tables without a rule of their own. */
export const UNRULED_TABLES: Exceptions = {
  schema_version: 'which migrations were applied; the migrator’s own, and everybody may know it',
};

/** Unique over all tenants: whoever inserts learns whether the value is taken. */
export const UNIQUE_OVER_ALL: Exceptions = {
  organization_slug: 'a slug is an address, so organizations share one space of them',
  organization_personal: 'a person has one of their own at most; only the sign-in of that person inserts',
  person_email: 'people belong to no organization, and an address is one account',
  session_token: 'a keyed hash of 256 random bits; found before anybody is known',
  invitation_token: 'a keyed hash of 256 random bits; found before anybody is known',
  device_token: 'a keyed hash of 256 random bits; found before anybody is known',
  api_key_id: 'a random id; found before anybody is known',
  emergency_use_request: 'a keyed hash of 256 random bits; found before anybody is known',
  emergency_use_token: 'a keyed hash of 256 random bits; found before anybody is known',
  factor_credential: 'a random id that an authenticator made; one key signs in one person, who is not known before',
  one_time_token_hash: 'a keyed hash of 256 random bits; found before anybody is known',
  audit_entry_leaf: 'places in the one tree; only the sequencer inserts',
  audit_entry_event: 'random ids; only the sequencer inserts',
};

/** Keys that cross from one kind of table to another, so they can’t lead with the tenant of both. */
export const CROSSING_KEYS: Exceptions = {
  member_user_id_fkey: 'a member is a person in an organization; the id is random and comes from the server',
  session_org_id_fkey: 'a session is of a person in an organization; the id is random and comes from the server',
};

/** Indexes for work that runs over all tenants, as a role that may. */
export const UNTENANTED_INDEXES: Exceptions = {
  member_user: 'sign-in lists the organizations of a person, as holdfast_lookup',
  session_org: 'deleting an organization finds its sessions by the foreign key',
  mail_outbox_due: 'the sender takes what is due, as holdfast_lookup',
  answered_challenge_expires_at: 'housekeeping deletes what has ended, as holdfast_maintenance',
  one_time_token_expires_at: 'housekeeping deletes what has expired, as holdfast_maintenance',
  webhook_delivery_ended: 'housekeeping deletes what is long over, as holdfast_maintenance',
  webhook_delivery_next: 'housekeeping ends what nothing tries any more, as holdfast_maintenance',
  invitation_expires_at: 'housekeeping deletes what is long over, as holdfast_maintenance',
  api_key_origins: 'a browser asks for a page’s origin before any key is sent, as holdfast_lookup',
  project_member_person:
    'the places of a person over the projects of one organization, as holdfast_lookup and by the foreign key; it leads with the organization',
  job_due: 'the worker claims what is due, as holdfast_maintenance',
  idempotency_expires_at: 'housekeeping deletes what has expired, as holdfast_maintenance',
  model_call_open: 'the sweeper closes what a crash left open, through a definer function',
  audit_pending_order: 'the sequencer takes the oldest first, over all streams',
  audit_pending_event: 'after a lost COMMIT one event is looked for, as holdfast_lookup',
};

/** Tables that the owner itself has to write in a migration, past its own wall. */
export const OWNER_POLICIES: Exceptions = {
  table_rule: 'each migration adds the rule of its table',
};

/** Privileges of roles on tables that are added to and never changed; nobody else has any but select. */
export const ADDED_TO_ONLY: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  audit_entry: { holdfast_sequencer: ['insert'] },
  audit_checkpoint: { holdfast_sequencer: ['insert'] },
  audit_pending: {
    holdfast_app: ['insert'],
    holdfast_lookup: ['insert'],
    holdfast_maintenance: ['insert'],
    holdfast_sequencer: ['delete'],
  },
};

/** Tables on which even the owner is stopped by a trigger. */
export const SEALED_TABLES: readonly string[] = ['audit_checkpoint', 'audit_entry'];
