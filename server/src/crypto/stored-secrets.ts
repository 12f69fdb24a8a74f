// How every column that holds bytes, or by its name could hold a secret, is kept. A column that is not here has no place in the schema.

/**
 * sealed: under the organization's data key, bound to its place (envelope.ts) · wrapped: a key under the master key (kek.ts)
 * · hashed: compared, never opened · public: no secret.
 */
export type Keeping = 'sealed' | 'wrapped' | 'hashed' | 'public';

/** `table.column` → how it is kept. */
export const storedSecrets: Readonly<Record<string, Keeping>> = {
  'provider.secret': 'sealed',
  // A reply that shows a secret; others are no secret to whoever asked.
  'idempotency.reply': 'sealed',
  'data_key.canary': 'sealed',
  'mail_outbox.sealed': 'sealed',
  'factor.sealed_secret': 'sealed',
  'webhook_secret.sealed': 'sealed',
  'data_key.wrapped': 'wrapped',
  // The root key of the installation, in the fact of that name.
  'installation.value': 'wrapped',
  'api_key.previous_hash': 'hashed',
  'api_key.secret_hash': 'hashed',
  'session.token_hash': 'hashed',
  'setup_token.token_hash': 'hashed',
  'invitation.token_hash': 'hashed',
  'mail_reading.token_hash': 'hashed',
  'one_time_token.token_hash': 'hashed',
  'recovery_code.code_hash': 'hashed',
  'answered_challenge.challenge_hash': 'hashed',
  'password.hash': 'hashed',
  'device.token_hash': 'hashed',
  'account_lock.key': 'hashed',
  'emergency_seal.first_hash': 'hashed',
  'emergency_seal.second_hash': 'hashed',
  'emergency_use.code_hash': 'hashed',
  'emergency_use.request_hash': 'hashed',
  'emergency_use.token_hash': 'hashed',
  'idempotency.key_hash': 'hashed',
  'idempotency.fingerprint': 'hashed',
  // The name of a secret that lies outside the database.
  'provider.secret_reference': 'public',
  // What a passkey is known by and checked with; its private half never leaves the authenticator.
  'factor.credential_id': 'public',
  'factor.public_key': 'public',
  'audit_entry.salt': 'public',
  'audit_entry.previous_hash': 'public',
  'audit_entry.record_hash': 'public',
  'audit_head.record_hash': 'public',
  'audit_state.frontier': 'public',
};
