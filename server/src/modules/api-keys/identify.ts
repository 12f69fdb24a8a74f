// From the text of a key to its principal: looked up by id, many at a time, the secret compared in constant time.
import { parseApiKey } from '@holdfast/protocol/api-key.ts';
import { equalBytes } from '#crypto/compare.ts';
import { hashToken } from '#crypto/hash.ts';
import { toSecret } from '#crypto/secret.ts';
import { DatabaseError } from '#db/errors.ts';
import type { KeyClaims } from '#kernel/credential.ts';
import { createBatches } from '#kernel/limits/batches.ts';
import { rulesOf } from '#kernel/networks.ts';
import { NO_REACH } from '#kernel/permissions.ts';
import type { KeyPrincipal } from '#kernel/principal.ts';
import type { Tools } from '#kernel/tools.ts';
import { identifyApiKeys, type IdentifiedKey, type KeyCaller } from './queries.ts';
import { reachOfKey } from './reach.ts';

/** Keys looked up in one trip; more wait for the next. */
const BATCH_MAX = 500;
const WAITING_MAX = 10_000;
const TRIP_MS_MAX = 3_000;

type Finder = (caller: KeyCaller) => Promise<IdentifiedKey | undefined>;

const batchers = new WeakMap<Tools, Finder>();

/** The principal of a key, or undefined for anything that is not a live key: form, checksum, secret, expiry, revocation, member. */
export async function identifyByKey(
  tools: Tools,
  secret: string,
  claims: KeyClaims = {},
): Promise<KeyPrincipal | undefined> {
  const parsed = parseApiKey(secret);
  if (parsed === undefined) return undefined;
  const caller = { id: parsed.uuid, person: claims.onBehalfOf ?? null };
  const found = await finderFor(tools)(caller);
  const presented = hashToken(tools.keyring.lookupKey('api_key'), toSecret(secret));
  if (found === undefined || !isSecretOf(found, presented)) return undefined;
  return principalOf(tools, found, claims);
}

/** While a rotation overlaps there are two that are right. */
function isSecretOf(found: IdentifiedKey, presented: Buffer): boolean {
  const isNow = equalBytes(presented, found.secret_hash);
  const wasBefore = found.previous_hash !== null && equalBytes(presented, found.previous_hash);
  return isNow || wasBefore;
}

function principalOf(tools: Tools, found: IdentifiedKey, claims: KeyClaims): KeyPrincipal {
  const refusedFor = refusalOf(found, claims);
  const base = {
    kind: 'api_key',
    keyKind: found.kind,
    keyId: found.id,
    orgId: found.org_id,
    epoch: found.epoch,
    networks: rulesOf({ api: found.api_networks, models: found.model_networks, key: found.key_networks }),
    standing: { keyId: found.id, onBehalfOf: found.person, digest: found.standing },
    ...(found.per_minute === null ? {} : { perMinute: found.per_minute }),
  } as const;
  if (refusedFor !== undefined) return { ...base, reach: NO_REACH, refusedFor };
  const { user_id: userId, member_id: memberId, role, granted, kind, scopes } = found;
  if (userId === null || memberId === null || role === null)
    return { ...base, reach: reachOfKey(tools.roles, { kind, scopes }) };
  return { ...base, userId, memberId, role, reach: reachOfKey(tools.roles, { kind, scopes, role, granted }) };
}

/** A key that acts for people acts for one it was given, and every other key for nobody that a request names. */
function refusalOf(found: IdentifiedKey, { onBehalfOf, origin }: KeyClaims): KeyPrincipal['refusedFor'] {
  if (found.acts_for_people ? found.user_id === null : onBehalfOf !== undefined) return 'person';
  if (found.kind !== 'publishable') return undefined;
  return origin !== undefined && found.origins.includes(origin) ? undefined : 'origin';
}

function finderFor(tools: Tools): Finder {
  let finder = batchers.get(tools);
  if (finder === undefined) {
    const batches = createBatches<KeyCaller, IdentifiedKey | undefined>({
      itemsMax: BATCH_MAX,
      waitingMax: WAITING_MAX,
      timeoutMs: TRIP_MS_MAX,
      failure: (detail) => new DatabaseError('unavailable', { detail: `key look-up: ${detail}` }),
      trip: (callers) => findAll(tools, callers),
    });
    finder = async (caller) => (await batches.run([caller]))[0];
    batchers.set(tools, finder);
  }
  return finder;
}

/** Each different caller once. */
async function findAll(tools: Tools, callers: readonly KeyCaller[]): Promise<readonly (IdentifiedKey | undefined)[]> {
  const nameOf = ({ id, person }: KeyCaller): string => `${id} ${person ?? ''}`;
  const different = new Map(callers.map((caller) => [nameOf(caller), caller]));
  const rows = await identifyApiKeys(tools.lookup, [...different.values()]);
  const found = new Map(rows.map((row) => [nameOf(row), row]));
  return callers.map((caller) => found.get(nameOf(caller)));
}
