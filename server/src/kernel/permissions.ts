// A permission is a constant that a module declares, with who holds it; no other value is one.
declare const permissionBrand: unique symbol;

/** Roles of people who belong to the organization. */
export const INSIDE_ROLES = ['owner', 'admin', 'member', 'viewer'] as const;
/** A guest is from elsewhere: has an account to look after, and beside that what was granted to them by name. */
export const BUILT_IN_ROLES = [...INSIDE_ROLES, 'guest'] as const;
export type BuiltInRole = (typeof BUILT_IN_ROLES)[number];
/**
 * Who may hold a permission: a member's role, the operator at the admin socket of the host, or a session that has not shown the
 * factor its organization demands, whatever the role behind it.
 */
export type Holder = BuiltInRole | 'operator' | 'unproven';

/** What a grant on one object lets somebody do with it, least first; each level has all that the ones before it have. */
export const GRANT_LEVELS = ['viewer', 'editor', 'manager'] as const;
export type GrantLevel = (typeof GRANT_LEVELS)[number];

export type Permission = {
  readonly [permissionBrand]: true;
  /** `resource:action`, the name in scopes, the reference and the audit log. */
  readonly name: string;
  readonly resource: string;
  /** Position in permission bit sets; stable within a process only, never stored. */
  readonly index: number;
  readonly describe: string;
  /** Roles that hold it for every object of the organization. */
  readonly all: readonly Holder[];
  /** Roles that hold it for objects whose `owner_user_id` is the caller. */
  readonly own: readonly Holder[];
  /** The least level of a grant that gives it for the object that was granted; undefined when no grant does. */
  readonly granted: GrantLevel | undefined;
  /** An API key may be given this permission as a scope. */
  readonly keyScope: boolean;
  /** So may a publishable key, which everybody can read: it shows what everybody may see, and changes nothing. */
  readonly publishable: boolean;
};

type PermissionSpec = {
  readonly describe: string;
  readonly all?: readonly Holder[];
  readonly own?: readonly Holder[];
  readonly granted?: GrantLevel;
  readonly keyScope?: true;
  readonly publishable?: true;
};

let nextIndex = 0;

/** Declares the permissions of one resource. An action nobody holds is allowed: only custom roles can give it. */
export function definePermissions<const A extends Readonly<Record<string, PermissionSpec>>>(
  resource: string,
  actions: A,
): { readonly [K in keyof A]: Permission } {
  const entries = Object.entries(actions).map(([action, spec]) => {
    const permission = {
      name: `${resource}:${action}`,
      resource,
      index: nextIndex++,
      describe: spec.describe,
      all: spec.all ?? [],
      own: spec.own ?? [],
      granted: spec.granted,
      keyScope: spec.keyScope ?? false,
      publishable: spec.publishable ?? false,
    };
    // The brand is made here and nowhere else.
    return [action, Object.freeze(permission) as Permission] as const;
  });
  return Object.freeze(Object.fromEntries(entries)) as { readonly [K in keyof A]: Permission };
}

/** A set of permissions as bits, 32 to a word. */
export type PermissionBits = { readonly words: Uint32Array };

export const NO_PERMISSIONS: PermissionBits = Object.freeze({ words: new Uint32Array(0) });

export function bitsOf(permissions: Iterable<Permission>): PermissionBits {
  const indexes = [...permissions].map((permission) => permission.index);
  const words = new Uint32Array(Math.floor(Math.max(-1, ...indexes) / 32) + 1);
  for (const index of indexes) words[index >>> 5] = (words[index >>> 5] ?? 0) | (1 << (index & 31));
  return { words };
}

export function hasBit(bits: PermissionBits, permission: Permission): boolean {
  return (((bits.words[permission.index >>> 5] ?? 0) >>> (permission.index & 31)) & 1) === 1;
}

export function intersectBits(one: PermissionBits, other: PermissionBits): PermissionBits {
  return { words: one.words.map((word, at) => word & (other.words[at] ?? 0)) };
}

export function uniteBits(one: PermissionBits, other: PermissionBits): PermissionBits {
  const [longer, shorter] = one.words.length < other.words.length ? [other, one] : [one, other];
  return { words: longer.words.map((word, at) => word | (shorter.words[at] ?? 0)) };
}

