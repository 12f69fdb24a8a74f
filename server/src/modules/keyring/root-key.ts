// The installation's root key: made once, stored only wrapped, never replaced over existing data. Lookup, pseudonym and
// signing keys derive from it, so that they outlive a rotation of the master key.
import { z } from 'zod';
import { type StoredDataKey, stageDataKey, unwrapDataKey } from '#crypto/data-keys.ts';
import type { KekProvider } from '#crypto/kek.ts';
import type { Secret } from '#crypto/secret.ts';
import type { Lookup } from '#db/lookup.ts';
import type { Lanes } from '#db/pool.ts';
import { inScope, type SystemTx } from '#db/scope.ts';
import { BootFault } from '#kernel/boot-fault.ts';
import { findInstallationFact, insertInstallationFact } from '#kernel/queries.ts';
import { countDataKeys } from './queries.ts';

/** The root key belongs to no organization; its place in the binding of sealed values is the nil UUID. */
const NO_ORG = '00000000-0000-0000-0000-000000000000';
const FACT = 'root_key';

const RootKeyFact = z.strictObject({
  environment: z.string(),
  id: z.uuid(),
  wrapped: z.base64(),
  kekId: z.string(),
  canary: z.base64(),
});

const KEY = 'HOLDFAST_MASTER_KEY_FILE';

type Parts = {
  readonly lanes: Lanes;
  readonly lookup: Lookup;
  readonly provider: KekProvider;
  readonly newId: () => string;
};

/** Opens the root key, or makes it for an installation that has no data yet. Throws BootFault naming the missing key. */
export async function openRootKey(parts: Parts): Promise<Secret<Buffer>> {
  const found = (await readFact(parts)) ?? (await makeFact(parts));
  const { environment } = parts.provider.describe();
  if (found.environment !== environment) {
    throw new BootFault(
      KEY,
      `The database belongs to the environment "${found.environment}", this server runs as "${environment}".`,
      'Point DATABASE_URL at the database of this environment, or correct HOLDFAST_ENVIRONMENT.',
    );
  }
  const opened = await unwrapDataKey(parts.provider, found.key);
  if (opened.ok) return opened.key;
  throw new BootFault(
    KEY,
    `The database was sealed under master key ${opened.kekId}, which this server ${opened.reason === 'unknown_key' ? 'does not have' : `cannot use (${opened.reason})`}.`,
    `Restore the key file with key ${opened.kekId} from its backup. A new key would open nothing.`,
  );
}

type Fact = { readonly environment: string; readonly key: StoredDataKey };

/** The id of the master key that the database's root key is sealed under; undefined for an installation without one. */
export async function findKeyInUse(lanes: Lanes): Promise<string | undefined> {
  const fact = await readFact({ lanes });
  return fact?.key.kekId;
}

async function readFact(parts: Pick<Parts, 'lanes'>): Promise<Fact | undefined> {
  const row = await inScope<SystemTx, { readonly value: unknown } | undefined>(
    parts.lanes,
    { system: true },
    ({ tx }) => findInstallationFact(tx, FACT),
  );
  if (row === undefined) return undefined;
  const fact = RootKeyFact.parse(row.value);
  return {
    environment: fact.environment,
    key: {
      id: fact.id,
      orgId: NO_ORG,
      version: 1,
      state: 'active',
      wrapped: Buffer.from(fact.wrapped, 'base64'),
      kekId: fact.kekId,
      canary: Buffer.from(fact.canary, 'base64'),
    },
  };
}

async function makeFact(parts: Parts): Promise<Fact> {
  const { total, kekIds } = await countDataKeys(parts.lookup);
  if (total > 0) {
    throw new BootFault(
      KEY,
      `The database holds ${total} data keys under master key ${kekIds.join(', ')}, but its root key is missing.`,
      'Restore the database from a backup; nothing is made anew over existing data.',
    );
  }
  const staged = await stageDataKey(parts.provider, { id: parts.newId(), orgId: NO_ORG, version: 1 });
  if (!staged.ok)
    throw new BootFault(
      KEY,
      'The master key cannot be reached.',
      'See that the key provider answers, then start again.',
    );
  const { environment } = parts.provider.describe();
  const { id, wrapped, kekId, canary } = staged.stored;
  const fact = {
    environment,
    id,
    wrapped: Buffer.from(wrapped).toString('base64'),
    kekId,
    canary: Buffer.from(canary).toString('base64'),
  };
  await inScope<SystemTx, void>(parts.lanes, { system: true }, ({ tx }) => insertInstallationFact(tx, FACT, fact));
  // Read back: when two replicas made one at once, the first counts.
  const stored = await readFact(parts);
  if (stored === undefined)
    throw new BootFault(KEY, 'The root key was not stored.', 'See the database log, then start again.');
  return stored;
}
