// Puts the running parts together over an open database: one place that knows how a kernel is made, used by main and by tests.
import { createHashQueue } from '#crypto/hash-queue.ts';
import type { KekProvider } from '#crypto/kek.ts';
import { newUuid } from '#crypto/random.ts';
import { createLookup, type Lookup } from '#db/lookup.ts';
import type { Lanes } from '#db/pool.ts';
import { watchEpochs } from '#kernel/epochs.ts';
import type { Kernel, LimitTable } from '#kernel/kernel.ts';
import type { LimitStore } from '#kernel/limits/limits.ts';
import type { Module } from '#kernel/module.ts';
import { type Attempt, watchProbing } from '#kernel/probing.ts';
import { createRecorder } from '#kernel/recorder.ts';
import { buildRegistry, type Registry } from '#kernel/registry.ts';
import type { SecretReferences, SessionCookie, Tools } from '#kernel/tools.ts';
import { findOwnAccount, isProbe } from '#modules/identity.ts';
import { openKeyring } from '#modules/keyring.ts';
import type { Outbound } from '#outbound/outbound.ts';

export type Parts = {
  readonly modules: readonly Module[];
  readonly lanes: Lanes;
  readonly provider: KekProvider;
  readonly limits: (lookup: Tools['lookup']) => LimitStore;
  readonly limitTable: LimitTable;
  readonly signInFailures: Tools['signInFailures'];
  readonly outbound: Outbound;
  readonly mailer: Tools['mailer'];
  readonly publicOrigin: Tools['publicOrigin'];
  readonly sessionCookie: SessionCookie;
  readonly secretReferences: SecretReferences;
  readonly hasPersonalOrganizations: boolean;
  readonly isExposed: boolean;
  readonly sessionLimits: Tools['sessionLimits'];
  readonly verification: Tools['verification'];
  readonly onUnexpected: Kernel['onUnexpected'];
  /** Somebody, and not the installation itself, has asked for too much that does not exist for them. */
  readonly onProbing: (attempt: Attempt) => void;
  /** A trace of a refusal could not be written. */
  readonly onTraceLost: (error: unknown) => void;
};

export type Assembled = { readonly kernel: Kernel; readonly close: () => Promise<void> };

/** Hashes at once: each takes a thread of Node's pool, of which files and names need some too. */
const HASHES_AT_ONCE = 2;
const HASHES_WAITING_MAX = 64;

/** Throws when the registry is inconsistent (all faults at once) or the keyring refuses to open. */
export async function assemble(parts: Parts): Promise<Assembled> {
  const registry = registryFor(buildRegistry(parts.modules), parts.isExposed);
  const lookup = createLookup(parts.lanes);
  const keyring = await openKeyring({ lanes: parts.lanes, lookup, provider: parts.provider, newId: newUuid });
  const limits = parts.limits(lookup);
  const { lanes, onTraceLost: onLost } = parts;
  const onAlarm = async (attempt: Attempt): Promise<void> => {
    if (!(await isOwnProbe(lookup, attempt))) parts.onProbing(attempt);
  };
  const recorder = createRecorder({ lanes, onLost, probing: watchProbing({ lanes, limits, onAlarm, onLost }) });
  const epochs = watchEpochs(lookup);
  const tools: Tools = {
    lookup,
    passwords: createHashQueue({ concurrency: HASHES_AT_ONCE, queueMax: HASHES_WAITING_MAX }),
    keyring,
    outbound: parts.outbound,
    mailer: parts.mailer,
    publicOrigin: parts.publicOrigin,
    limits,
    roles: registry.roles,
    objects: registry.objects,
    signInFailures: parts.signInFailures,
    newId: newUuid,
    sessionCookie: parts.sessionCookie,
    secretReferences: parts.secretReferences,
    hasPersonalOrganizations: parts.hasPersonalOrganizations,
    isExposed: parts.isExposed,
    keyLimits: { perMinute: parts.limitTable.api_key.perMinute, perMinuteMax: parts.limitTable.organization.perMinute },
    sessionLimits: parts.sessionLimits,
    verification: parts.verification,
  };
  const kernel: Kernel = {
    registry,
    lanes: parts.lanes,
    tools,
    limits,
    limitTable: parts.limitTable,
    recorder,
    epochs,
    onUnexpected: parts.onUnexpected,
  };
  return {
    kernel,
    close: async () => {
      epochs.close();
      for (const kind of registry.credentials.values()) await kind.flush?.(tools);
      await recorder.close();
      keyring[Symbol.dispose]();
    },
  };
}

/** What other machines must never find is not there on a server that they are meant to reach. */
function registryFor(declared: Registry, isExposed: boolean): Registry {
  if (!isExposed) return declared;
  return { ...declared, routes: declared.routes.filter(({ unexposedOnly }) => unexposedOnly !== true) };
}

/** The installation asks for what does not exist too, to see that it is told of (TN5); log and metrics would tell of that every hour. */
async function isOwnProbe(lookup: Lookup, { actor }: Attempt): Promise<boolean> {
  const account = actor.user === undefined ? undefined : await findOwnAccount(lookup, actor.user);
  return account !== undefined && isProbe(account.email);
}
