// Generated from the migrated database by `npm run gen`; do not edit.
import type { ColumnType } from 'kysely';

export type Int8 = ColumnType<string, string | number | bigint, string | number | bigint>;
export type Json = ColumnType<unknown, string, string>;
export type Timestamp = ColumnType<Date, Date | string, Date | string>;
/** May be left out of an insert. */
export type Generated<T> =
  T extends ColumnType<infer S, infer I, infer U> ? ColumnType<S, I | undefined, U> : ColumnType<T, T | undefined, T>;

export interface AccountLockTable {
  key: Buffer;
  failed_at: Generated<Date[]>;
  locks: Generated<number>;
  locked_at: Timestamp | null;
  locked_until: Timestamp | null;
  last_at: Generated<Timestamp>;
}

export interface AnsweredChallengeTable {
  user_id: string;
  challenge_hash: Buffer;
  expires_at: Timestamp;
}

export interface ApiKeyTable {
  org_id: string;
  id: string;
  owner_user_id: string | null;
  name: string;
  scopes: string[];
  secret_hash: Buffer;
  expires_at: Timestamp | null;
  revoked_at: Timestamp | null;
  version: Generated<number>;
  created_at: Timestamp;
  kind: Generated<string>;
  responsible_user_id: string | null;
  acts_for_people: Generated<boolean>;
  origins: Generated<string[]>;
  per_minute: number | null;
  rotated_at: Timestamp | null;
  previous_hash: Buffer | null;
  previous_until: Timestamp | null;
  last_used_at: Timestamp | null;
  exposed_at: Timestamp | null;
}

export interface ApiKeyNetworksTable {
  org_id: string;
  key_id: string;
  blocks: string[];
}

export interface ApiKeyPersonTable {
  org_id: string;
  key_id: string;
  user_id: string;
}

export interface ApiKeyUseTable {
  org_id: string;
  key_id: string;
  day: string;
  address: string;
  client: string;
  calls: Int8;
  failures: Int8;
  last_at: Timestamp;
}

export interface AuditCheckpointTable {
  size: Int8;
  note: string;
  at: Timestamp;
}

export interface AuditEntryTable {
  stream_kind: string;
  stream_id: string;
  seq: Int8;
  leaf_index: Int8;
  event_id: string;
  at: Timestamp;
  action: string;
  outcome: string;
  actor: Json;
  target: Json | null;
  request_id: string;
  facts: Json;
  salt: Buffer;
  previous_hash: Buffer;
  record_hash: Buffer;
}

export interface AuditHeadTable {
  stream_kind: string;
  stream_id: string;
  seq: Int8;
  record_hash: Buffer;
}

export interface AuditPendingTable {
  stream_kind: string;
  stream_id: string;
  event_id: string;
  at: Timestamp;
  action: string;
  outcome: string;
  actor: Json;
  target: Json | null;
  request_id: string;
  facts: Json;
}

export interface AuditStateTable {
  only_one: Generated<boolean>;
  origin: string;
  size: Int8;
  frontier: Buffer;
}

export interface CustomRoleTable {
  org_id: string;
  id: string;
  name: string;
  description: string;
  permissions: string[];
  version: Generated<number>;
  created_at: Timestamp;
}

export interface DataKeyTable {
  org_id: string;
  id: string;
  version: number;
  state: string;
  wrapped: Buffer;
  kek_id: string;
  canary: Buffer;
  created_at: Timestamp;
}

export interface DenialTallyTable {
  minute: Timestamp;
  stream_kind: string;
  stream_id: string;
  source: string;
  reason: string;
  count: Int8;
}

export interface DeviceTable {
  user_id: string;
  id: string;
  token_hash: Buffer;
  created_at: Timestamp;
  last_seen_at: Timestamp;
  address: string;
  device: string;
}

export interface EmergencySealTable {
  org_id: string;
  id: string;
  first_hash: Buffer;
  second_hash: Buffer;
  sealed_at: Timestamp;
  sealed_by: string;
  spent_at: Timestamp | null;
}

