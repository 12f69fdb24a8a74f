// Generated from the routes of the server by `npm run gen`; do not edit.

/** What each operation takes and answers. */
export type Operations = {
  readonly 'access_report.get': {
    readonly params: undefined;
    readonly query: { readonly kind?: "membership" | "member_role" | "team_place" | "team_role" | "project_place" | "custom_role" | "invitation" | "api_key" | "object_grant"; readonly flag?: "no_second_factor" | "idle" | "never_used" | "no_expiry" | "suspended" | "owner" | "lead" | "security" | "service" | "publishable" | "everybody" };
    readonly body: undefined;
    readonly reply: { readonly madeAt: string; readonly kinds: readonly ({ readonly kind: "membership" | "member_role" | "team_place" | "team_role" | "project_place" | "custom_role" | "invitation" | "api_key" | "object_grant"; readonly description: string; readonly count: number })[]; readonly items: readonly ({ readonly kind: "membership" | "member_role" | "team_place" | "team_role" | "project_place" | "custom_role" | "invitation" | "api_key" | "object_grant"; readonly id: string; readonly holder: string; readonly email: string | null; readonly userId: string | null; readonly title: string; readonly gives: readonly (string)[]; readonly grantedAt: string; readonly grantedBy: string | null; readonly lastUsedAt: string | null; readonly expiresAt: string | null; readonly flags: readonly ("no_second_factor" | "idle" | "never_used" | "no_expiry" | "suspended" | "owner" | "lead" | "security" | "service" | "publishable" | "everybody")[] })[]; readonly isWhole: boolean };
  };
  readonly 'access_review.cancel': {
    readonly params: { readonly reviewId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: undefined;
  };
  readonly 'access_review.close': {
    readonly params: { readonly reviewId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly id: string; readonly name: string; readonly kinds: readonly (string)[]; readonly teams: readonly (string)[]; readonly roles: readonly (string)[]; readonly isFull: boolean; readonly onUnreviewed: "keep" | "revoke"; readonly recurrence: "none" | "monthly" | "quarterly" | "yearly"; readonly state: "open" | "closed" | "canceled"; readonly startedAt: string; readonly dueAt: string; readonly endedAt: string | null; readonly items: number; readonly done: number; readonly revoked: number; readonly reviewers: readonly ({ readonly userId: string; readonly name: string | null })[]; readonly isYours: boolean; readonly evidenceSha256: string | null; readonly version: number };
  };
  readonly 'access_review.decide': {
    readonly params: { readonly reviewId: string };
    readonly query: undefined;
    readonly body: { readonly items: readonly (string)[]; readonly decision: "keep" | "revoke"; readonly reason: string };
    readonly reply: { readonly kept: number; readonly revoked: number; readonly gone: number };
  };
  readonly 'access_review.evidence': {
    readonly params: { readonly reviewId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly evidence: { readonly format: "holdfast-access-review-1"; readonly organization: string; readonly review: { readonly id: string; readonly name: string; readonly kinds: readonly (string)[]; readonly teams: readonly (string)[]; readonly roles: readonly (string)[]; readonly isFull: boolean; readonly onUnreviewed: string; readonly recurrence: string; readonly reviewers: readonly (string)[]; readonly startedAt: string; readonly startedBy: string; readonly dueAt: string; readonly closedAt: string }; readonly items: readonly ({ readonly kind: string; readonly id: string; readonly user: string | null; readonly gives: readonly (string)[]; readonly flags: readonly (string)[]; readonly grantedAt: string; readonly lastUsedAt: string | null; readonly expiresAt: string | null; readonly decision: string | null; readonly reason: string | null; readonly decidedBy: string | null; readonly decidedAt: string | null; readonly isOwn: boolean; readonly outcome: string; readonly note: string | null })[] }; readonly sha256: string; readonly names: readonly ({ readonly id: string; readonly kind: string; readonly holder: string; readonly email: string | null; readonly title: string })[] };
  };
  readonly 'access_review.get': {
    readonly params: { readonly reviewId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly id: string; readonly name: string; readonly kinds: readonly (string)[]; readonly teams: readonly (string)[]; readonly roles: readonly (string)[]; readonly isFull: boolean; readonly onUnreviewed: "keep" | "revoke"; readonly recurrence: "none" | "monthly" | "quarterly" | "yearly"; readonly state: "open" | "closed" | "canceled"; readonly startedAt: string; readonly dueAt: string; readonly endedAt: string | null; readonly items: number; readonly done: number; readonly revoked: number; readonly reviewers: readonly ({ readonly userId: string; readonly name: string | null })[]; readonly isYours: boolean; readonly evidenceSha256: string | null; readonly version: number };
  };
  readonly 'access_review.get_schedule': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly recurrence: "monthly" | "quarterly" | "yearly"; readonly lastClosedAt: string | null; readonly dueAt: string; readonly isOverdue: boolean; readonly version: number };
  };
  readonly 'access_review.list': {
    readonly params: undefined;
    readonly query: { readonly limit?: number; readonly cursor?: string; readonly sort?: "startedAt" | "-startedAt" | "dueAt" | "-dueAt" | "name" | "-name"; readonly search?: string; readonly state?: "open" | "closed" | "canceled" };
    readonly body: undefined;
    readonly reply: { readonly items: readonly ({ readonly id: string; readonly name: string; readonly kinds: readonly (string)[]; readonly teams: readonly (string)[]; readonly roles: readonly (string)[]; readonly isFull: boolean; readonly onUnreviewed: "keep" | "revoke"; readonly recurrence: "none" | "monthly" | "quarterly" | "yearly"; readonly state: "open" | "closed" | "canceled"; readonly startedAt: string; readonly dueAt: string; readonly endedAt: string | null; readonly items: number; readonly done: number; readonly revoked: number; readonly reviewers: readonly ({ readonly userId: string; readonly name: string | null })[]; readonly isYours: boolean; readonly evidenceSha256: string | null; readonly version: number })[]; readonly nextCursor: string | null };
  };
  readonly 'access_review.list_items': {
    readonly params: { readonly reviewId: string };
    readonly query: { readonly limit?: number; readonly cursor?: string; readonly sort?: "id" | "-id" | "holder" | "-holder" | "title" | "-title" | "kind" | "-kind" | "lastUsedAt" | "-lastUsedAt" | "grantedAt" | "-grantedAt"; readonly search?: string; readonly kind?: "membership" | "member_role" | "team_place" | "team_role" | "project_place" | "custom_role" | "invitation" | "api_key" | "object_grant"; readonly flag?: "no_second_factor" | "idle" | "never_used" | "no_expiry" | "suspended" | "owner" | "lead" | "security" | "service" | "publishable" | "everybody"; readonly state?: "open" | "done" };
    readonly body: undefined;
    readonly reply: { readonly items: readonly ({ readonly kind: string; readonly holder: string; readonly email: string | null; readonly userId: string | null; readonly title: string; readonly gives: readonly (string)[]; readonly grantedAt: string; readonly lastUsedAt: string | null; readonly expiresAt: string | null; readonly flags: readonly (string)[]; readonly id: string; readonly accessId: string; readonly isYours: boolean; readonly decision: "keep" | "revoke" | null; readonly reason: string | null; readonly decidedBy: { readonly userId: string; readonly name: string | null } | null; readonly decidedAt: string | null; readonly isOwn: boolean; readonly outcome: "kept" | "revoked" | "gone" | "unreviewed" | "exception" | null; readonly note: string | null })[]; readonly nextCursor: string | null };
  };
  readonly 'access_review.start': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly name: string; readonly kinds?: readonly ("membership" | "member_role" | "team_place" | "team_role" | "project_place" | "custom_role" | "invitation" | "api_key" | "object_grant")[]; readonly teams?: readonly (string)[]; readonly roles?: readonly ("owner" | "admin" | "member" | "viewer" | "guest")[]; readonly reviewers?: readonly (string)[]; readonly days?: number; readonly onUnreviewed?: "keep" | "revoke"; readonly recurrence?: "none" | "monthly" | "quarterly" | "yearly" };
    readonly reply: { readonly id: string; readonly name: string; readonly kinds: readonly (string)[]; readonly teams: readonly (string)[]; readonly roles: readonly (string)[]; readonly isFull: boolean; readonly onUnreviewed: "keep" | "revoke"; readonly recurrence: "none" | "monthly" | "quarterly" | "yearly"; readonly state: "open" | "closed" | "canceled"; readonly startedAt: string; readonly dueAt: string; readonly endedAt: string | null; readonly items: number; readonly done: number; readonly revoked: number; readonly reviewers: readonly ({ readonly userId: string; readonly name: string | null })[]; readonly isYours: boolean; readonly evidenceSha256: string | null; readonly version: number };
  };
  readonly 'access_review.update_schedule': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly recurrence: "monthly" | "quarterly" | "yearly" };
    readonly reply: { readonly recurrence: "monthly" | "quarterly" | "yearly"; readonly lastClosedAt: string | null; readonly dueAt: string; readonly isOverdue: boolean; readonly version: number };
  };
  readonly 'account.change_email': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly newEmail: string };
    readonly reply: Readonly<Record<string, never>>;
  };
  readonly 'account.change_password': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly currentPassword: string; readonly newPassword: string };
    readonly reply: undefined;
  };
  readonly 'account.confirm_email': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly token: string };
    readonly reply: { readonly changed: boolean };
  };
  readonly 'account.get': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly id: string; readonly name: string; readonly email: string; readonly emailVerifiedAt: string | null; readonly newEmail: string | null; readonly passwordChangedAt: string | null; readonly version: number; readonly createdAt: string };
  };
  readonly 'account.request_reset': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly email: string };
    readonly reply: Readonly<Record<string, never>>;
  };
  readonly 'account.reset_password': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly token: string; readonly newPassword: string };
    readonly reply: undefined;
  };
  readonly 'account.resume_by_operator': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly email: string };
    readonly reply: { readonly changed: boolean };
  };
  readonly 'account.send_verification': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: Readonly<Record<string, never>>;
  };
  readonly 'account.suspend_by_operator': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly email: string };
    readonly reply: { readonly changed: boolean };
  };
  readonly 'account.unlock_by_operator': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly email: string };
    readonly reply: { readonly wasLocked: boolean };
  };
  readonly 'account.unlock_member': {
    readonly params: { readonly memberId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly wasLocked: boolean };
  };
  readonly 'account.update': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly name: string };
    readonly reply: { readonly id: string; readonly name: string; readonly email: string; readonly emailVerifiedAt: string | null; readonly newEmail: string | null; readonly passwordChangedAt: string | null; readonly version: number; readonly createdAt: string };
  };
  readonly 'account.verify_email': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly token: string };
    readonly reply: undefined;
  };
  readonly 'api_key.create': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly kind?: "personal" | "service" | "publishable"; readonly name: string; readonly scopes: readonly (string)[]; readonly expiresInDays?: number | null; readonly perMinute?: number | null; readonly actsFor?: readonly (string)[]; readonly origins?: readonly (string)[] };
    readonly reply: { readonly id: string; readonly kind: "personal" | "service" | "publishable"; readonly name: string; readonly scopes: readonly (string)[]; readonly ownerUserId: string | null; readonly responsibleUserId: string | null; readonly actsFor: readonly (string)[] | null; readonly origins: readonly (string)[]; readonly perMinute: number | null; readonly createdAt: string; readonly rotatedAt: string | null; readonly ageDays: number; readonly previousUntil: string | null; readonly expiresAt: string | null; readonly revokedAt: string | null; readonly exposedAt: string | null; readonly lastUsedAt: string | null; readonly flags: readonly ("idle" | "never_used" | "several_clients" | "no_expiry" | "expires_soon")[]; readonly version: number; readonly key: string };
  };
  readonly 'api_key.get': {
    readonly params: { readonly apiKeyId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly id: string; readonly kind: "personal" | "service" | "publishable"; readonly name: string; readonly scopes: readonly (string)[]; readonly ownerUserId: string | null; readonly responsibleUserId: string | null; readonly actsFor: readonly (string)[] | null; readonly origins: readonly (string)[]; readonly perMinute: number | null; readonly createdAt: string; readonly rotatedAt: string | null; readonly ageDays: number; readonly previousUntil: string | null; readonly expiresAt: string | null; readonly revokedAt: string | null; readonly exposedAt: string | null; readonly lastUsedAt: string | null; readonly flags: readonly ("idle" | "never_used" | "several_clients" | "no_expiry" | "expires_soon")[]; readonly version: number };
  };
  readonly 'api_key.get_networks': {
    readonly params: { readonly apiKeyId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly networks: readonly (string)[] };
  };
  readonly 'api_key.get_reach': {
    readonly params: { readonly apiKeyId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly items: readonly ({ readonly userId: string | null; readonly role: string | null; readonly isActive: boolean; readonly scopes: readonly ({ readonly scope: string; readonly describe: string; readonly why: "granted" | "own_only" | "not_of_the_person" | "needs_a_person" | "no_scope" })[] })[] };
  };
  readonly 'api_key.list': {
    readonly params: undefined;
    readonly query: { readonly limit?: number; readonly cursor?: string; readonly sort?: "createdAt" | "-createdAt" | "name" | "-name" | "expiresAt" | "-expiresAt" | "lastUsedAt" | "-lastUsedAt"; readonly search?: string; readonly state?: "works" | "expired" | "revoked"; readonly kind?: "personal" | "service" | "publishable" };
    readonly body: undefined;
    readonly reply: { readonly items: readonly ({ readonly id: string; readonly kind: "personal" | "service" | "publishable"; readonly name: string; readonly scopes: readonly (string)[]; readonly ownerUserId: string | null; readonly responsibleUserId: string | null; readonly actsFor: readonly (string)[] | null; readonly origins: readonly (string)[]; readonly perMinute: number | null; readonly createdAt: string; readonly rotatedAt: string | null; readonly ageDays: number; readonly previousUntil: string | null; readonly expiresAt: string | null; readonly revokedAt: string | null; readonly exposedAt: string | null; readonly lastUsedAt: string | null; readonly flags: readonly ("idle" | "never_used" | "several_clients" | "no_expiry" | "expires_soon")[]; readonly version: number })[]; readonly nextCursor: string | null };
  };
  readonly 'api_key.mark_exposed': {
    readonly params: { readonly apiKeyId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly exposedAt: string; readonly worked: boolean; readonly usage: { readonly from: string; readonly to: string; readonly lastUsedAt: string | null; readonly flags: readonly ("idle" | "never_used" | "several_clients" | "no_expiry" | "expires_soon")[]; readonly calls: number; readonly failures: number; readonly days: readonly ({ readonly day: string; readonly calls: number; readonly failures: number; readonly modelCalls: number; readonly inputTokens: number; readonly outputTokens: number })[]; readonly places: readonly ({ readonly address: string; readonly client: string; readonly calls: number; readonly failures: number; readonly lastAt: string })[]; readonly clients: readonly ({ readonly client: string; readonly calls: number; readonly failures: number; readonly lastAt: string })[]; readonly models: readonly ({ readonly model: string; readonly calls: number; readonly failures: number; readonly inputTokens: number; readonly outputTokens: number; readonly estimatedCalls: number })[]; readonly cost: { readonly amounts: readonly ({ readonly currency: string; readonly amount: string })[]; readonly unpricedCalls: number } } };
  };
  readonly 'api_key.revoke': {
    readonly params: { readonly apiKeyId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: undefined;
  };
  readonly 'api_key.revoke_leaked': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly key: string };
    readonly reply: undefined;
  };
  readonly 'api_key.rotate': {
    readonly params: { readonly apiKeyId: string };
    readonly query: undefined;
    readonly body: { readonly overlapHours?: number };
    readonly reply: { readonly id: string; readonly kind: "personal" | "service" | "publishable"; readonly name: string; readonly scopes: readonly (string)[]; readonly ownerUserId: string | null; readonly responsibleUserId: string | null; readonly actsFor: readonly (string)[] | null; readonly origins: readonly (string)[]; readonly perMinute: number | null; readonly createdAt: string; readonly rotatedAt: string | null; readonly ageDays: number; readonly previousUntil: string | null; readonly expiresAt: string | null; readonly revokedAt: string | null; readonly exposedAt: string | null; readonly lastUsedAt: string | null; readonly flags: readonly ("idle" | "never_used" | "several_clients" | "no_expiry" | "expires_soon")[]; readonly version: number; readonly key: string };
  };
  readonly 'api_key.update': {
    readonly params: { readonly apiKeyId: string };
    readonly query: undefined;
    readonly body: { readonly name?: string; readonly scopes?: readonly (string)[]; readonly perMinute?: number | null; readonly actsFor?: readonly (string)[]; readonly origins?: readonly (string)[]; readonly responsibleUserId?: string };
    readonly reply: { readonly id: string; readonly kind: "personal" | "service" | "publishable"; readonly name: string; readonly scopes: readonly (string)[]; readonly ownerUserId: string | null; readonly responsibleUserId: string | null; readonly actsFor: readonly (string)[] | null; readonly origins: readonly (string)[]; readonly perMinute: number | null; readonly createdAt: string; readonly rotatedAt: string | null; readonly ageDays: number; readonly previousUntil: string | null; readonly expiresAt: string | null; readonly revokedAt: string | null; readonly exposedAt: string | null; readonly lastUsedAt: string | null; readonly flags: readonly ("idle" | "never_used" | "several_clients" | "no_expiry" | "expires_soon")[]; readonly version: number };
  };
  readonly 'api_key.update_networks': {
    readonly params: { readonly apiKeyId: string };
    readonly query: undefined;
    readonly body: { readonly networks: readonly (string)[] };
    readonly reply: { readonly networks: readonly (string)[] };
  };
  readonly 'api_key.usage': {
    readonly params: { readonly apiKeyId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly from: string; readonly to: string; readonly lastUsedAt: string | null; readonly flags: readonly ("idle" | "never_used" | "several_clients" | "no_expiry" | "expires_soon")[]; readonly calls: number; readonly failures: number; readonly days: readonly ({ readonly day: string; readonly calls: number; readonly failures: number; readonly modelCalls: number; readonly inputTokens: number; readonly outputTokens: number })[]; readonly places: readonly ({ readonly address: string; readonly client: string; readonly calls: number; readonly failures: number; readonly lastAt: string })[]; readonly clients: readonly ({ readonly client: string; readonly calls: number; readonly failures: number; readonly lastAt: string })[]; readonly models: readonly ({ readonly model: string; readonly calls: number; readonly failures: number; readonly inputTokens: number; readonly outputTokens: number; readonly estimatedCalls: number })[]; readonly cost: { readonly amounts: readonly ({ readonly currency: string; readonly amount: string })[]; readonly unpricedCalls: number } };
  };
  readonly 'audit.checkpoint': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly checkpoint: string; readonly verifierKey: string };
  };
  readonly 'audit.list': {
    readonly params: undefined;
    readonly query: { readonly limit?: number; readonly cursor?: string; readonly sort?: "sequence" | "-sequence"; readonly search?: string; readonly verify_chain?: string; readonly action?: string; readonly outcome?: "allowed" | "denied" | "failed"; readonly user?: string; readonly from?: string; readonly until?: string };
    readonly body: undefined;
    readonly reply: { readonly items: readonly ({ readonly sequence: number; readonly index: number; readonly eventId: string; readonly at: string; readonly action: string; readonly outcome: "allowed" | "denied" | "failed"; readonly actor: Readonly<Record<string, unknown>>; readonly target: Readonly<Record<string, unknown>> | null; readonly requestId: string; readonly facts: Readonly<Record<string, unknown>>; readonly salt: string; readonly previous_hash: string; readonly record_hash: string })[]; readonly nextCursor: string | null; readonly chain_valid?: boolean; readonly stream_pseudonym?: string; readonly verified_through?: number; readonly tree_size?: number; readonly checkpoint?: string | null; readonly fault?: { readonly at: number; readonly reason: string } | null };
  };
  readonly 'controls.get': {
    readonly params: { readonly controlId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly id: string; readonly title: string; readonly severity: "critical" | "high" | "medium" | "low"; readonly verdict: "pass" | "fail" | "not_applicable" | "unknown" | "error" | "manual"; readonly twinCaught: boolean; readonly findings: readonly ({ readonly subject: string; readonly at?: string; readonly expected: string; readonly observed: string; readonly evidence: readonly (string)[] })[]; readonly remedy: string; readonly maps: Readonly<Record<string, readonly (string)[]>>; readonly at: string; readonly evidence: readonly ({ readonly kind: string; readonly subject: string; readonly at: string; readonly data: unknown; readonly collectedAt: string; readonly ttlSeconds: number; readonly reproduce?: string; readonly sha256: string })[] };
  };
  readonly 'controls.get_key': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly key: string };
  };
  readonly 'controls.get_run': {
    readonly params: { readonly runId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly state: "running" | "done" | "failed"; readonly done: number; readonly total: number; readonly events: readonly ({ readonly id: string; readonly title: string; readonly verdict: "pass" | "fail" | "not_applicable" | "unknown" | "error" | "manual" | null })[]; readonly report: { readonly target: string; readonly at: string; readonly grade: "A" | "B" | "C" | "D" | "E" | "F"; readonly score: number; readonly coverage: number; readonly controls: readonly ({ readonly id: string; readonly title: string; readonly severity: "critical" | "high" | "medium" | "low"; readonly verdict: "pass" | "fail" | "not_applicable" | "unknown" | "error" | "manual"; readonly twinCaught: boolean; readonly findings: readonly ({ readonly subject: string; readonly at?: string; readonly expected: string; readonly observed: string; readonly evidence: readonly (string)[] })[]; readonly remedy: string; readonly maps: Readonly<Record<string, readonly (string)[]>> })[]; readonly evidence: readonly ({ readonly kind: string; readonly subject: string; readonly at: string; readonly data: unknown; readonly collectedAt: string; readonly ttlSeconds: number; readonly reproduce?: string; readonly sha256: string })[]; readonly waivers: readonly (Readonly<Record<string, never>>)[] } | null; readonly signed: string | null };
  };
  readonly 'controls.list': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly target: string; readonly at: string; readonly grade: "A" | "B" | "C" | "D" | "E" | "F"; readonly score: number; readonly coverage: number; readonly controls: readonly ({ readonly id: string; readonly title: string; readonly severity: "critical" | "high" | "medium" | "low"; readonly verdict: "pass" | "fail" | "not_applicable" | "unknown" | "error" | "manual"; readonly twinCaught: boolean; readonly findings: readonly ({ readonly subject: string; readonly at?: string; readonly expected: string; readonly observed: string; readonly evidence: readonly (string)[] })[]; readonly remedy: string; readonly maps: Readonly<Record<string, readonly (string)[]>> })[] };
  };
  readonly 'controls.run': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly only?: readonly (string)[] };
    readonly reply: { readonly id: string };
  };
  readonly 'credential.report': {
    readonly params: undefined;
    readonly query: { readonly dueWithinDays?: number };
    readonly body: undefined;
    readonly reply: { readonly schedule: { readonly apiKeyDays: number; readonly providerSecretDays: number; readonly version: number }; readonly items: readonly ({ readonly kind: "api_key" | "provider_secret" | "webhook_secret"; readonly id: string; readonly name: string; readonly keptAs: "hash" | "sealed" | "reference"; readonly since: string; readonly ageDays: number; readonly dueAt: string; readonly isDue: boolean; readonly expiresAt: string | null; readonly exposedAt: string | null })[]; readonly dueCount: number; readonly isWhole: boolean };
  };
  readonly 'credential.update_schedule': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly apiKeyDays: number; readonly providerSecretDays: number };
    readonly reply: { readonly apiKeyDays: number; readonly providerSecretDays: number; readonly version: number };
  };
  readonly 'emergency.collect': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly request: string };
    readonly reply: { readonly expiresAt: string };
  };
  readonly 'emergency.end': {
    readonly params: { readonly useId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: undefined;
  };
  readonly 'emergency.get': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly sealedAt: string | null; readonly sealDueAt: string | null; readonly isOpen: boolean; readonly owed: readonly ("seal" | "review")[]; readonly uses: readonly ({ readonly id: string; readonly by: "parts" | "host"; readonly reason: string; readonly state: "waiting" | "granted" | "open" | "over"; readonly requestedAt: string; readonly openedAt: string | null; readonly endsAt: string; readonly review: string | null; readonly reviewedAt: string | null })[]; readonly isWhole: boolean };
  };
  readonly 'emergency.open': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly organization: string; readonly part: string; readonly reason?: string; readonly code?: string };
    readonly reply: { readonly step: "waiting" | "granted"; readonly request: string | null; readonly code: string | null; readonly endsAt: string };
  };
  readonly 'emergency.open_at_host': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly organization: string; readonly reason: string };
    readonly reply: { readonly link: string; readonly endsAt: string };
  };
  readonly 'emergency.review': {
    readonly params: { readonly useId: string };
    readonly query: undefined;
    readonly body: { readonly note: string };
    readonly reply: { readonly reviewedAt: string };
  };
  readonly 'emergency.seal': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly parts: readonly (string)[]; readonly sealedAt: string };
  };
  readonly 'factor.ask_for_passkey': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly challenge: string; readonly rpId: string; readonly timeout: number; readonly userVerification: "required" };
  };
  readonly 'factor.confirm_totp': {
    readonly params: { readonly factorId: string };
    readonly query: undefined;
    readonly body: { readonly code: string };
    readonly reply: { readonly factor: { readonly id: string; readonly kind: "totp" | "passkey"; readonly name: string; readonly createdAt: string; readonly lastUsedAt: string | null }; readonly recoveryCodes: readonly (string)[] | null };
  };
  readonly 'factor.enroll_passkey': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly name: string; readonly registration: { readonly id: string; readonly rawId: string; readonly type: "public-key"; readonly authenticatorAttachment?: string | null; readonly clientExtensionResults?: Readonly<Record<string, unknown>>; readonly response: { readonly clientDataJSON: string; readonly attestationObject: string; readonly authenticatorData?: string; readonly publicKey?: string | null; readonly publicKeyAlgorithm?: number; readonly transports?: readonly (string)[] } } };
    readonly reply: { readonly factor: { readonly id: string; readonly kind: "totp" | "passkey"; readonly name: string; readonly createdAt: string; readonly lastUsedAt: string | null }; readonly recoveryCodes: readonly (string)[] | null };
  };
  readonly 'factor.list': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly items: readonly ({ readonly id: string; readonly kind: "totp" | "passkey"; readonly name: string; readonly createdAt: string; readonly lastUsedAt: string | null })[]; readonly recoveryCodesLeft: number };
  };
  readonly 'factor.new_recovery_codes': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly recoveryCodes: readonly (string)[] };
  };
  readonly 'factor.remove': {
    readonly params: { readonly factorId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: undefined;
  };
  readonly 'factor.rename': {
    readonly params: { readonly factorId: string };
    readonly query: undefined;
    readonly body: { readonly name: string };
    readonly reply: { readonly id: string; readonly kind: "totp" | "passkey"; readonly name: string; readonly createdAt: string; readonly lastUsedAt: string | null };
  };
  readonly 'factor.reset_by_operator': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly email: string };
    readonly reply: { readonly removed: number };
  };
  readonly 'factor.reset_of_member': {
    readonly params: { readonly memberId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly removed: number };
  };
  readonly 'factor.start_passkey': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly rp: { readonly id: string; readonly name: string }; readonly user: { readonly id: string; readonly name: string; readonly displayName: string }; readonly challenge: string; readonly pubKeyCredParams: readonly ({ readonly type: "public-key"; readonly alg: number })[]; readonly timeout: number; readonly excludeCredentials: readonly ({ readonly type: "public-key"; readonly id: string; readonly transports: readonly (string)[] })[]; readonly authenticatorSelection: { readonly residentKey: "required"; readonly requireResidentKey: true; readonly userVerification: "required" }; readonly attestation: "none" };
  };
  readonly 'factor.start_totp': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly name: string };
    readonly reply: { readonly id: string; readonly secret: string; readonly uri: string };
  };
  readonly 'grant.end': {
    readonly params: { readonly grantId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: undefined;
  };
  readonly 'grant.give': {
    readonly params: { readonly objectId: string };
    readonly query: undefined;
    readonly body: { readonly level: "viewer" | "editor" | "manager"; readonly memberId?: string; readonly teamId?: string; readonly projectId?: string; readonly toEverybody?: true; readonly expiresAt?: string | null };
    readonly reply: { readonly id: string; readonly object: { readonly id: string; readonly kind: string; readonly name: string | null }; readonly level: "viewer" | "editor" | "manager"; readonly to: { readonly kind: "member" | "team" | "project" | "everybody"; readonly id: string | null; readonly name: string }; readonly givenBy: string | null; readonly expiresAt: string | null; readonly isOver: boolean; readonly version: number; readonly createdAt: string };
  };
  readonly 'grant.list': {
    readonly params: undefined;
    readonly query: { readonly limit?: number; readonly cursor?: string; readonly sort?: "createdAt" | "-createdAt" | "expiresAt" | "-expiresAt" | "to" | "-to"; readonly search?: string; readonly objectId?: string; readonly memberId?: string; readonly teamId?: string; readonly projectId?: string; readonly level?: "viewer" | "editor" | "manager" };
    readonly body: undefined;
    readonly reply: { readonly items: readonly ({ readonly id: string; readonly object: { readonly id: string; readonly kind: string; readonly name: string | null }; readonly level: "viewer" | "editor" | "manager"; readonly to: { readonly kind: "member" | "team" | "project" | "everybody"; readonly id: string | null; readonly name: string }; readonly givenBy: string | null; readonly expiresAt: string | null; readonly isOver: boolean; readonly version: number; readonly createdAt: string })[]; readonly nextCursor: string | null };
  };
  readonly 'grant.list_of_member': {
    readonly params: { readonly memberId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly items: readonly ({ readonly object: { readonly id: string; readonly kind: string; readonly name: string | null }; readonly level: "viewer" | "editor" | "manager"; readonly by: { readonly kind: "member" | "team" | "project" | "everybody"; readonly id: string | null; readonly name: string | null }; readonly expiresAt: string | null })[]; readonly isWhole: boolean };
  };
  readonly 'grant.update': {
    readonly params: { readonly grantId: string };
    readonly query: undefined;
    readonly body: { readonly level?: "viewer" | "editor" | "manager"; readonly expiresAt?: string | null };
    readonly reply: { readonly id: string; readonly object: { readonly id: string; readonly kind: string; readonly name: string | null }; readonly level: "viewer" | "editor" | "manager"; readonly to: { readonly kind: "member" | "team" | "project" | "everybody"; readonly id: string | null; readonly name: string }; readonly givenBy: string | null; readonly expiresAt: string | null; readonly isOver: boolean; readonly version: number; readonly createdAt: string };
  };
  readonly 'granted_object.list': {
    readonly params: undefined;
    readonly query: { readonly limit?: number; readonly cursor?: string; readonly sort?: "name" | "-name" | "expiresAt" | "-expiresAt"; readonly search?: string };
    readonly body: undefined;
    readonly reply: { readonly items: readonly ({ readonly object: { readonly id: string; readonly kind: string; readonly name: string | null }; readonly level: "viewer" | "editor" | "manager"; readonly by: string; readonly expiresAt: string | null })[]; readonly nextCursor: string | null };
  };
  readonly 'guest.invite': {
    readonly params: { readonly objectId: string };
    readonly query: undefined;
    readonly body: { readonly email: string; readonly level: "viewer" | "editor"; readonly expiresAt?: string | null };
    readonly reply: { readonly id: string; readonly email: string; readonly role: "owner" | "admin" | "member" | "viewer" | "guest"; readonly shares: { readonly object: { readonly id: string; readonly kind: string; readonly name: string | null }; readonly level: "viewer" | "editor"; readonly expiresAt: string | null } | null; readonly state: "open" | "accepted" | "expired" | "canceled"; readonly invitedBy: { readonly memberId: string; readonly name: string } | null; readonly createdAt: string; readonly sentAt: string; readonly expiresAt: string; readonly endedAt: string | null; readonly version: number };
  };
  readonly 'invitation.accept': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly token: string; readonly password: string; readonly name?: string };
    readonly reply: { readonly expiresAt: string | null; readonly challenge: { readonly token: string; readonly proofs: readonly ("password" | "totp" | "passkey" | "recovery_code")[]; readonly expiresAt: string } | null };
  };
  readonly 'invitation.cancel': {
    readonly params: { readonly invitationId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: undefined;
  };
  readonly 'invitation.create': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly email: string; readonly role: "owner" | "admin" | "member" | "viewer" };
    readonly reply: { readonly id: string; readonly email: string; readonly role: "owner" | "admin" | "member" | "viewer" | "guest"; readonly shares: { readonly object: { readonly id: string; readonly kind: string; readonly name: string | null }; readonly level: "viewer" | "editor"; readonly expiresAt: string | null } | null; readonly state: "open" | "accepted" | "expired" | "canceled"; readonly invitedBy: { readonly memberId: string; readonly name: string } | null; readonly createdAt: string; readonly sentAt: string; readonly expiresAt: string; readonly endedAt: string | null; readonly version: number };
  };
  readonly 'invitation.enter': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly token: string };
    readonly reply: { readonly expiresAt: string };
  };
  readonly 'invitation.list': {
    readonly params: undefined;
    readonly query: { readonly limit?: number; readonly cursor?: string; readonly sort?: "createdAt" | "-createdAt" | "sentAt" | "-sentAt" | "expiresAt" | "-expiresAt" | "email" | "-email" | "role" | "-role"; readonly search?: string; readonly state?: "open" | "accepted" | "expired" | "canceled"; readonly role?: "owner" | "admin" | "member" | "viewer" | "guest" };
    readonly body: undefined;
    readonly reply: { readonly items: readonly ({ readonly id: string; readonly email: string; readonly role: "owner" | "admin" | "member" | "viewer" | "guest"; readonly shares: { readonly object: { readonly id: string; readonly kind: string; readonly name: string | null }; readonly level: "viewer" | "editor"; readonly expiresAt: string | null } | null; readonly state: "open" | "accepted" | "expired" | "canceled"; readonly invitedBy: { readonly memberId: string; readonly name: string } | null; readonly createdAt: string; readonly sentAt: string; readonly expiresAt: string; readonly endedAt: string | null; readonly version: number })[]; readonly nextCursor: string | null };
  };
  readonly 'invitation.look': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly token: string };
    readonly reply: { readonly organization: { readonly name: string }; readonly email: string; readonly role: "owner" | "admin" | "member" | "viewer" | "guest"; readonly shares: { readonly kind: string; readonly level: "viewer" | "editor" } | null; readonly expiresAt: string; readonly hasAccount: boolean };
  };
  readonly 'invitation.renew': {
    readonly params: { readonly invitationId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly id: string; readonly email: string; readonly role: "owner" | "admin" | "member" | "viewer" | "guest"; readonly shares: { readonly object: { readonly id: string; readonly kind: string; readonly name: string | null }; readonly level: "viewer" | "editor"; readonly expiresAt: string | null } | null; readonly state: "open" | "accepted" | "expired" | "canceled"; readonly invitedBy: { readonly memberId: string; readonly name: string } | null; readonly createdAt: string; readonly sentAt: string; readonly expiresAt: string; readonly endedAt: string | null; readonly version: number };
  };
  readonly 'mail.issue_link': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly link: string; readonly expiresAt: string };
  };
  readonly 'mail.list': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly items: readonly ({ readonly id: string; readonly to: string; readonly template: string; readonly status: "queued" | "retrying" | "sent" | "expired"; readonly queuedAt: string; readonly expiresAt: string; readonly sentAt: string | null; readonly attempts: number; readonly lastError: string | null })[]; readonly isWhole: boolean };
  };
  readonly 'mail.list_by_link': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly token: string };
    readonly reply: { readonly items: readonly ({ readonly id: string; readonly to: string; readonly template: string; readonly status: "queued" | "retrying" | "sent" | "expired"; readonly queuedAt: string; readonly expiresAt: string; readonly sentAt: string | null; readonly attempts: number; readonly lastError: string | null; readonly subject: string | null })[]; readonly isWhole: boolean };
  };
  readonly 'mail.read_by_link': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly token: string; readonly mailId: string };
    readonly reply: { readonly id: string; readonly to: string; readonly template: string; readonly status: "queued" | "retrying" | "sent" | "expired"; readonly queuedAt: string; readonly expiresAt: string; readonly sentAt: string | null; readonly attempts: number; readonly lastError: string | null; readonly subject: string | null; readonly text: string | null };
  };
  readonly 'mail.show': {
    readonly params: { readonly mailId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly id: string; readonly to: string; readonly template: string; readonly status: "queued" | "retrying" | "sent" | "expired"; readonly queuedAt: string; readonly expiresAt: string; readonly sentAt: string | null; readonly attempts: number; readonly lastError: string | null; readonly subject: string | null; readonly text: string | null };
  };
  readonly 'member.leave': {
    readonly params: undefined;
    readonly query: { readonly organizationKeys?: "revoke" | "hand_over"; readonly handOverTo?: string };
    readonly body: undefined;
    readonly reply: { readonly ended: { readonly sessions: number; readonly apiKeys: number; readonly organizationKeys: number; readonly keysHandedOver: number; readonly teams: number; readonly projects: number; readonly roles: number; readonly invitations: number; readonly ownershipOffers: number; readonly grants: number } };
  };
  readonly 'member.list': {
    readonly params: undefined;
    readonly query: { readonly limit?: number; readonly cursor?: string; readonly sort?: "createdAt" | "-createdAt" | "name" | "-name" | "email" | "-email" | "role" | "-role" | "status" | "-status"; readonly search?: string; readonly role?: "owner" | "admin" | "member" | "viewer" | "guest"; readonly status?: "active" | "suspended" };
    readonly body: undefined;
    readonly reply: { readonly items: readonly ({ readonly id: string; readonly userId: string; readonly name: string; readonly email: string; readonly role: "owner" | "admin" | "member" | "viewer" | "guest"; readonly status: "active" | "suspended"; readonly version: number; readonly createdAt: string })[]; readonly nextCursor: string | null };
  };
  readonly 'member.permissions': {
    readonly params: { readonly memberId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly role: "owner" | "admin" | "member" | "viewer" | "guest"; readonly roles: readonly ({ readonly id: string; readonly name: string; readonly team: { readonly id: string; readonly name: string } | null })[]; readonly items: readonly ({ readonly permission: string; readonly reach: "all" | "own"; readonly from: readonly (string)[] })[] };
  };
  readonly 'member.remove': {
    readonly params: { readonly memberId: string };
    readonly query: { readonly organizationKeys?: "revoke" | "hand_over"; readonly handOverTo?: string };
    readonly body: undefined;
    readonly reply: { readonly ended: { readonly sessions: number; readonly apiKeys: number; readonly organizationKeys: number; readonly keysHandedOver: number; readonly teams: number; readonly projects: number; readonly roles: number; readonly invitations: number; readonly ownershipOffers: number; readonly grants: number } };
  };
  readonly 'member.resume': {
    readonly params: { readonly memberId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly id: string; readonly userId: string; readonly name: string; readonly email: string; readonly role: "owner" | "admin" | "member" | "viewer" | "guest"; readonly status: "active" | "suspended"; readonly version: number; readonly createdAt: string; readonly ended: { readonly sessions: number; readonly apiKeys: number; readonly organizationKeys: number; readonly keysHandedOver: number; readonly teams: number; readonly projects: number; readonly roles: number; readonly invitations: number; readonly ownershipOffers: number; readonly grants: number } };
  };
  readonly 'member.suspend': {
    readonly params: { readonly memberId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly id: string; readonly userId: string; readonly name: string; readonly email: string; readonly role: "owner" | "admin" | "member" | "viewer" | "guest"; readonly status: "active" | "suspended"; readonly version: number; readonly createdAt: string; readonly ended: { readonly sessions: number; readonly apiKeys: number; readonly organizationKeys: number; readonly keysHandedOver: number; readonly teams: number; readonly projects: number; readonly roles: number; readonly invitations: number; readonly ownershipOffers: number; readonly grants: number } };
  };
  readonly 'member.update': {
    readonly params: { readonly memberId: string };
    readonly query: undefined;
    readonly body: { readonly role: "owner" | "admin" | "member" | "viewer" };
    readonly reply: { readonly id: string; readonly userId: string; readonly name: string; readonly email: string; readonly role: "owner" | "admin" | "member" | "viewer" | "guest"; readonly status: "active" | "suspended"; readonly version: number; readonly createdAt: string; readonly ended: { readonly sessions: number; readonly apiKeys: number; readonly organizationKeys: number; readonly keysHandedOver: number; readonly teams: number; readonly projects: number; readonly roles: number; readonly invitations: number; readonly ownershipOffers: number; readonly grants: number }; readonly keeps: readonly ({ readonly id: string; readonly name: string; readonly team: { readonly id: string; readonly name: string } | null })[] };
  };
  readonly 'network_rules.check': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly address: string };
    readonly reply: { readonly address: string; readonly console: { readonly letsIn: boolean; readonly by: string | null }; readonly api: { readonly letsIn: boolean; readonly by: string | null }; readonly models: { readonly letsIn: boolean; readonly by: string | null } };
  };
  readonly 'network_rules.clear': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly organization: string };
    readonly reply: { readonly removed: number };
  };
  readonly 'network_rules.get': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly console: readonly (string)[]; readonly api: readonly (string)[]; readonly models: readonly (string)[]; readonly version: number; readonly updatedAt: string | null; readonly yourAddress: string };
  };
  readonly 'network_rules.update': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly console: readonly (string)[]; readonly api: readonly (string)[]; readonly models: readonly (string)[]; readonly confirmLockOut?: boolean };
    readonly reply: { readonly console: readonly (string)[]; readonly api: readonly (string)[]; readonly models: readonly (string)[]; readonly version: number; readonly updatedAt: string | null; readonly yourAddress: string };
  };
  readonly 'organization.get': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly id: string; readonly name: string; readonly slug: string; readonly isPersonal: boolean; readonly version: number; readonly createdAt: string };
  };
  readonly 'organization.update': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly name: string };
    readonly reply: { readonly id: string; readonly name: string; readonly slug: string; readonly isPersonal: boolean; readonly version: number; readonly createdAt: string };
  };
  readonly 'ownership.accept_offer': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly ended: { readonly sessions: number; readonly apiKeys: number; readonly organizationKeys: number; readonly keysHandedOver: number; readonly teams: number; readonly projects: number; readonly roles: number; readonly invitations: number; readonly ownershipOffers: number; readonly grants: number } };
  };
  readonly 'ownership.cancel_offer': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: undefined;
  };
  readonly 'ownership.decline_offer': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: undefined;
  };
  readonly 'ownership.get_offer': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly offer: { readonly id: string; readonly from: { readonly memberId: string; readonly name: string }; readonly to: { readonly memberId: string; readonly name: string }; readonly staysOwner: boolean; readonly createdAt: string; readonly expiresAt: string } | null };
  };
  readonly 'ownership.offer': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly memberId: string; readonly staysOwner?: boolean };
    readonly reply: { readonly id: string; readonly from: { readonly memberId: string; readonly name: string }; readonly to: { readonly memberId: string; readonly name: string }; readonly staysOwner: boolean; readonly createdAt: string; readonly expiresAt: string };
  };
  readonly 'permission.list': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly items: readonly ({ readonly name: string; readonly description: string; readonly builtIn: readonly ("owner" | "admin" | "member" | "viewer" | "guest")[]; readonly own: readonly ("owner" | "admin" | "member" | "viewer" | "guest")[]; readonly isKeyScope: boolean; readonly isGivable: boolean })[] };
  };
  readonly 'project.archive': {
    readonly params: { readonly projectId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly id: string; readonly name: string; readonly description: string; readonly status: "active" | "archived"; readonly members: number; readonly isYours: boolean; readonly isLedByYou: boolean; readonly version: number; readonly createdAt: string; readonly createdBy: string | null; readonly archivedAt: string | null };
  };
  readonly 'project.create': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly name: string; readonly description?: string };
    readonly reply: { readonly id: string; readonly name: string; readonly description: string; readonly status: "active" | "archived"; readonly members: number; readonly isYours: boolean; readonly isLedByYou: boolean; readonly version: number; readonly createdAt: string; readonly createdBy: string | null; readonly archivedAt: string | null };
  };
  readonly 'project.delete': {
    readonly params: { readonly projectId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly ended: { readonly members: number } };
  };
  readonly 'project.get': {
    readonly params: { readonly projectId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly id: string; readonly name: string; readonly description: string; readonly status: "active" | "archived"; readonly members: number; readonly isYours: boolean; readonly isLedByYou: boolean; readonly version: number; readonly createdAt: string; readonly createdBy: string | null; readonly archivedAt: string | null };
  };
  readonly 'project.leave': {
    readonly params: { readonly projectId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: undefined;
  };
  readonly 'project.list': {
    readonly params: undefined;
    readonly query: { readonly limit?: number; readonly cursor?: string; readonly sort?: "createdAt" | "-createdAt" | "name" | "-name"; readonly search?: string; readonly status?: "active" | "archived" };
    readonly body: undefined;
    readonly reply: { readonly items: readonly ({ readonly id: string; readonly name: string; readonly description: string; readonly status: "active" | "archived"; readonly members: number; readonly isYours: boolean; readonly isLedByYou: boolean; readonly version: number; readonly createdAt: string; readonly createdBy: string | null; readonly archivedAt: string | null })[]; readonly nextCursor: string | null };
  };
  readonly 'project.list_members': {
    readonly params: { readonly projectId: string };
    readonly query: { readonly limit?: number; readonly cursor?: string; readonly sort?: "addedAt" | "-addedAt" | "name" | "-name" | "email" | "-email"; readonly search?: string; readonly place?: "lead" | "member" };
    readonly body: undefined;
    readonly reply: { readonly items: readonly ({ readonly memberId: string; readonly name: string; readonly email: string; readonly isLead: boolean; readonly addedAt: string })[]; readonly nextCursor: string | null };
  };
  readonly 'project.list_of_member': {
    readonly params: { readonly memberId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly items: readonly ({ readonly id: string; readonly name: string; readonly status: "active" | "archived"; readonly isLead: boolean; readonly addedAt: string })[] };
  };
  readonly 'project.place_member': {
    readonly params: { readonly projectId: string; readonly memberId: string };
    readonly query: undefined;
    readonly body: { readonly isLead?: boolean };
    readonly reply: undefined;
  };
  readonly 'project.restore': {
    readonly params: { readonly projectId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly id: string; readonly name: string; readonly description: string; readonly status: "active" | "archived"; readonly members: number; readonly isYours: boolean; readonly isLedByYou: boolean; readonly version: number; readonly createdAt: string; readonly createdBy: string | null; readonly archivedAt: string | null };
  };
  readonly 'project.take_out_member': {
    readonly params: { readonly projectId: string; readonly memberId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: undefined;
  };
  readonly 'project.update': {
    readonly params: { readonly projectId: string };
    readonly query: undefined;
    readonly body: { readonly name?: string; readonly description?: string };
    readonly reply: { readonly id: string; readonly name: string; readonly description: string; readonly status: "active" | "archived"; readonly members: number; readonly isYours: boolean; readonly isLedByYou: boolean; readonly version: number; readonly createdAt: string; readonly createdBy: string | null; readonly archivedAt: string | null };
  };
  readonly 'provider.create': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly name: string; readonly kind: "openai" | "anthropic" | "google" | "openai_compatible" | "ollama"; readonly baseUrl?: string; readonly apiKey?: string; readonly apiKeyRef?: string; readonly models?: readonly (string)[]; readonly local?: boolean; readonly currency?: string; readonly prices?: readonly ({ readonly model: string; readonly inputPerMillion: number; readonly outputPerMillion: number })[] };
    readonly reply: { readonly id: string; readonly name: string; readonly kind: "openai" | "anthropic" | "google" | "openai_compatible" | "ollama"; readonly baseUrl: string; readonly models: readonly (string)[] | null; readonly local: boolean; readonly currency: string; readonly prices: readonly ({ readonly model: string; readonly inputPerMillion: number; readonly outputPerMillion: number })[]; readonly secret: "sealed" | "reference" | "none"; readonly apiKeyRef: string | null; readonly exposedAt: string | null; readonly isBlocked: boolean; readonly version: number; readonly createdAt: string };
  };
  readonly 'provider.delete': {
    readonly params: { readonly providerId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: undefined;
  };
  readonly 'provider.get': {
    readonly params: { readonly providerId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly id: string; readonly name: string; readonly kind: "openai" | "anthropic" | "google" | "openai_compatible" | "ollama"; readonly baseUrl: string; readonly models: readonly (string)[] | null; readonly local: boolean; readonly currency: string; readonly prices: readonly ({ readonly model: string; readonly inputPerMillion: number; readonly outputPerMillion: number })[]; readonly secret: "sealed" | "reference" | "none"; readonly apiKeyRef: string | null; readonly exposedAt: string | null; readonly isBlocked: boolean; readonly version: number; readonly createdAt: string };
  };
  readonly 'provider.list': {
    readonly params: undefined;
    readonly query: { readonly limit?: number; readonly cursor?: string; readonly sort?: "createdAt" | "-createdAt" | "name" | "-name" | "kind" | "-kind"; readonly search?: string; readonly kind?: "openai" | "anthropic" | "google" | "openai_compatible" | "ollama" };
    readonly body: undefined;
    readonly reply: { readonly items: readonly ({ readonly id: string; readonly name: string; readonly kind: "openai" | "anthropic" | "google" | "openai_compatible" | "ollama"; readonly baseUrl: string; readonly models: readonly (string)[] | null; readonly local: boolean; readonly currency: string; readonly prices: readonly ({ readonly model: string; readonly inputPerMillion: number; readonly outputPerMillion: number })[]; readonly secret: "sealed" | "reference" | "none"; readonly apiKeyRef: string | null; readonly exposedAt: string | null; readonly isBlocked: boolean; readonly version: number; readonly createdAt: string })[]; readonly nextCursor: string | null };
  };
  readonly 'provider.mark_exposed': {
    readonly params: { readonly providerId: string };
    readonly query: undefined;
    readonly body: { readonly keepsWorking?: boolean };
    readonly reply: { readonly exposedAt: string; readonly isBlocked: boolean; readonly lastCalls: readonly ({ readonly at: string; readonly model: string; readonly keyId: string | null; readonly userId: string | null })[] };
  };
  readonly 'provider.test': {
    readonly params: { readonly providerId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly ok: boolean; readonly models: readonly (string)[]; readonly durationMs: number; readonly problem: string | null };
  };
  readonly 'provider.update': {
    readonly params: { readonly providerId: string };
    readonly query: undefined;
    readonly body: { readonly name?: string; readonly baseUrl?: string; readonly apiKey?: string; readonly apiKeyRef?: string; readonly models?: readonly (string)[] | null; readonly local?: boolean; readonly currency?: string; readonly prices?: readonly ({ readonly model: string; readonly inputPerMillion: number; readonly outputPerMillion: number })[] };
    readonly reply: { readonly id: string; readonly name: string; readonly kind: "openai" | "anthropic" | "google" | "openai_compatible" | "ollama"; readonly baseUrl: string; readonly models: readonly (string)[] | null; readonly local: boolean; readonly currency: string; readonly prices: readonly ({ readonly model: string; readonly inputPerMillion: number; readonly outputPerMillion: number })[]; readonly secret: "sealed" | "reference" | "none"; readonly apiKeyRef: string | null; readonly exposedAt: string | null; readonly isBlocked: boolean; readonly version: number; readonly createdAt: string };
  };
  readonly 'role.create': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly name: string; readonly description?: string; readonly permissions: readonly (string)[] };
    readonly reply: { readonly id: string; readonly name: string; readonly description: string; readonly permissions: readonly (string)[]; readonly members: number; readonly teams: number; readonly version: number; readonly createdAt: string };
  };
  readonly 'role.delete': {
    readonly params: { readonly roleId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly ended: { readonly members: number; readonly teams: number } };
  };
  readonly 'role.get': {
    readonly params: { readonly roleId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly id: string; readonly name: string; readonly description: string; readonly permissions: readonly (string)[]; readonly members: number; readonly teams: number; readonly version: number; readonly createdAt: string };
  };
  readonly 'role.give': {
    readonly params: { readonly roleId: string; readonly memberId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: undefined;
  };
  readonly 'role.list': {
    readonly params: undefined;
    readonly query: { readonly limit?: number; readonly cursor?: string; readonly sort?: "createdAt" | "-createdAt" | "name" | "-name"; readonly search?: string; readonly permission?: string };
    readonly body: undefined;
    readonly reply: { readonly items: readonly ({ readonly id: string; readonly name: string; readonly description: string; readonly permissions: readonly (string)[]; readonly members: number; readonly teams: number; readonly version: number; readonly createdAt: string })[]; readonly nextCursor: string | null };
  };
  readonly 'role.preview': {
    readonly params: { readonly roleId: string };
    readonly query: { readonly permissions: string };
    readonly body: undefined;
    readonly reply: { readonly added: readonly (string)[]; readonly removed: readonly (string)[]; readonly refused: readonly (string)[]; readonly people: readonly ({ readonly memberId: string; readonly name: string; readonly email: string; readonly gains: readonly (string)[]; readonly loses: readonly (string)[] })[]; readonly isWhole: boolean };
  };
  readonly 'role.take': {
    readonly params: { readonly roleId: string; readonly memberId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: undefined;
  };
  readonly 'role.update': {
    readonly params: { readonly roleId: string };
    readonly query: undefined;
    readonly body: { readonly name?: string; readonly description?: string; readonly permissions?: readonly (string)[] };
    readonly reply: { readonly id: string; readonly name: string; readonly description: string; readonly permissions: readonly (string)[]; readonly members: number; readonly teams: number; readonly version: number; readonly createdAt: string };
  };
  readonly 'session.create': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly email: string; readonly password: string; readonly organization?: string };
    readonly reply: { readonly expiresAt: string | null; readonly challenge: { readonly token: string; readonly proofs: readonly ("password" | "totp" | "passkey" | "recovery_code")[]; readonly expiresAt: string } | null };
  };
  readonly 'session.create_with_factor': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly challenge: string; readonly code?: string; readonly recoveryCode?: string; readonly passkey?: { readonly id: string; readonly rawId: string; readonly type: "public-key"; readonly authenticatorAttachment?: string | null; readonly clientExtensionResults?: Readonly<Record<string, unknown>>; readonly response: { readonly clientDataJSON: string; readonly authenticatorData: string; readonly signature: string; readonly userHandle?: string | null } } };
    readonly reply: { readonly expiresAt: string };
  };
  readonly 'session.create_with_passkey': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly passkey: { readonly id: string; readonly rawId: string; readonly type: "public-key"; readonly authenticatorAttachment?: string | null; readonly clientExtensionResults?: Readonly<Record<string, unknown>>; readonly response: { readonly clientDataJSON: string; readonly authenticatorData: string; readonly signature: string; readonly userHandle?: string | null } }; readonly organization?: string };
    readonly reply: { readonly expiresAt: string };
  };
  readonly 'session.delete': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: undefined;
  };
  readonly 'session.end_all_of_member': {
    readonly params: { readonly memberId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly ended: number };
  };
  readonly 'session.end_of_member': {
    readonly params: { readonly memberId: string; readonly sessionId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: undefined;
  };
  readonly 'session.end_one': {
    readonly params: { readonly sessionId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: undefined;
  };
  readonly 'session.end_others': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly ended: number };
  };
  readonly 'session.enter': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly organization: string };
    readonly reply: { readonly expiresAt: string };
  };
  readonly 'session.get': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly user: { readonly id: string; readonly name: string; readonly email: string } | null; readonly organization: { readonly id: string; readonly name: string; readonly slug: string }; readonly role: "owner" | "admin" | "member" | "viewer" | "guest"; readonly permissions: readonly (string)[]; readonly provenAt: string | null; readonly provenBy: "password" | "totp" | "passkey" | "recovery_code" | null; readonly needsFactor: boolean };
  };
  readonly 'session.list': {
    readonly params: undefined;
    readonly query: { readonly limit?: number; readonly cursor?: string; readonly sort?: "createdAt" | "-createdAt" | "lastSeenAt" | "-lastSeenAt" | "expiresAt" | "-expiresAt"; readonly search?: string };
    readonly body: undefined;
    readonly reply: { readonly items: readonly ({ readonly id: string; readonly createdAt: string; readonly lastSeenAt: string; readonly provenAt: string; readonly expiresAt: string; readonly address: string; readonly device: string; readonly organizationId: string; readonly isCurrent: boolean })[]; readonly nextCursor: string | null };
  };
  readonly 'session.list_of_member': {
    readonly params: { readonly memberId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly items: readonly ({ readonly id: string; readonly createdAt: string; readonly lastSeenAt: string; readonly provenAt: string; readonly expiresAt: string; readonly address: string; readonly device: string })[] };
  };
  readonly 'session.list_organizations': {
    readonly params: undefined;
    readonly query: { readonly limit?: number; readonly cursor?: string; readonly sort?: "name" | "-name"; readonly search?: string };
    readonly body: undefined;
    readonly reply: { readonly items: readonly ({ readonly id: string; readonly name: string; readonly slug: string; readonly role: "owner" | "admin" | "member" | "viewer" | "guest"; readonly isCurrent: boolean })[]; readonly nextCursor: string | null };
  };
  readonly 'session.prove': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly password?: string; readonly code?: string; readonly recoveryCode?: string; readonly passkey?: { readonly id: string; readonly rawId: string; readonly type: "public-key"; readonly authenticatorAttachment?: string | null; readonly clientExtensionResults?: Readonly<Record<string, unknown>>; readonly response: { readonly clientDataJSON: string; readonly authenticatorData: string; readonly signature: string; readonly userHandle?: string | null } } };
    readonly reply: { readonly provenAt: string; readonly provenBy: "password" | "totp" | "passkey" | "recovery_code" };
  };
  readonly 'setup.complete': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly token: string; readonly organization: { readonly name: string; readonly slug: string }; readonly owner: { readonly name: string; readonly email: string; readonly password: string } };
    readonly reply: { readonly organization: { readonly id: string; readonly slug: string; readonly name: string }; readonly user: { readonly id: string; readonly email: string }; readonly expiresAt: string };
  };
  readonly 'setup.issue_token': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly token: string; readonly expiresAt: string };
  };
  readonly 'setup.state': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly done: boolean };
  };
  readonly 'sign_in_policy.get': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly requireFactor: "none" | "admins" | "all"; readonly allowedFactors: readonly ("totp" | "passkey")[]; readonly graceHours: number; readonly sessionIdleMinutes: number | null; readonly sessionMaxMinutes: number | null; readonly passwordLengthMin: number | null; readonly requiredSince: string | null; readonly version: number };
  };
  readonly 'sign_in_policy.update': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly requireFactor: "none" | "admins" | "all"; readonly allowedFactors: readonly ("totp" | "passkey")[]; readonly graceHours: number; readonly sessionIdleMinutes: number | null; readonly sessionMaxMinutes: number | null; readonly passwordLengthMin: number | null };
    readonly reply: { readonly requireFactor: "none" | "admins" | "all"; readonly allowedFactors: readonly ("totp" | "passkey")[]; readonly graceHours: number; readonly sessionIdleMinutes: number | null; readonly sessionMaxMinutes: number | null; readonly passwordLengthMin: number | null; readonly requiredSince: string | null; readonly version: number };
  };
  readonly 'team.create': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly name: string; readonly description?: string };
    readonly reply: { readonly id: string; readonly name: string; readonly description: string; readonly members: number; readonly roles: readonly ({ readonly id: string; readonly name: string })[]; readonly isYours: boolean; readonly isLedByYou: boolean; readonly version: number; readonly createdAt: string };
  };
  readonly 'team.delete': {
    readonly params: { readonly teamId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly ended: { readonly members: number; readonly roles: number } };
  };
  readonly 'team.get': {
    readonly params: { readonly teamId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly id: string; readonly name: string; readonly description: string; readonly members: number; readonly roles: readonly ({ readonly id: string; readonly name: string })[]; readonly isYours: boolean; readonly isLedByYou: boolean; readonly version: number; readonly createdAt: string };
  };
  readonly 'team.give_role': {
    readonly params: { readonly teamId: string; readonly roleId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: undefined;
  };
  readonly 'team.list': {
    readonly params: undefined;
    readonly query: { readonly limit?: number; readonly cursor?: string; readonly sort?: "createdAt" | "-createdAt" | "name" | "-name"; readonly search?: string };
    readonly body: undefined;
    readonly reply: { readonly items: readonly ({ readonly id: string; readonly name: string; readonly description: string; readonly members: number; readonly roles: readonly ({ readonly id: string; readonly name: string })[]; readonly isYours: boolean; readonly isLedByYou: boolean; readonly version: number; readonly createdAt: string })[]; readonly nextCursor: string | null };
  };
  readonly 'team.list_members': {
    readonly params: { readonly teamId: string };
    readonly query: { readonly limit?: number; readonly cursor?: string; readonly sort?: "joinedAt" | "-joinedAt" | "name" | "-name" | "email" | "-email"; readonly search?: string; readonly place?: "lead" | "member" };
    readonly body: undefined;
    readonly reply: { readonly items: readonly ({ readonly memberId: string; readonly name: string; readonly email: string; readonly isLead: boolean; readonly joinedAt: string })[]; readonly nextCursor: string | null };
  };
  readonly 'team.place_member': {
    readonly params: { readonly teamId: string; readonly memberId: string };
    readonly query: undefined;
    readonly body: { readonly isLead?: boolean };
    readonly reply: undefined;
  };
  readonly 'team.take_out_member': {
    readonly params: { readonly teamId: string; readonly memberId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: undefined;
  };
  readonly 'team.take_role': {
    readonly params: { readonly teamId: string; readonly roleId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: undefined;
  };
  readonly 'team.update': {
    readonly params: { readonly teamId: string };
    readonly query: undefined;
    readonly body: { readonly name?: string; readonly description?: string };
    readonly reply: { readonly id: string; readonly name: string; readonly description: string; readonly members: number; readonly roles: readonly ({ readonly id: string; readonly name: string })[]; readonly isYours: boolean; readonly isLedByYou: boolean; readonly version: number; readonly createdAt: string };
  };
  readonly 'usage.sum': {
    readonly params: undefined;
    readonly query: { readonly from?: string; readonly to?: string; readonly groupBy?: "model" | "provider" | "api_key" | "user" | "day" };
    readonly body: undefined;
    readonly reply: { readonly from: string; readonly to: string; readonly items: readonly ({ readonly group: string | null; readonly name: string | null; readonly calls: number; readonly failures: number; readonly inputTokens: number; readonly outputTokens: number; readonly estimatedCalls: number })[]; readonly isWhole: boolean };
  };
  readonly 'webhook.create': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: { readonly name: string; readonly url: string };
    readonly reply: { readonly id: string; readonly name: string; readonly url: string; readonly isEnabled: boolean; readonly secretSetAt: string; readonly previousSecretEndsAt: string | null; readonly waiting: number; readonly dead: number; readonly version: number; readonly createdAt: string; readonly secret: string };
  };
  readonly 'webhook.delete': {
    readonly params: { readonly webhookId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: undefined;
  };
  readonly 'webhook.list': {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly items: readonly ({ readonly id: string; readonly name: string; readonly url: string; readonly isEnabled: boolean; readonly secretSetAt: string; readonly previousSecretEndsAt: string | null; readonly waiting: number; readonly dead: number; readonly version: number; readonly createdAt: string })[] };
  };
  readonly 'webhook.list_deliveries': {
    readonly params: { readonly webhookId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly items: readonly ({ readonly id: string; readonly type: string; readonly state: "waiting" | "delivered" | "dead"; readonly attempts: number; readonly createdAt: string; readonly nextAt: string | null; readonly triedAt: string | null; readonly lastStatus: number | null; readonly lastError: "unavailable" | "timed_out" | "unusable_reply" | "redirected" | "refused" | "gone" | "busy" | "canceled" | "disabled" | "unreadable" | "lost" | null })[]; readonly isWhole: boolean };
  };
  readonly 'webhook.redeliver': {
    readonly params: { readonly webhookId: string; readonly deliveryId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly id: string };
  };
  readonly 'webhook.rotate': {
    readonly params: { readonly webhookId: string };
    readonly query: undefined;
    readonly body: { readonly overlapHours?: number };
    readonly reply: { readonly secret: string; readonly previousSecretEndsAt: string | null };
  };
  readonly 'webhook.test': {
    readonly params: { readonly webhookId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly reply: { readonly id: string };
  };
  readonly 'webhook.update': {
    readonly params: { readonly webhookId: string };
    readonly query: undefined;
    readonly body: { readonly name?: string; readonly url?: string; readonly isEnabled?: boolean };
    readonly reply: { readonly id: string; readonly name: string; readonly url: string; readonly isEnabled: boolean; readonly secretSetAt: string; readonly previousSecretEndsAt: string | null; readonly waiting: number; readonly dead: number; readonly version: number; readonly createdAt: string };
  };
};

export type OperationId = keyof Operations;

/** Where an operation is, and who may use it: of each group of permissions one is enough; and the level of a grant that is. */
export type Place = { readonly method: string; readonly path: string; readonly permissions: readonly (readonly string[])[]; readonly granted?: "viewer" | "editor" | "manager" };

export const places: Readonly<Record<OperationId, Place>> = {
  'access_report.get': { method: 'GET', path: '/api/v1/access-report', permissions: [['access_report:read']] },
  'access_review.cancel': { method: 'DELETE', path: '/api/v1/access-reviews/{reviewId}', permissions: [['access_review:manage']] },
  'access_review.close': { method: 'POST', path: '/api/v1/access-reviews/{reviewId}/close', permissions: [['access_review:manage']] },
  'access_review.decide': { method: 'POST', path: '/api/v1/access-reviews/{reviewId}/decisions', permissions: [['access_review:decide']] },
  'access_review.evidence': { method: 'GET', path: '/api/v1/access-reviews/{reviewId}/evidence', permissions: [['access_review:read']] },
  'access_review.get': { method: 'GET', path: '/api/v1/access-reviews/{reviewId}', permissions: [['access_review:read']] },
  'access_review.get_schedule': { method: 'GET', path: '/api/v1/access-review-schedule', permissions: [['access_report:read']] },
  'access_review.list': { method: 'GET', path: '/api/v1/access-reviews', permissions: [['access_review:read']] },
  'access_review.list_items': { method: 'GET', path: '/api/v1/access-reviews/{reviewId}/items', permissions: [['access_review:read']] },
  'access_review.start': { method: 'POST', path: '/api/v1/access-reviews', permissions: [['access_review:manage']] },
  'access_review.update_schedule': { method: 'PUT', path: '/api/v1/access-review-schedule', permissions: [['access_review:manage']] },
  'account.change_email': { method: 'POST', path: '/api/v1/account/email', permissions: [['account:update']] },
  'account.change_password': { method: 'POST', path: '/api/v1/account/password', permissions: [['account:update']] },
  'account.confirm_email': { method: 'POST', path: '/api/v1/account/email/confirm', permissions: [] },
  'account.get': { method: 'GET', path: '/api/v1/account', permissions: [['account:read']] },
  'account.request_reset': { method: 'POST', path: '/api/v1/account/password/forgotten', permissions: [] },
  'account.reset_password': { method: 'POST', path: '/api/v1/account/password/reset', permissions: [] },
  'account.resume_by_operator': { method: 'POST', path: '/api/v1/people/resume', permissions: [['account:suspend']] },
  'account.send_verification': { method: 'POST', path: '/api/v1/account/email/verification', permissions: [['account:update']] },
  'account.suspend_by_operator': { method: 'POST', path: '/api/v1/people/suspend', permissions: [['account:suspend']] },
  'account.unlock_by_operator': { method: 'POST', path: '/api/v1/people/unlock', permissions: [['account:unlock']] },
  'account.unlock_member': { method: 'DELETE', path: '/api/v1/members/{memberId}/lock', permissions: [['account:unlock_members']] },
  'account.update': { method: 'PATCH', path: '/api/v1/account', permissions: [['account:update']] },
  'account.verify_email': { method: 'POST', path: '/api/v1/account/email/verify', permissions: [] },
  'api_key.create': { method: 'POST', path: '/api/v1/api-keys', permissions: [['api_key:create', 'security_configuration:manage']] },
  'api_key.get': { method: 'GET', path: '/api/v1/api-keys/{apiKeyId}', permissions: [['api_key:read']], granted: 'viewer' },
  'api_key.get_networks': { method: 'GET', path: '/api/v1/api-keys/{apiKeyId}/networks', permissions: [['api_key:read']], granted: 'viewer' },
  'api_key.get_reach': { method: 'GET', path: '/api/v1/api-keys/{apiKeyId}/reach', permissions: [['api_key:read']], granted: 'viewer' },
  'api_key.list': { method: 'GET', path: '/api/v1/api-keys', permissions: [['api_key:read']], granted: 'viewer' },
  'api_key.mark_exposed': { method: 'POST', path: '/api/v1/api-keys/{apiKeyId}/mark-exposed', permissions: [['api_key:revoke'], ['api_key:read']], granted: 'manager' },
  'api_key.revoke': { method: 'DELETE', path: '/api/v1/api-keys/{apiKeyId}', permissions: [['api_key:revoke']], granted: 'manager' },
  'api_key.revoke_leaked': { method: 'POST', path: '/api/v1/api-keys/revoke-leaked', permissions: [] },
  'api_key.rotate': { method: 'POST', path: '/api/v1/api-keys/{apiKeyId}/rotate', permissions: [['api_key:update', 'security_configuration:manage']] },
  'api_key.update': { method: 'PATCH', path: '/api/v1/api-keys/{apiKeyId}', permissions: [['api_key:update', 'security_configuration:manage']] },
  'api_key.update_networks': { method: 'PUT', path: '/api/v1/api-keys/{apiKeyId}/networks', permissions: [['api_key:restrict']] },
  'api_key.usage': { method: 'GET', path: '/api/v1/api-keys/{apiKeyId}/usage', permissions: [['api_key:read']], granted: 'viewer' },
  'audit.checkpoint': { method: 'GET', path: '/api/v1/audit/checkpoint', permissions: [['audit:verify']] },
  'audit.list': { method: 'GET', path: '/api/v1/audit', permissions: [['audit:read', 'audit:verify']] },
  'controls.get': { method: 'GET', path: '/api/v1/controls/{controlId}', permissions: [['controls:read']] },
  'controls.get_key': { method: 'GET', path: '/api/v1/controls/key', permissions: [['controls:read']] },
  'controls.get_run': { method: 'GET', path: '/api/v1/controls/runs/{runId}', permissions: [['controls:run']] },
  'controls.list': { method: 'GET', path: '/api/v1/controls', permissions: [['controls:read']] },
  'controls.run': { method: 'POST', path: '/api/v1/controls/runs', permissions: [['controls:run']] },
  'credential.report': { method: 'GET', path: '/api/v1/credentials', permissions: [['credential:read']] },
  'credential.update_schedule': { method: 'PUT', path: '/api/v1/credentials/schedule', permissions: [['security_configuration:manage']] },
  'emergency.collect': { method: 'POST', path: '/api/v1/emergency/session', permissions: [] },
  'emergency.end': { method: 'POST', path: '/api/v1/emergency/uses/{useId}/end', permissions: [['security_configuration:manage']] },
  'emergency.get': { method: 'GET', path: '/api/v1/emergency', permissions: [['security_configuration:manage']] },
  'emergency.open': { method: 'POST', path: '/api/v1/emergency/open', permissions: [] },
  'emergency.open_at_host': { method: 'POST', path: '/api/v1/emergency/break-glass', permissions: [['emergency:open_at_host']] },
  'emergency.review': { method: 'POST', path: '/api/v1/emergency/uses/{useId}/review', permissions: [['security_configuration:manage']] },
  'emergency.seal': { method: 'POST', path: '/api/v1/emergency/seal', permissions: [['security_configuration:manage']] },
  'factor.ask_for_passkey': { method: 'GET', path: '/api/v1/session/passkey/options', permissions: [] },
  'factor.confirm_totp': { method: 'POST', path: '/api/v1/account/factors/{factorId}/confirm', permissions: [['factor:manage']] },
  'factor.enroll_passkey': { method: 'POST', path: '/api/v1/account/factors/passkeys', permissions: [['factor:manage']] },
  'factor.list': { method: 'GET', path: '/api/v1/account/factors', permissions: [['factor:read']] },
  'factor.new_recovery_codes': { method: 'POST', path: '/api/v1/account/recovery-codes', permissions: [['factor:manage']] },
  'factor.remove': { method: 'DELETE', path: '/api/v1/account/factors/{factorId}', permissions: [['factor:manage']] },
  'factor.rename': { method: 'PATCH', path: '/api/v1/account/factors/{factorId}', permissions: [['factor:manage']] },
  'factor.reset_by_operator': { method: 'POST', path: '/api/v1/people/reset-factors', permissions: [['factor:reset']] },
  'factor.reset_of_member': { method: 'DELETE', path: '/api/v1/members/{memberId}/factors', permissions: [['factor:reset_members']] },
  'factor.start_passkey': { method: 'POST', path: '/api/v1/account/factors/passkeys/options', permissions: [['factor:manage']] },
  'factor.start_totp': { method: 'POST', path: '/api/v1/account/factors/totp', permissions: [['factor:manage']] },
  'grant.end': { method: 'DELETE', path: '/api/v1/grants/{grantId}', permissions: [['grant:end']], granted: 'manager' },
  'grant.give': { method: 'POST', path: '/api/v1/objects/{objectId}/grants', permissions: [['grant:give']], granted: 'manager' },
  'grant.list': { method: 'GET', path: '/api/v1/grants', permissions: [['grant:read']], granted: 'manager' },
  'grant.list_of_member': { method: 'GET', path: '/api/v1/members/{memberId}/grants', permissions: [['granted_object:read', 'grant:read']], granted: 'manager' },
  'grant.update': { method: 'PATCH', path: '/api/v1/grants/{grantId}', permissions: [['grant:end']], granted: 'manager' },
  'granted_object.list': { method: 'GET', path: '/api/v1/granted-objects', permissions: [['granted_object:read']] },
  'guest.invite': { method: 'POST', path: '/api/v1/objects/{objectId}/guests', permissions: [['grant:give'], ['invitation:create']] },
  'invitation.accept': { method: 'POST', path: '/api/v1/invitations/accept', permissions: [] },
  'invitation.cancel': { method: 'DELETE', path: '/api/v1/invitations/{invitationId}', permissions: [['invitation:update']] },
  'invitation.create': { method: 'POST', path: '/api/v1/invitations', permissions: [['invitation:create']] },
  'invitation.enter': { method: 'POST', path: '/api/v1/invitations/enter', permissions: [['invitation:accept']] },
  'invitation.list': { method: 'GET', path: '/api/v1/invitations', permissions: [['invitation:read']] },
  'invitation.look': { method: 'POST', path: '/api/v1/invitations/look', permissions: [] },
  'invitation.renew': { method: 'POST', path: '/api/v1/invitations/{invitationId}/renewal', permissions: [['invitation:update']] },
  'mail.issue_link': { method: 'POST', path: '/api/v1/outbox/link', permissions: [['mail:open']] },
  'mail.list': { method: 'GET', path: '/api/v1/mail', permissions: [['mail:read']] },
  'mail.list_by_link': { method: 'POST', path: '/api/v1/outbox/list', permissions: [] },
  'mail.read_by_link': { method: 'POST', path: '/api/v1/outbox/mail', permissions: [] },
  'mail.show': { method: 'GET', path: '/api/v1/mail/{mailId}', permissions: [['mail:open']] },
  'member.leave': { method: 'DELETE', path: '/api/v1/membership', permissions: [['member:leave']] },
  'member.list': { method: 'GET', path: '/api/v1/members', permissions: [['member:read']] },
  'member.permissions': { method: 'GET', path: '/api/v1/members/{memberId}/permissions', permissions: [['role:explain']] },
  'member.remove': { method: 'DELETE', path: '/api/v1/members/{memberId}', permissions: [['member:remove']] },
  'member.resume': { method: 'DELETE', path: '/api/v1/members/{memberId}/suspension', permissions: [['member:suspend']] },
  'member.suspend': { method: 'PUT', path: '/api/v1/members/{memberId}/suspension', permissions: [['member:suspend']] },
  'member.update': { method: 'PATCH', path: '/api/v1/members/{memberId}', permissions: [['member:update']] },
  'network_rules.check': { method: 'POST', path: '/api/v1/organization/network-rules/check', permissions: [['network_rules:read']] },
  'network_rules.clear': { method: 'POST', path: '/api/v1/networks/clear', permissions: [['network_rules:clear']] },
  'network_rules.get': { method: 'GET', path: '/api/v1/organization/network-rules', permissions: [['network_rules:read']] },
  'network_rules.update': { method: 'PUT', path: '/api/v1/organization/network-rules', permissions: [['security_configuration:manage']] },
  'organization.get': { method: 'GET', path: '/api/v1/organization', permissions: [['organization:read']] },
  'organization.update': { method: 'PATCH', path: '/api/v1/organization', permissions: [['organization:update']] },
  'ownership.accept_offer': { method: 'POST', path: '/api/v1/organization/ownership-offer/acceptance', permissions: [['ownership:answer']] },
  'ownership.cancel_offer': { method: 'DELETE', path: '/api/v1/organization/ownership-offer', permissions: [['ownership:offer']] },
  'ownership.decline_offer': { method: 'POST', path: '/api/v1/organization/ownership-offer/refusal', permissions: [['ownership:answer']] },
  'ownership.get_offer': { method: 'GET', path: '/api/v1/organization/ownership-offer', permissions: [['ownership:read']] },
  'ownership.offer': { method: 'POST', path: '/api/v1/organization/ownership-offer', permissions: [['ownership:offer']] },
  'permission.list': { method: 'GET', path: '/api/v1/permissions', permissions: [['role:read']] },
  'project.archive': { method: 'PUT', path: '/api/v1/projects/{projectId}/archive', permissions: [['project:update']] },
  'project.create': { method: 'POST', path: '/api/v1/projects', permissions: [['project:create']] },
  'project.delete': { method: 'DELETE', path: '/api/v1/projects/{projectId}', permissions: [['project:delete']] },
  'project.get': { method: 'GET', path: '/api/v1/projects/{projectId}', permissions: [['project:read']] },
  'project.leave': { method: 'DELETE', path: '/api/v1/projects/{projectId}/membership', permissions: [['project:leave']] },
  'project.list': { method: 'GET', path: '/api/v1/projects', permissions: [['project:read']] },
  'project.list_members': { method: 'GET', path: '/api/v1/projects/{projectId}/members', permissions: [['project:read']] },
  'project.list_of_member': { method: 'GET', path: '/api/v1/members/{memberId}/projects', permissions: [['project:read']] },
  'project.place_member': { method: 'PUT', path: '/api/v1/projects/{projectId}/members/{memberId}', permissions: [['project:read'], ['project:manage_members'], ['member:read']] },
  'project.restore': { method: 'DELETE', path: '/api/v1/projects/{projectId}/archive', permissions: [['project:update']] },
  'project.take_out_member': { method: 'DELETE', path: '/api/v1/projects/{projectId}/members/{memberId}', permissions: [['project:read'], ['project:manage_members'], ['member:read']] },
  'project.update': { method: 'PATCH', path: '/api/v1/projects/{projectId}', permissions: [['project:update']] },
  'provider.create': { method: 'POST', path: '/api/v1/providers', permissions: [['provider:create']] },
  'provider.delete': { method: 'DELETE', path: '/api/v1/providers/{providerId}', permissions: [['provider:delete']], granted: 'manager' },
  'provider.get': { method: 'GET', path: '/api/v1/providers/{providerId}', permissions: [['provider:read']], granted: 'viewer' },
  'provider.list': { method: 'GET', path: '/api/v1/providers', permissions: [['provider:read']], granted: 'viewer' },
  'provider.mark_exposed': { method: 'POST', path: '/api/v1/providers/{providerId}/mark-exposed', permissions: [['provider:expose']] },
  'provider.test': { method: 'POST', path: '/api/v1/providers/{providerId}/test', permissions: [['provider:test']] },
  'provider.update': { method: 'PATCH', path: '/api/v1/providers/{providerId}', permissions: [['provider:update']], granted: 'editor' },
  'role.create': { method: 'POST', path: '/api/v1/roles', permissions: [['role:manage']] },
  'role.delete': { method: 'DELETE', path: '/api/v1/roles/{roleId}', permissions: [['role:manage']] },
  'role.get': { method: 'GET', path: '/api/v1/roles/{roleId}', permissions: [['role:read']] },
  'role.give': { method: 'PUT', path: '/api/v1/roles/{roleId}/members/{memberId}', permissions: [['role:give']] },
  'role.list': { method: 'GET', path: '/api/v1/roles', permissions: [['role:read']] },
  'role.preview': { method: 'GET', path: '/api/v1/roles/{roleId}/preview', permissions: [['role:manage']] },
  'role.take': { method: 'DELETE', path: '/api/v1/roles/{roleId}/members/{memberId}', permissions: [['role:give']] },
  'role.update': { method: 'PATCH', path: '/api/v1/roles/{roleId}', permissions: [['role:manage']] },
  'session.create': { method: 'POST', path: '/api/v1/session', permissions: [] },
  'session.create_with_factor': { method: 'POST', path: '/api/v1/session/factor', permissions: [] },
  'session.create_with_passkey': { method: 'POST', path: '/api/v1/session/passkey', permissions: [] },
  'session.delete': { method: 'DELETE', path: '/api/v1/session', permissions: [['session:end']] },
  'session.end_all_of_member': { method: 'DELETE', path: '/api/v1/members/{memberId}/sessions', permissions: [['session:end_members']] },
  'session.end_of_member': { method: 'DELETE', path: '/api/v1/members/{memberId}/sessions/{sessionId}', permissions: [['session:end_members']] },
  'session.end_one': { method: 'DELETE', path: '/api/v1/sessions/{sessionId}', permissions: [['session:end']] },
  'session.end_others': { method: 'DELETE', path: '/api/v1/sessions', permissions: [['session:end']] },
  'session.enter': { method: 'POST', path: '/api/v1/session/organization', permissions: [['session:end']] },
  'session.get': { method: 'GET', path: '/api/v1/session', permissions: [['session:read']] },
  'session.list': { method: 'GET', path: '/api/v1/sessions', permissions: [['session:list']] },
  'session.list_of_member': { method: 'GET', path: '/api/v1/members/{memberId}/sessions', permissions: [['session:list_members']] },
  'session.list_organizations': { method: 'GET', path: '/api/v1/session/organizations', permissions: [['session:list_organizations']] },
  'session.prove': { method: 'POST', path: '/api/v1/session/proof', permissions: [['session:prove']] },
  'setup.complete': { method: 'POST', path: '/api/v1/setup', permissions: [] },
  'setup.issue_token': { method: 'POST', path: '/api/v1/setup/token', permissions: [['setup:issue']] },
  'setup.state': { method: 'GET', path: '/api/v1/setup', permissions: [] },
  'sign_in_policy.get': { method: 'GET', path: '/api/v1/organization/sign-in-policy', permissions: [['sign_in_policy:read']] },
  'sign_in_policy.update': { method: 'PUT', path: '/api/v1/organization/sign-in-policy', permissions: [['security_configuration:manage']] },
  'team.create': { method: 'POST', path: '/api/v1/teams', permissions: [['team:manage']] },
  'team.delete': { method: 'DELETE', path: '/api/v1/teams/{teamId}', permissions: [['team:manage']] },
  'team.get': { method: 'GET', path: '/api/v1/teams/{teamId}', permissions: [['team:read']] },
  'team.give_role': { method: 'PUT', path: '/api/v1/teams/{teamId}/roles/{roleId}', permissions: [['role:give']] },
  'team.list': { method: 'GET', path: '/api/v1/teams', permissions: [['team:read']] },
  'team.list_members': { method: 'GET', path: '/api/v1/teams/{teamId}/members', permissions: [['team:read']] },
  'team.place_member': { method: 'PUT', path: '/api/v1/teams/{teamId}/members/{memberId}', permissions: [['team:fill'], ['team:read']] },
  'team.take_out_member': { method: 'DELETE', path: '/api/v1/teams/{teamId}/members/{memberId}', permissions: [['team:fill'], ['team:read']] },
  'team.take_role': { method: 'DELETE', path: '/api/v1/teams/{teamId}/roles/{roleId}', permissions: [['role:give']] },
  'team.update': { method: 'PATCH', path: '/api/v1/teams/{teamId}', permissions: [['team:manage']] },
  'usage.sum': { method: 'GET', path: '/api/v1/usage', permissions: [['usage:read']] },
  'webhook.create': { method: 'POST', path: '/api/v1/webhooks', permissions: [['security_configuration:manage']] },
  'webhook.delete': { method: 'DELETE', path: '/api/v1/webhooks/{webhookId}', permissions: [['security_configuration:manage']] },
  'webhook.list': { method: 'GET', path: '/api/v1/webhooks', permissions: [['security_configuration:manage']] },
  'webhook.list_deliveries': { method: 'GET', path: '/api/v1/webhooks/{webhookId}/deliveries', permissions: [['security_configuration:manage']] },
  'webhook.redeliver': { method: 'POST', path: '/api/v1/webhooks/{webhookId}/deliveries/{deliveryId}/redeliver', permissions: [['security_configuration:manage']] },
  'webhook.rotate': { method: 'POST', path: '/api/v1/webhooks/{webhookId}/rotate', permissions: [['security_configuration:manage']] },
  'webhook.test': { method: 'POST', path: '/api/v1/webhooks/{webhookId}/test', permissions: [['security_configuration:manage']] },
  'webhook.update': { method: 'PATCH', path: '/api/v1/webhooks/{webhookId}', permissions: [['security_configuration:manage']] },
};
