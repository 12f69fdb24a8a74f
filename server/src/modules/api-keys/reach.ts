// What a key may do, whatever its kind: the one place where scopes and rights meet.
import {
  type BuiltInRole,
  hasBit,
  narrowReach,
  NO_PERMISSIONS,
  NO_REACH,
  type Permission,
  type Reach,
  reachCovers,
  type Roles,
} from '#kernel/permissions.ts';
import type { KeyKind } from '#kernel/principal.ts';

export type KeyAuthority = {
  readonly kind: KeyKind;
  readonly scopes: readonly string[];
  /** Of the person it acts for; undefined when it acts for nobody. */
  readonly role?: BuiltInRole | undefined;
  /** Names of permissions that custom roles give that person. */
  readonly granted?: readonly string[];
};

/**
 * A key that acts for a person: its scopes and that person's rights, whatever is in both. One that acts for nobody: of its
 * scopes what needs no person, and nothing that owners do not hold. A publishable one of that only what everybody may see.
 */
export function reachOfKey(roles: Roles, { kind, scopes, role, granted = [] }: KeyAuthority): Reach {
  if (role !== undefined) {
    const reach = narrowReach(roles.reachOfMember(role, granted), scopes, roles);
    // What was granted to somebody is compared with nobody's rights when a key of the organization is made, so such a key has none of it.
    return kind === 'personal' ? reach : { ...reach, granted: NO_PERMISSIONS };
  }
  const kept = kind === 'publishable' ? scopes.filter((scope) => roles.findPermission(scope)?.publishable) : scopes;
  return { ...NO_REACH, all: narrowReach(roles.reachOf('owner'), kept, roles).all };
}

export type WantedKey = {
  readonly kind: KeyKind;
  readonly scopes: readonly string[];
  /** It acts for people, each with their own rights. */
  readonly actsForPeople: boolean;
};

/** Scopes that this maker cannot give to such a key: unknown, of no use to it, or more than they hold themselves. */
export function refusedScopes(
  roles: Roles,
  maker: Reach,
  { kind, scopes, actsForPeople }: WantedKey,
): readonly string[] {
  return scopes.filter((scope) => {
    const permission = roles.findPermission(scope);
    if (permission === undefined || !permission.keyScope) return true;
    if (kind === 'personal') return !holds(maker, permission) && !hasBit(maker.granted, permission);
    if (!holds(maker, permission)) return true;
    if (actsForPeople) return false;
    const given = reachOfKey(roles, { kind, scopes: [scope] });
    return !holds(given, permission) || !reachCovers(maker, given);
  });
}

/** Whether a key that acts for somebody with these rights would do more than its maker may. */
export function exceedsMaker(
  roles: Roles,
  maker: Reach,
  scopes: readonly string[],
  person: { readonly role: BuiltInRole; readonly granted: readonly string[] },
): boolean {
  return !reachCovers(maker, reachOfKey(roles, { kind: 'service', scopes, ...person }));
}

function holds({ all, own }: Reach, permission: Permission): boolean {
  return hasBit(all, permission) || hasBit(own, permission);
}