function isWithin(part: PermissionBits, whole: PermissionBits): boolean {
  return part.words.every((word, at) => (word & ~(whole.words[at] ?? 0)) === 0);
}

/**
 * What a principal may reach: everything of a kind, or only what it owns, or only what somebody granted it. `granted` is what
 * grants can give at all: it is no right by itself, so handing on rights does not ask for it.
 */
export type Reach = { readonly all: PermissionBits; readonly own: PermissionBits; readonly granted: PermissionBits };

export const NO_REACH: Reach = Object.freeze({ all: NO_PERMISSIONS, own: NO_PERMISSIONS, granted: NO_PERMISSIONS });

export function uniteReach(one: Reach, other: Reach): Reach {
  return {
    all: uniteBits(one.all, other.all),
    own: uniteBits(one.own, other.own),
    granted: uniteBits(one.granted, other.granted),
  };
}

/**
 * Whether whoever has `giver` has everything of `given`: the one rule of handing on rights. Nobody invites, promotes, or acts
 * upon somebody beyond what they hold themselves; who holds a permission for all objects holds it for their own.
 */
export function reachCovers(giver: Reach, given: Reach): boolean {
  return isWithin(given.all, giver.all) && isWithin(given.own, uniteBits(giver.all, giver.own));
}

/** The roles as data, worked out once from what the modules declare. */
export type Roles = {
  readonly reachOf: (holder: Holder) => Reach;
  /** What a member reaches: by the base role, and by the names that custom roles of theirs or of their teams give. */
  readonly reachOfMember: (role: BuiltInRole, granted: readonly string[]) => Reach;
  readonly findPermission: (name: string) => Permission | undefined;
  readonly permissions: readonly Permission[];
};

export function buildRoles(permissions: readonly Permission[]): Roles {
  const byName = new Map(permissions.map((permission) => [permission.name, permission]));
  const holders: readonly Holder[] = [...BUILT_IN_ROLES, 'operator', 'unproven'];
  const reaches = new Map(
    holders.map((holder) => [
      holder,
      {
        all: bitsOf(permissions.filter((permission) => permission.all.includes(holder))),
        own: bitsOf(permissions.filter((permission) => permission.own.includes(holder))),
        granted: bitsOf(permissions.filter((permission) => isGrantable(permission, holder))),
      },
    ]),
  );
  const reachOf = (holder: Holder): Reach => reaches.get(holder) ?? NO_REACH;
  return {
    reachOf,
    reachOfMember: (role, granted) =>
      granted.length === 0 ? reachOf(role) : uniteReach(reachOf(role), grantedReach(granted, byName)),
    findPermission: (name) => byName.get(name),
    permissions,
  };
}

/** Names written into the table past the product give nothing: unknown ones, and those no member may ever hold. */
function grantedReach(names: readonly string[], byName: ReadonlyMap<string, Permission>): Reach {
  const found = names.flatMap((name) => byName.get(name) ?? []);
  return { ...NO_REACH, all: bitsOf(found.filter(isGivable)) };
}

/**
 * Whether a grant can give it to who has the role. Grants are given to members: the operator is none, and who has not shown the
 * factor that is demanded waits. A guest manages nothing, so lets nobody else in.
 */
export function isGrantable({ granted }: Permission, holder: Holder): boolean {
  if (granted === undefined) return false;
  return INSIDE_ROLES.some((role) => role === holder) || (holder === 'guest' && granted !== 'manager');
}

/** Custom roles hold what an owner holds for everything of the organization, and nothing else. */
export function isGivable(permission: Permission): boolean {
  return permission.all.includes('owner');
}

/** The part of `reach` that the named scopes leave; an unknown scope leaves nothing of itself. */
export function narrowReach(reach: Reach, scopes: readonly string[], roles: Roles): Reach {
  const found = scopes.flatMap((scope) => roles.findPermission(scope) ?? []);
  // A scope written into the table past the product gives no more than a key may be given.
  const named = bitsOf(found.filter((permission) => permission.keyScope));
  return {
    all: intersectBits(reach.all, named),
    own: intersectBits(reach.own, named),
    granted: intersectBits(reach.granted, named),
  };
}
