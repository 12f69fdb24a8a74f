// Who is calling. Authority comes from the credential alone; a principal carries one organization at most.
import { kernelErrors } from './errors.ts';
import type { NetworkRule } from './networks.ts';
import type { BuiltInRole, PermissionBits, Reach } from './permissions.ts';
import { NO_REACH } from './permissions.ts';

export type Anonymous = { readonly kind: 'anonymous'; readonly reach: Reach };

export const FACTOR_KINDS = ['totp', 'passkey'] as const;
export type FactorKind = (typeof FACTOR_KINDS)[number];
/** What a person showed last; all but the password are factors. */
export type Proof = 'password' | FactorKind | 'recovery_code';

export type UserPrincipal = {
  readonly kind: 'user';
  readonly userId: string;
  readonly sessionId: string;
  readonly orgId: string;
  readonly memberId: string;
  readonly role: BuiltInRole;
  readonly reach: Reach;
  /** The organization's epochs when the credential was looked up; caches of an older one are stale. */
  readonly epoch: string;
  /** From where the credential may be used; every one of them that has to do with the path must let the caller in. */
  readonly networks: readonly NetworkRule[];
  /** When the person last proved who they are (sign-in or step-up). */
  readonly provenAt: Date;
  readonly provenBy: Proof;
  /** The kinds of second factors the person has. */
  readonly factorKinds: readonly FactorKind[];
  /** The organization demands a factor that this session has not shown: its reach is to show or enroll one, and to leave. */
  readonly isUnproven: boolean;
};

export const KEY_KINDS = ['personal', 'service', 'publishable'] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

export type KeyPrincipal = {
  readonly kind: 'api_key';
  readonly keyKind: KeyKind;
  readonly keyId: string;
  readonly orgId: string;
  /** Whom the key acts for: its member, or the one that the request named and the key may act for; else nobody. */
  readonly userId?: string;
  readonly memberId?: string;
  readonly role?: BuiltInRole;
  readonly reach: Reach;
  /** Why it reaches nothing, though the key is good: who it shall act for, or where the request comes from. */
  readonly refusedFor?: 'person' | 'origin';
  /** Calls a minute; undefined is what the installation gives every key. */
  readonly perMinute?: number;
  /** The organization's epochs when the credential was looked up; caches of an older one are stale. */
  readonly epoch: string;
  /** From where the credential may be used; every one of them that has to do with the path must let the caller in. */
  readonly networks: readonly NetworkRule[];
  readonly standing: Standing;
};

/** What was looked up, and a digest of all that was found: who finds the same again in the same way has identified the key anew. */
export type Standing = { readonly keyId: string; readonly onBehalfOf: string | null; readonly digest: string };

/** The operator at the admin socket of the host: holds system permissions only, belongs to no organization. */
export type OperatorPrincipal = { readonly kind: 'operator'; readonly uid: number; readonly reach: Reach };

/** A job runs for who enqueued it; its rights are worked out again when it runs. */
export type JobPrincipal = {
  readonly kind: 'job';
  readonly job: string;
  readonly onBehalfOf: Actor;
  readonly reach: Reach;
};

/**
 * An hour in an organization with an owner's reach, opened by break-glass. Nobody in particular is behind it: what belongs to a
 * person (their account, factors, keys, models on their name) is out of its reach, and so is what would outlast the hour.
 */
export type EmergencyPrincipal = {
  readonly kind: 'emergency';
  readonly useId: string;
  readonly orgId: string;
  readonly role: BuiltInRole;
  /** An owner's: what is compared when somebody acts upon others, or hands on rights. */
  readonly reach: Reach;
  /** What it may not use itself, whatever its reach says. */
  readonly withheld: PermissionBits;
  /** The organization's epochs when the credential was looked up. */
  readonly epoch: string;
  readonly endsAt: Date;
};

export type Principal =
  | Anonymous
  | UserPrincipal
  | KeyPrincipal
  | OperatorPrincipal
  | JobPrincipal
  | EmergencyPrincipal;

export const ANONYMOUS: Anonymous = Object.freeze({ kind: 'anonymous', reach: NO_REACH });

/** What a decision looks at: what somebody reaches, which person they are if any, and what they may not use themselves. */
export type Authority = { readonly reach: Reach; readonly userId?: string; readonly withheld?: PermissionBits };

/** How a principal stands in the audit log: ids only, no names or addresses of people. */
export type Actor = { readonly kind: Principal['kind']; readonly id: string; readonly user?: string };

export function actorOf(principal: Principal): Actor {
  switch (principal.kind) {
    case 'anonymous':
      return { kind: 'anonymous', id: '-' };
    case 'user':
      return { kind: 'user', id: principal.sessionId, user: principal.userId };
    case 'api_key':
      return {
        kind: 'api_key',
        id: principal.keyId,
        ...(principal.userId === undefined ? {} : { user: principal.userId }),
      };
    case 'operator':
      return { kind: 'operator', id: String(principal.uid) };
    case 'emergency':
      return { kind: 'emergency', id: principal.useId };
    case 'job':
      return {
        kind: 'job',
        id: principal.job,
        ...(principal.onBehalfOf.user === undefined ? {} : { user: principal.onBehalfOf.user }),
      };
  }
}

/** The organization the principal's credential carries, if any. */
export function orgOf(principal: Principal): string | undefined {
  return 'orgId' in principal ? principal.orgId : undefined;
}

/** The same, where there must be one. Throws `auth.forbidden` for who is in no organization. */
export function getOrg(principal: Principal): string {
  const orgId = orgOf(principal);
  if (orgId === undefined) throw kernelErrors['auth.forbidden']();
  return orgId;
}

/** The person behind the principal, if any. */
export function personOf({ userId }: Authority): string | undefined {
  return userId;
}