export interface EmergencyUseTable {
  org_id: string;
  id: string;
  seal_id: string | null;
  first_part: number | null;
  code_hash: Buffer | null;
  request_hash: Buffer;
  reason: string;
  requested_at: Timestamp;
  request_ends_at: Timestamp;
  granted_at: Timestamp | null;
  opened_at: Timestamp | null;
  token_hash: Buffer | null;
  expires_at: Timestamp | null;
  ended_at: Timestamp | null;
  review: string | null;
  reviewed_at: Timestamp | null;
  reviewed_by: string | null;
}

export interface EpochTable {
  org_id: string;
  kind: string;
  value: Int8;
}

export interface FactorTable {
  user_id: string;
  id: string;
  kind: string;
  name: string;
  created_at: Timestamp;
  confirmed_at: Timestamp | null;
  last_used_at: Timestamp | null;
  sealed_secret: Buffer | null;
  last_step: Int8 | null;
  credential_id: Buffer | null;
  public_key: Buffer | null;
  sign_count: Int8 | null;
  transports: string[] | null;
  is_backed_up: boolean | null;
}

export interface IdempotencyTable {
  stream_kind: string;
  stream_id: string;
  principal: string;
  route: string;
  key_hash: Buffer;
  fingerprint: Buffer;
  status: number;
  reply: Buffer;
  sealed: boolean;
  expires_at: Timestamp;
}

export interface InstallationTable {
  name: string;
  value: Json;
  updated_at: Generated<Timestamp>;
}

export interface InvitationTable {
  org_id: string;
  id: string;
  email: string;
  role: string;
  invited_by: string;
  token_hash: Buffer;
  state: Generated<string>;
  created_at: Timestamp;
  sent_at: Timestamp;
  expires_at: Timestamp;
  ended_at: Timestamp | null;
  version: Generated<number>;
  object_kind: string | null;
  object_id: string | null;
  rank: number | null;
  grant_expires_at: Timestamp | null;
}

export interface JobTable {
  stream_kind: string;
  stream_id: string;
  id: string;
  kind: string;
  payload: Json;
  enqueued_by: Json;
  request_id: string;
  attempts: Generated<number>;
  run_at: Timestamp;
  lease_until: Timestamp | null;
  fence: Generated<Int8>;
  failed_at: Timestamp | null;
  last_error: string | null;
}

export interface MailOutboxTable {
  stream_kind: string;
  stream_id: string;
  id: string;
  recipient: string;
  template: string;
  sealed: Buffer | null;
  queued_at: Timestamp;
  expires_at: Timestamp;
  next_at: Timestamp;
  attempts: Generated<number>;
  last_error: string | null;
  sent_at: Timestamp | null;
}

export interface MailReadingTable {
  token_hash: Buffer;
  created_at: Timestamp;
  expires_at: Timestamp;
}

export interface MemberTable {
  org_id: string;
  id: string;
  user_id: string;
  role: string;
  status: Generated<string>;
  version: Generated<number>;
  created_at: Timestamp;
}

export interface MemberRoleTable {
  org_id: string;
  member_id: string;
  role_id: string;
  given_at: Timestamp;
}

export interface ModelCallTable {
  org_id: string;
  id: string;
  owner_user_id: string | null;
  key_id: string | null;
  provider_id: string;
  model: string;
  endpoint: string;
  request_id: string;
  state: Generated<string>;
  status: number | null;
  input_tokens: Int8 | null;
  output_tokens: Int8 | null;
  estimated: Generated<boolean>;
  duration_ms: number | null;
  started_at: Timestamp;
}

export interface NetworkRulesTable {
  org_id: string;
  console: Generated<string[]>;
  api: Generated<string[]>;
  models: Generated<string[]>;
  version: Generated<number>;
  updated_at: Timestamp;
}

export interface ObjectGrantTable {
  org_id: string;
  id: string;
  object_kind: string;
  object_id: string;
  rank: number;
  member_id: string | null;
  team_id: string | null;
  project_id: string | null;
  to_everybody: Generated<boolean>;
  given_by: string | null;
  expires_at: Timestamp | null;
  version: Generated<number>;
  created_at: Timestamp;
}

