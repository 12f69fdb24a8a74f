// Values for columns whose checks no general value meets; a table with a new check adds a line here.
import { randomBytes, randomUUID } from 'node:crypto';

export const samples: Readonly<Record<string, () => unknown>> = {
  'organization.slug': () => `s${nextNumber()}`,
  'organization.personal_of': () => randomUUID(),
  // The last owner of an organization could not be deleted.
  'member.role': () => 'member',
  'password.hash': () => '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA',
  'data_key.kek_id': () => '0123456789abcdef',
  // A table of several kinds of rows has one here; what the other kinds need is null.
  'factor.kind': () => 'passkey',
  'factor.confirmed_at': () => new Date(),
  'factor.credential_id': () => randomBytes(16),
  'factor.public_key': () => randomBytes(16),
  'factor.sign_count': () => '0',
  'factor.transports': () => ['internal'],
  'factor.is_backed_up': () => false,
  'network_rules.console': () => ['203.0.113.0/24'],
  'network_rules.api': () => ['203.0.113.0/24'],
  'network_rules.models': () => ['203.0.113.0/24'],
  'api_key_networks.blocks': () => ['203.0.113.0/24'],
  'api_key_use.day': () => '2026-01-02',
  'emergency_seal.spent_at': () => new Date(),
  'emergency_use.token_hash': () => randomBytes(32),
  'emergency_use.opened_at': () => new Date(0),
  'emergency_use.expires_at': () => new Date(0),
  'emergency_use.reason': () => 'the reason of a test',
  'emergency_use.first_part': () => 1,
  'emergency_use.code_hash': () => randomBytes(32),
  // To one: a member.
  'object_grant.team_id': () => null,
  'object_grant.project_id': () => null,
  'object_grant.object_kind': () => 'provider',
  'object_grant.rank': () => 1,
  'review_campaign.kinds': () => ['membership'],
  'review_campaign.teams': () => [],
  'review_campaign.reviewers': () => [],
  'review_campaign.days': () => 14,
  'review_campaign.due_at': () => new Date(),
  'review_campaign.started_at': () => new Date(0),
  'webhook_delivery.type': () => 'test.event',
  'webhook_delivery.body': () => '{}',
  'webhook_delivery.state': () => 'dead',
  'webhook_delivery.ended_at': () => new Date(),
  'webhook_endpoint.url': () => 'https://pager.example/',
  'webhook_secret.ends_at': () => new Date(),
  'sign_in_policy.allowed_kinds': () => ['totp'],
  'sign_in_policy.password_length_min': () => 12,
};

/** Columns of which a row has one; the others are null then. */
export const ONE_OF: Readonly<Record<string, readonly string[]>> = {
  object_grant: ['member_id', 'team_id', 'project_id'],
};

let last = 100;

/** A number that no row has yet. */
export function nextNumber(): string {
  last += 1;
  return String(last);
}
