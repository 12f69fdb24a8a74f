// From the text of a key to its principal: looked up by id, many at a time, the secret compared in constant time.
import { parseApiKey } from '@holdfast/protocol/api-key.ts';
import { equalBytes } from '#crypto/compare.ts';
import { hashToken } from '#crypto/hash.ts';
import { toSecret } from '#crypto/secret.ts';
import { DatabaseError } from '#db/errors.ts';
import { createBatches } from '#kernel/limits/batches.ts';
import { rulesOf } from '#kernel/networks.ts';
import { narrowReach } from '#kernel/permissions.ts';
import type { Principal } from '#kernel/principal.ts';
import type { Tools } from '#kernel/tools.ts';
import { identifyApiKeys, type IdentifiedKey } from './queries.ts';

/** Keys looked up in one trip; more wait for the next. */
const BATCH_MAX = 500;
const WAITING_MAX = 10_000;
const TRIP_MS_MAX = 3_000;

const batchers = new WeakMap<Tools, (id: string) => Promise<IdentifiedKey | undefined>>();

/** The principal of a key, or undefined for anything that is not a live key: form, checksum, secret, expiry, revocation, member. */
export async function identifyByKey(tools: Tools, secret: string): Promise<Principal | undefined> {
  const parsed = parseApiKey(secret);
  if (parsed === undefined) return undefined;
  const found = await finderFor(tools)(parsed.uuid);
  const presented = hashToken(tools.keyring.lookupKey('api_key'), toSecret(secret));
  if (found === undefined || !equalBytes(presented, found.secret_hash)) return undefined;
  return {
    kind: 'api_key',
    keyId: found.id,
    userId: found.user_id,
    orgId: found.org_id,
    memberId: found.member_id,
    role: found.role,
    epoch: found.epoch,
    networks: rulesOf({ api: found.api_networks, models: found.model_networks, key: found.key_networks }),
    reach: narrowReach(tools.roles.reachOf(found.role), found.scopes, tools.roles),
    standing: standingOf(found),
  };
}

/** Read by admit_model_calls, which compares each with what identify_api_keys finds then. */
function standingOf(found: IdentifiedKey): string {
  return JSON.stringify({ ...found, secret_hash: found.secret_hash.toString('hex') });
}

function finderFor(tools: Tools): (id: string) => Promise<IdentifiedKey | undefined> {
  let finder = batchers.get(tools);
  if (finder === undefined) {
    const batches = createBatches<string, IdentifiedKey | undefined>({
      itemsMax: BATCH_MAX,
      waitingMax: WAITING_MAX,
      timeoutMs: TRIP_MS_MAX,
      failure: (detail) => new DatabaseError('unavailable', { detail: `key look-up: ${detail}` }),
      trip: async (ids) => {
        const rows = await identifyApiKeys(tools.lookup, [...new Set(ids)]);
        const byId = new Map(rows.map((row) => [row.id, row]));
        return ids.map((id) => byId.get(id));
      },
    });
    finder = async (id) => (await batches.run([id]))[0];
    batchers.set(tools, finder);
  }
  return finder;
}