export interface OneTimeTokenTable {
  user_id: string;
  id: string;
  purpose: string;
  token_hash: Buffer;
  created_at: Timestamp;
  expires_at: Timestamp;
  facts: Json;
}

export interface OrganizationTable {
  org_id: string;
  name: string;
  slug: string;
  version: Generated<number>;
  created_at: Timestamp;
  personal_of: string | null;
}

export interface OwnershipOfferTable {
  org_id: string;
  id: string;
  from_member: string;
  to_member: string;
  is_shared: boolean;
  created_at: Timestamp;
  expires_at: Timestamp;
}

export interface PasswordTable {
  user_id: string;
  hash: string;
  changed_at: Timestamp;
  version: Generated<number>;
}

export interface PersonTable {
  user_id: string;
  email: string;
  name: string;
  status: Generated<string>;
  version: Generated<number>;
  created_at: Timestamp;
  email_verified_at: Timestamp | null;
}

export interface ProjectTable {
  org_id: string;
  id: string;
  name: string;
  description: string;
  version: Generated<number>;
  created_at: Timestamp;
  created_by: string | null;
  archived_at: Timestamp | null;
}

export interface ProjectMemberTable {
  org_id: string;
  project_id: string;
  user_id: string;
  is_lead: boolean;
  added_at: Timestamp;
}

export interface ProviderTable {
  org_id: string;
  id: string;
  name: string;
  kind: string;
  base_url: string;
  models: string[] | null;
  local: boolean;
  secret: Buffer | null;
  secret_reference: string | null;
  version: Generated<number>;
  created_at: Timestamp;
  secret_set_at: Generated<Timestamp>;
  exposed_at: Timestamp | null;
  is_blocked: Generated<boolean>;
  currency: Generated<string>;
  prices: Generated<Json>;
}

export interface RateLimitTable {
  key: string;
  tat: Timestamp;
}

export interface RecoveryCodeTable {
  user_id: string;
  code_hash: Buffer;
  created_at: Timestamp;
}

export interface ReviewCampaignTable {
  org_id: string;
  id: string;
  name: string;
  kinds: string[];
  teams: string[];
  roles: string[];
  is_full: boolean;
  reviewers: string[];
  on_unreviewed: string;
  recurrence: string;
  days: number;
  started_at: Timestamp;
  started_by: string;
  due_at: Timestamp;
  state: Generated<string>;
  ended_at: Timestamp | null;
  evidence_sha256: string | null;
  previous: string | null;
  version: Generated<number>;
}

export interface ReviewItemTable {
  org_id: string;
  review_id: string;
  id: string;
  kind: string;
  first: string;
  second: string | null;
  user_id: string | null;
  holder: string;
  email: string | null;
  title: string;
  gives: string[];
  flags: string[];
  granted_at: Timestamp;
  last_used_at: Timestamp | null;
  expires_at: Timestamp | null;
  decision: string | null;
  reason: string | null;
  decided_by: string | null;
  decided_at: Timestamp | null;
  is_own: Generated<boolean>;
  outcome: string | null;
  note: string | null;
}

export interface ReviewReviewerTable {
  org_id: string;
  review_id: string;
  user_id: string;
}

export interface ReviewScheduleTable {
  org_id: string;
  recurrence: string;
  version: Generated<number>;
  updated_at: Timestamp;
}

export interface RotationScheduleTable {
  org_id: string;
  api_key_days: number;
  provider_secret_days: number;
  version: Generated<number>;
  updated_at: Timestamp;
}

export interface SessionTable {
  user_id: string;
  id: string;
  org_id: string;
  token_hash: Buffer;
  created_at: Timestamp;
  last_seen_at: Timestamp;
  proven_at: Timestamp;
  idle_minutes: number;
  expires_at: Timestamp;
  address: string;
  device: string;
  proven_by: Generated<string>;
  signed_in_at: Generated<Timestamp>;
}

export interface SetupTokenTable {
  token_hash: Buffer;
  created_at: Timestamp;
  expires_at: Timestamp;
}

