// The keyring at run time: purpose keys derived from the root key, and each organization's data keys, unwrapped for minutes.
import { createDataKeyCache, type DataKeyCache } from '#crypto/data-key-cache.ts';
import { activateDataKey } from '#crypto/data-key-states.ts';
import {
  openWithVersions,
  sealWithActive,
  stageDataKey,
  type StoredDataKey,
  unwrapDataKey,
} from '#crypto/data-keys.ts';
import type { KekProvider } from '#crypto/kek.ts';
import { open, seal } from '#crypto/envelope.ts';
import { deriveRoot, type RootKey } from '#crypto/roots.ts';
import { createSigner } from '#crypto/signing.ts';
import type { Lookup } from '#db/lookup.ts';
import type { Lanes } from '#db/pool.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { InstallationSealer, Keyring, OneTimePurpose, OrgSealer } from '#kernel/tools.ts';
import { findDataKeys } from './queries.ts';
import { openRootKey } from './root-key.ts';

export type OpenedKeyring = Keyring & Disposable;

type Parts = {
  readonly lanes: Lanes;
  readonly lookup: Lookup;
  readonly provider: KekProvider;
  readonly newId: () => string;
};

const DATA_KEY_SECONDS = 600;
const DATA_KEYS_MAX = 10_000;

/** Opens the keyring over a prepared database. Throws BootFault when its keys are missing, foreign or wrong. */
export async function openKeyring(parts: Parts): Promise<OpenedKeyring> {
  const root = await openRootKey(parts);
  const cache = createDataKeyCache({ ttlSeconds: DATA_KEY_SECONDS, entriesMax: DATA_KEYS_MAX });
  const oneTimeKey = (purpose: OneTimePurpose) => deriveRoot(root, 'lookup', ['one_time', purpose]);
  const lookupKeys = {
    session: deriveRoot(root, 'lookup', ['session']),
    api_key: deriveRoot(root, 'lookup', ['api_key']),
    setup: deriveRoot(root, 'lookup', ['setup']),
    recovery_code: deriveRoot(root, 'lookup', ['recovery_code']),
    device: deriveRoot(root, 'lookup', ['device']),
    account_lock: deriveRoot(root, 'lookup', ['account_lock']),
    mail_reading: deriveRoot(root, 'lookup', ['mail_reading']),
    invitation: deriveRoot(root, 'lookup', ['invitation']),
    emergency_part: deriveRoot(root, 'lookup', ['emergency', 'part']),
    emergency_code: deriveRoot(root, 'lookup', ['emergency', 'code']),
    emergency_request: deriveRoot(root, 'lookup', ['emergency', 'request']),
    emergency_session: deriveRoot(root, 'lookup', ['emergency', 'session']),
    password_reset: oneTimeKey('password_reset'),
    email_verification: oneTimeKey('email_verification'),
    email_change_old: oneTimeKey('email_change_old'),
    email_change_new: oneTimeKey('email_change_new'),
    sign_in_challenge: oneTimeKey('sign_in_challenge'),
  };
  return {
    lookupKey: (kind) => lookupKeys[kind],
    challengeKey: deriveRoot(root, 'challenge'),
    idempotencyKey: deriveRoot(root, 'idempotency'),
    audit: {
      pseudonymKey: deriveRoot(root, 'audit-pseudonym'),
      signer: createSigner(deriveRoot(root, 'audit-signing')),
    },
    probeKey: (tenant) => deriveRoot(root, 'probe-tenant', [tenant]),
    reportSigner: createSigner(deriveRoot(root, 'report-signing')),
    fingerprintKey: deriveRoot(root, 'fingerprint'),
    installationSealer: sealerOfInstallation(deriveRoot(root, 'sealing', ['installation'])),
    forOrg: (orgId) => sealerOf(parts, cache, orgId),
    newDataKey: (orgId) => makeFirstKey(parts, orgId),
    [Symbol.dispose]: () => cache[Symbol.dispose](),
  };
}

/** Rows of people and of the installation name no organization, and there is one key for them: both are the nil UUID. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

function sealerOfInstallation(key: RootKey<'sealing'>): InstallationSealer {
  return {
    seal: (at, plaintext) => seal({ id: NOBODY, key }, { ...at, orgId: NOBODY }, plaintext),
    open: (at, sealed) => open((id) => (id === NOBODY ? key : undefined), { ...at, orgId: NOBODY }, sealed),
  };
}

/** Reads the versions and unwraps those that may open values; from here on sealing is pure. */
async function sealerOf(parts: Parts, cache: DataKeyCache, orgId: string): Promise<OrgSealer> {
  const versions = await findDataKeys(parts.lookup, orgId);
  for (const version of versions.filter((one) => one.state === 'active' || one.state === 'decrypt-only')) {
    const loaded = await cache.use(
      version.id,
      () => unwrapDataKey(parts.provider, version),
      () => true,
    );
    if (!loaded.ok)
      throw kernelErrors['server.unavailable']({ cause: new Error(`data key ${version.id}: ${loaded.reason}`) });
  }
  const find = (dataKeyId: string) => cache.find(dataKeyId);
  return {
    seal: (at, plaintext) => {
      const sealed = sealWithActive(versions, find, { ...at, orgId }, plaintext);
      if (!sealed.ok)
        throw kernelErrors['server.unavailable']({ cause: new Error(`sealing for ${orgId}: ${sealed.reason}`) });
      return sealed.sealed;
    },
    open: (at, sealed) => openWithVersions(versions, find, { ...at, orgId }, sealed),
  };
}

/**
 * The first version of an organization that does not exist yet: nothing is sealed under it before the founding transaction
 * commits, and every replica reads versions from the database, so it may become active in that same commit.
 */
async function makeFirstKey({ provider, newId }: Parts, orgId: string): Promise<StoredDataKey> {
  const staged = await stageDataKey(provider, { id: newId(), orgId, version: 1 });
  if (!staged.ok)
    throw kernelErrors['server.unavailable']({ cause: new Error(`wrapping a data key: ${staged.reason}`) });
  const proven = await unwrapDataKey(provider, staged.stored);
  if (!proven.ok)
    throw kernelErrors['server.unavailable']({ cause: new Error(`proving a data key: ${proven.reason}`) });
  const activated = activateDataKey([staged.stored], staged.stored.id, {
    proof: proven.proof,
    isDurable: true,
    isOnEveryReplica: true,
  });
  if (!activated.ok)
    throw kernelErrors['server.unavailable']({ cause: new Error(`activating a data key: ${activated.reason}`) });
  return { ...staged.stored, state: 'active' };
}
