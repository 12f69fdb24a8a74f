// What an emergency session may do: what an owner may in the organization, but for what is a person's or would outlast the hour.
import { hashToken } from '#crypto/hash.ts';
import { toSecret } from '#crypto/secret.ts';
import {
  bitsOf,
  NO_REACH,
  type Permission,
  type PermissionBits,
  type Reach,
  type Roles,
  uniteBits,
} from '#kernel/permissions.ts';
import type { Principal } from '#kernel/principal.ts';
import type { Tools } from '#kernel/tools.ts';
import { identifyEmergency } from './queries.ts';

/** A key lives on; a call of a model is on somebody's name; what is held for one's own alone is nobody's here. */
function isWithheld({ name, resource, all }: Permission): boolean {
  if (name === 'session:read') return false;
  if (resource === 'api_key') return name !== 'api_key:read' && name !== 'api_key:revoke';
  return name === 'models:use' || !all.includes('owner');
}

/**
 * An owner's reach, so that it can act upon whom an owner can; to see who one is belongs to it too, though it is nobody. What is
 * withheld it never uses itself.
 */
export function reachOfEmergency(roles: Roles): { readonly reach: Reach; readonly withheld: PermissionBits } {
  const { all, own } = roles.reachOf('owner');
  const seeing = bitsOf(roles.permissions.filter(({ name }) => name === 'session:read'));
  return {
    reach: { ...NO_REACH, all: uniteBits(all, seeing), own },
    withheld: bitsOf(roles.permissions.filter(isWithheld)),
  };
}

/** The cookie of an emergency session to its principal; undefined once it is over. */
export async function identifyByEmergency(tools: Tools, secret: string): Promise<Principal | undefined> {
  const hash = hashToken(tools.keyring.lookupKey('emergency_session'), toSecret(secret));
  const found = await identifyEmergency(tools.lookup, hash);
  if (found === undefined) return undefined;
  return {
    kind: 'emergency',
    useId: found.id,
    orgId: found.org_id,
    role: 'owner',
    ...reachOfEmergency(tools.roles),
    epoch: found.epoch,
    endsAt: found.expires_at,
  };
}
