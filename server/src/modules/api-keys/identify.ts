// From the text of a key to its principal: looked up by id, many at a time, the secret compared in constant time.
import { parseApiKey } from '@holdfast/protocol/api-key.ts';
import { equalBytes } from '#crypto/compare.ts';
import { hashToken } from '#crypto/hash.ts';
import { toSecret } from '#crypto/secret.ts';
import { createBatcher } from '#kernel/batcher.ts';
import { narrowReach } from '#kernel/permissions.ts';
import type { Principal } from '#kernel/principal.ts';
import type { Tools } from '#kernel/tools.ts';
import { identifyApiKeys, type IdentifiedKey } from './queries.ts';

/** Keys looked up in one trip; more wait for the next. */
const BATCH_MAX = 500;

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
    reach: narrowReach(tools.roles.reachOf(found.role), found.scopes, tools.roles),
  };
}

function finderFor(tools: Tools): (id: string) => Promise<IdentifiedKey | undefined> {
  let finder = batchers.get(tools);
  if (finder === undefined) {
    finder = createBatcher({
      batchMax: BATCH_MAX,
      run: async (ids: readonly string[]) => {
        const rows = await identifyApiKeys(tools.lookup, [...new Set(ids)]);
        const byId = new Map(rows.map((row) => [row.id, row]));
        return ids.map((id) => byId.get(id));
      },
    });
    batchers.set(tools, finder);
  }
  return finder;
}
