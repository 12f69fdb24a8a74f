// What `prepare`, credentials and streams may use outside a transaction. A handler gets none of it.
import type { OpenWithVersionsResult, StoredDataKey } from '#crypto/data-keys.ts';
import type { OpenResult, SealContext } from '#crypto/envelope.ts';
import type { HashQueue } from '#crypto/hash-queue.ts';
import type { RootKey } from '#crypto/roots.ts';
import type { Secret } from '#crypto/secret.ts';
import type { Signer } from '#crypto/signing.ts';
import type { Lookup } from '#db/lookup.ts';
import type { Limit, LimitStore } from './limits/limits.ts';
import type { ObjectKinds } from './object-kinds.ts';
import type { Roles } from './permissions.ts';
import type { Outbound } from '#outbound/outbound.ts';
import type { Smtp } from '#outbound/smtp.ts';
import type { Verification } from '#verification/verification.ts';

/** What is bound into a sealed value beside the organization, which the sealer adds itself. */
export type SealedAt = Omit<SealContext, 'orgId'>;

/** Seals and opens values of one organization with its data keys, already unwrapped: pure from here on. */
export type OrgSealer = {
  readonly seal: (at: SealedAt, plaintext: Secret<Uint8Array>) => Buffer;
  readonly open: (at: SealedAt, sealed: Uint8Array) => OpenWithVersionsResult;
};

/** The same for values that belong to the installation or to a person; its key derives from the root key. */
export type InstallationSealer = {
  readonly seal: (at: SealedAt, plaintext: Secret<Uint8Array>) => Buffer;
  readonly open: (at: SealedAt, sealed: Uint8Array) => OpenResult;
};

/** What a one-time token is for. A hash made for one purpose never answers for another. */
export type OneTimePurpose =
  | 'password_reset'
  | 'email_verification'
  | 'email_change_old'
  | 'email_change_new'
  | 'sign_in_challenge';

/** What tokens are stored under. Hashes of one kind never answer for another. */
export type LookupKind =
  | 'session'
  | 'api_key'
  | 'setup'
  | 'recovery_code'
  | 'device'
  | 'account_lock'
  | 'mail_reading'
  | 'invitation'
  | 'emergency_part'
  | 'emergency_code'
  | 'emergency_request'
  | 'emergency_session'
  | OneTimePurpose;

/** What the audit log needs: pseudonyms of streams, and the signature under checkpoints. */
export type AuditKeys = { readonly pseudonymKey: RootKey<'audit-pseudonym'>; readonly signer: Signer };

export type Keyring = {
  /** The key under which tokens of a kind are stored; `session` hashes never answer for `api_key`. */
  readonly lookupKey: (kind: LookupKind) => RootKey<'lookup'>;
  /** Signs challenges that are not stored. */
  readonly challengeKey: RootKey<'challenge'>;
  readonly idempotencyKey: RootKey<'idempotency'>;
  readonly installationSealer: InstallationSealer;
  /** The sealer of an organization; throws `server.unavailable` when its keys can't be had, never a fallback. */
  readonly forOrg: (orgId: string) => Promise<OrgSealer>;
  /** An active, proven first version for a new organization; it goes, wrapped, into the founding transaction. */
  readonly newDataKey: (orgId: string) => Promise<StoredDataKey>;
  readonly audit: AuditKeys;
  /** From which an organization that exists to be probed has its password. */
  readonly probeKey: (tenant: string) => RootKey<'probe-tenant'>;
  /** Signs the reports of controls. */
  readonly reportSigner: Signer;
  /** Under which secrets in evidence become fingerprints. */
  readonly fingerprintKey: RootKey<'fingerprint'>;
};

export type SessionCookie = {
  readonly set: (token: Secret<string>, maxAgeSeconds: number) => string;
  readonly clear: () => string;
  /** The cookie of a device that signed in: it proves nothing, and outlives the session. */
  readonly setDevice: (token: Secret<string>, maxAgeSeconds: number) => string;
};

/** Secrets that stay outside the database, named by `env:NAME` or `file:/path`: only those that the operator has listed. */
export type SecretReferences = {
  /** Whether the secret may be sent to the origin of this URL. */
  readonly isAllowed: (reference: string, baseUrl: string) => boolean;
  /** Throws `server.unavailable` for one that is not listed for the URL's origin (any more) or cannot be read. */
  readonly read: (reference: string, baseUrl: string) => Promise<Secret<string>>;
};

export type Tools = {
  readonly lookup: Lookup;
  readonly passwords: HashQueue;
  readonly keyring: Keyring;
  readonly outbound: Outbound;
  /** Sends mail; undefined where no mail server is named, and mail waits in the outbox. */
  readonly mailer: Pick<Smtp, 'send'> | undefined;
  /** The address that people use, for links. */
  readonly publicOrigin: () => string;
  readonly limits: LimitStore;
  readonly roles: Roles;
  /** What grants can be on. */
  readonly objects: ObjectKinds;
  /** How many wrong passwords an account at one address, and an address, may have (ID3). */
  readonly signInFailures: {
    readonly account: Limit;
    readonly address: Limit;
    /** Failures within 15 minutes that lock an account; the product's own number unless a test says otherwise. */
    readonly toLock?: number;
  };
  readonly newId: () => string;
  /** Renders the session cookie; its name and attributes belong to the edge. */
  readonly sessionCookie: SessionCookie;
  readonly secretReferences: SecretReferences;
  /** The state of the controls; undefined until the server is up, and where nothing is served. */
  readonly verification: () => Verification | undefined;
  /** Whether who belongs to no organization gets one of their own at sign-in. */
  readonly hasPersonalOrganizations: boolean;
  /** Whether other machines are meant to reach the server; decides what is demanded of powerful people. */
  readonly isExposed: boolean;
  /** Calls a minute that a key has unless it says otherwise, and the most it can be given: what its organization has. */
  readonly keyLimits: { readonly perMinute: number; readonly perMinuteMax: number };
  readonly sessionLimits: { readonly idleMinutes: number; readonly absoluteMinutes: number };
};
