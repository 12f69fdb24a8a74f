// The life of a data key version as a pure model: which step follows which, and what must be proven before each.
import type { CanaryProof } from './data-key-canary.ts';

/**
 * staged: stored, not used yet · active: seals and opens · decrypt-only: opens what it sealed · retired: nothing refers to
 * it, kept for backups · destroyed: its bytes are gone everywhere.
 */
export type DataKeyState = 'staged' | 'active' | 'decrypt-only' | 'retired' | 'destroyed';

/** One version of an organization's data key, without the key. */
export interface DataKeyVersion {
  readonly id: string;
  readonly orgId: string;
  readonly version: number;
  readonly state: DataKeyState;
}

/** What activation rests on. */
export interface ActivationFacts {
  /** That the key as stored unwraps and opens its canary. */
  readonly proof: CanaryProof;
  readonly isDurable: boolean;
  /** A replica without the version couldn't open what the others seal. */
  readonly isOnEveryReplica: boolean;
}

/** Every backup that may hold the key has expired, or somebody ordered the shredding (by the id of that approval). */
export type DestructionReason = { readonly backupsLeft: number } | { readonly shredOrderId: string };

/** A step and the facts it rests on; the facts are checked here, so that no caller forgets one. */
export type DataKeyStep =
  | ({ readonly to: 'active' } & ActivationFacts)
  /** A newer version took over, or the key is suspected: until another is active nothing is sealed. */
  | { readonly to: 'decrypt-only' }
  /** Values still sealed under it, by a scan over every sealed column. */
  | { readonly to: 'retired'; readonly referenceCount: number }
  | { readonly to: 'destroyed'; readonly because: DestructionReason };

export type DataKeyStepFault =
  | 'illegal_step'
  | 'not_proven'
  | 'not_durable'
  | 'not_on_every_replica'
  | 'still_referenced'
  | 'backups_left'
  | 'no_shred_order';

export type DataKeyStepResult =
  | { readonly ok: true; readonly version: DataKeyVersion }
  | { readonly ok: false; readonly reason: DataKeyStepFault };

const nextStates: Readonly<Record<DataKeyState, readonly DataKeyState[]>> = {
  // A staged key that fails its canary has sealed nothing and is destroyed by order.
  staged: ['active', 'destroyed'],
  // Crypto-shredding takes an organization's key from use at once.
  active: ['decrypt-only', 'destroyed'],
  'decrypt-only': ['retired', 'destroyed'],
  retired: ['destroyed'],
  destroyed: [],
};

/** The version after the step, or why not. No step leads back: a retired key returns only with the backup that knew it active. */
export function advanceDataKey(version: DataKeyVersion, step: DataKeyStep): DataKeyStepResult {
  const reason = nextStates[version.state].includes(step.to) ? findMissingFact(version, step) : 'illegal_step';
  if (reason !== undefined) return { ok: false, reason };
  return { ok: true, version: { ...version, state: step.to } };
}

/** Whether values may be opened under it. Staged counts: another replica may have heard of the activation first. */
export function canOpenWith(version: DataKeyVersion): boolean {
  return version.state === 'staged' || version.state === 'active' || version.state === 'decrypt-only';
}

export type ActivationResult =
  | { readonly ok: true; readonly versions: readonly DataKeyVersion[] }
  | { readonly ok: false; readonly reason: DataKeyStepFault | 'unknown_version' | 'foreign_organization' };

/**
 * All versions of one organization after one of them becomes active; the one before becomes decrypt-only in the same
 * breath, so that there are never two.
 */
export function activateDataKey(
  versions: readonly DataKeyVersion[],
  dataKeyId: string,
  facts: ActivationFacts,
): ActivationResult {
  const chosen = versions.find(({ id }) => id === dataKeyId);
  if (chosen === undefined) return { ok: false, reason: 'unknown_version' };
  if (versions.some(({ orgId }) => orgId !== chosen.orgId)) return { ok: false, reason: 'foreign_organization' };
  const activated = advanceDataKey(chosen, { to: 'active', ...facts });
  if (!activated.ok) return activated;
  const after = versions.map((version): DataKeyVersion => {
    if (version === chosen) return activated.version;
    return version.state === 'active' ? { ...version, state: 'decrypt-only' } : version;
  });
  return { ok: true, versions: after };
}

/** The version that seals; undefined while none may. Throws Error on two: the store broke an invariant. */
export function findActiveVersion(versions: readonly DataKeyVersion[]): DataKeyVersion | undefined {
  const [active, second] = versions.filter(({ state }) => state === 'active');
  if (second !== undefined) throw new Error('an organization has two active data keys');
  return active;
}

function findMissingFact(version: DataKeyVersion, step: DataKeyStep): DataKeyStepFault | undefined {
  if (step.to === 'active') return findMissingProof(version, step);
  if (step.to === 'destroyed') return findMissingReason(version, step.because);
  if (step.to === 'retired') return step.referenceCount === 0 ? undefined : 'still_referenced';
  // A step added later has to say here what it rests on.
  step satisfies { to: 'decrypt-only' };
  return undefined;
}

function findMissingProof(version: DataKeyVersion, step: ActivationFacts): DataKeyStepFault | undefined {
  if (step.proof.dataKeyId !== version.id || step.proof.orgId !== version.orgId) return 'not_proven';
  if (!step.isDurable) return 'not_durable';
  return step.isOnEveryReplica ? undefined : 'not_on_every_replica';
}

function findMissingReason(version: DataKeyVersion, because: DestructionReason): DataKeyStepFault | undefined {
  if ('shredOrderId' in because) return because.shredOrderId === '' ? 'no_shred_order' : undefined;
  // Waiting for backups only ends a key that nothing refers to; everything else takes an order.
  if (version.state !== 'retired') return 'no_shred_order';
  return because.backupsLeft === 0 ? undefined : 'backups_left';
}