export interface SignInPolicyTable {
  org_id: string;
  required: string | null;
  allowed_kinds: string[];
  grace_hours: number;
  required_since: Timestamp;
  idle_minutes: number | null;
  absolute_minutes: number | null;
  password_length_min: number | null;
  version: Generated<number>;
}

export interface TableRuleTable {
  table_name: string;
  kind: string;
  on_org_delete: string;
  on_person_erase: string;
  export: string;
}

export interface TeamTable {
  org_id: string;
  id: string;
  name: string;
  description: string;
  version: Generated<number>;
  created_at: Timestamp;
}

export interface TeamMemberTable {
  org_id: string;
  team_id: string;
  member_id: string;
  is_lead: boolean;
  joined_at: Timestamp;
}

export interface TeamRoleTable {
  org_id: string;
  team_id: string;
  role_id: string;
  given_at: Timestamp;
}

export interface WebhookDeliveryTable {
  org_id: string;
  id: string;
  endpoint_id: string;
  type: string;
  body: string;
  state: Generated<string>;
  created_at: Timestamp;
  next_at: Timestamp;
  attempts: Generated<number>;
  round_attempts: Generated<number>;
  tried_at: Timestamp | null;
  last_status: number | null;
  last_error: string | null;
  ended_at: Timestamp | null;
}

export interface WebhookEndpointTable {
  org_id: string;
  id: string;
  name: string;
  url: string;
  enabled_at: Timestamp | null;
  version: Generated<number>;
  created_at: Timestamp;
}

export interface WebhookSecretTable {
  org_id: string;
  id: string;
  endpoint_id: string;
  sealed: Buffer;
  created_at: Timestamp;
  ends_at: Timestamp | null;
}

export interface OrgTables {
  api_key: ApiKeyTable;
  api_key_networks: ApiKeyNetworksTable;
  api_key_person: ApiKeyPersonTable;
  api_key_use: ApiKeyUseTable;
  custom_role: CustomRoleTable;
  data_key: DataKeyTable;
  emergency_seal: EmergencySealTable;
  emergency_use: EmergencyUseTable;
  epoch: EpochTable;
  invitation: InvitationTable;
  member: MemberTable;
  member_role: MemberRoleTable;
  model_call: ModelCallTable;
  network_rules: NetworkRulesTable;
  object_grant: ObjectGrantTable;
  organization: OrganizationTable;
  ownership_offer: OwnershipOfferTable;
  project: ProjectTable;
  provider: ProviderTable;
  review_campaign: ReviewCampaignTable;
  review_item: ReviewItemTable;
  review_reviewer: ReviewReviewerTable;
  review_schedule: ReviewScheduleTable;
  rotation_schedule: RotationScheduleTable;
  sign_in_policy: SignInPolicyTable;
  team: TeamTable;
  team_member: TeamMemberTable;
  team_role: TeamRoleTable;
  webhook_delivery: WebhookDeliveryTable;
  webhook_endpoint: WebhookEndpointTable;
  webhook_secret: WebhookSecretTable;
}

export interface ProjectTables {
  project_member: ProjectMemberTable;
}

export interface PersonTables {
  answered_challenge: AnsweredChallengeTable;
  device: DeviceTable;
  factor: FactorTable;
  one_time_token: OneTimeTokenTable;
  password: PasswordTable;
  person: PersonTable;
  recovery_code: RecoveryCodeTable;
  session: SessionTable;
}

export interface SystemTables {
  account_lock: AccountLockTable;
  audit_checkpoint: AuditCheckpointTable;
  audit_state: AuditStateTable;
  denial_tally: DenialTallyTable;
  installation: InstallationTable;
  mail_reading: MailReadingTable;
  rate_limit: RateLimitTable;
  setup_token: SetupTokenTable;
  table_rule: TableRuleTable;
}

export interface StreamTables {
  audit_entry: AuditEntryTable;
  audit_head: AuditHeadTable;
  audit_pending: AuditPendingTable;
  idempotency: IdempotencyTable;
  job: JobTable;
  mail_outbox: MailOutboxTable;
}
