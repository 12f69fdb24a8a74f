// The one evaluator: may this principal use this permission on this object? By a role, by ownership, or by a grant on this very
// object. The same rule is a row filter for lists.
import { anyOf, type Asked, type Condition, everyRow, grantExists, isOwnedBy } from './filter-queries.ts';
import { GRANT_LEVELS, type GrantLevel, hasBit, type Permission } from './permissions.ts';
import { type Authority, personOf } from './principal.ts';

/** The kind and id (a UUID) of one object that grants can be on. */
export type ObjectRef = { readonly kind: string; readonly id: string };

/**
 * What an object shows to the evaluator. An object without an owner is reached only by who holds the permission for all, or by
 * grant. Grants are on the row's `id`, of the kind that the permission is about, unless `object` names another.
 */
export type Ownable = {
  readonly id?: string;
  readonly owner_user_id?: string | null;
  readonly object?: ObjectRef;
};

/** Could this principal hold the permission for any object at all? Asked before a transaction is opened. */
export function mayEver(principal: Authority, permission: Permission): boolean {
  return holdsByRole(principal, permission) || canUseGrants(principal, permission);
}

/** Could it by a role: for all objects, or for its own? A grant on one object alone is no such right. */
export function holdsByRole(principal: Authority, permission: Permission): boolean {
  if (isWithheld(principal, permission)) return false;
  return hasBit(principal.reach.all, permission) || hasBit(principal.reach.own, permission);
}

/** Whether it is out of the principal's use whatever else they hold: another permission in its place does not help. */
export function isWithheld(principal: Authority, permission: Permission): boolean {
  return principal.withheld !== undefined && hasBit(principal.withheld, permission);
}

/** By role and by ownership alone; what grants add is in the database, see `isAllowed` in grants.ts. */
export function may(principal: Authority, permission: Permission, target: Ownable): boolean {
  if (isWithheld(principal, permission)) return false;
  if (hasBit(principal.reach.all, permission)) return true;
  if (!hasBit(principal.reach.own, permission)) return false;
  const person = personOf(principal);
  return person !== undefined && target.owner_user_id === person;
}

/** Whose grants on which object, of which level, would let the principal do it; undefined when no grant could. */
export function neededGrant(principal: Authority, permission: Permission, target: Ownable): Asked | undefined {
  const person = personOf(principal);
  const object = target.object ?? (target.id === undefined ? undefined : { kind: permission.resource, id: target.id });
  if (person === undefined || object === undefined || !canUseGrants(principal, permission)) return undefined;
  return { person, ...object, rank: rankOf(permission.granted) };
}

function canUseGrants(principal: Authority, permission: Permission): boolean {
  return !isWithheld(principal, permission) && hasBit(principal.reach.granted, permission);
}

/** Levels as numbers, the least is 1, as the table has them. What no grant gives is above all of them. */
export function rankOf(level: GrantLevel | undefined): number {
  return level === undefined ? GRANT_LEVELS.length + 1 : GRANT_LEVELS.indexOf(level) + 1;
}

/** The target of a check on what belongs to the caller alone, whichever rows those are. */
export async function callersOwn({ principal }: { readonly principal: Authority }): Promise<Ownable> {
  return { owner_user_id: personOf(principal) ?? null };
}

declare const filterBrand: unique symbol;

/** Which rows of a kind the caller may see. Only `rowFilter` makes one, and a list can't be made without one. */
export type RowFilter<K extends string> = { readonly [filterBrand]: K; readonly condition: Condition };

/** Declares what a list route lists: a kind, the permission to read it, and the column that names an owner (if rows have one). */
export type Rows<K extends string> = {
  readonly kind: K;
  readonly permission: Permission;
  readonly ownerColumn?: string;
  /** What grants are on: the rows themselves by their id, or what each row names. */
  readonly object?: { readonly kind: string | { readonly column: string }; readonly idColumn: string };
};

export function defineRows<const K extends string>(rows: Rows<K>): Rows<K> {
  return Object.freeze(rows);
}

/** The rule of `may` as SQL: list = { x | may(principal, permission, x) }. Nobody's rows are `false`, never "all". */
export function rowFilter<K extends string>(rows: Rows<K>, principal: Authority): RowFilter<K> {
  // The brand is made here and nowhere else.
  return { condition: conditionFor(rows, principal) } as RowFilter<K>;
}

function conditionFor(rows: Rows<string>, principal: Authority): Condition {
  // Who has something withheld is nobody in particular, and so owns nothing either.
  if (!isWithheld(principal, rows.permission) && hasBit(principal.reach.all, rows.permission)) return everyRow;
  const person = personOf(principal);
  if (person === undefined) return anyOf([]);
  return anyOf([...ownedBy(rows, principal, person), ...grantedTo(rows, principal, person)]);
}

function ownedBy({ permission, ownerColumn }: Rows<string>, principal: Authority, person: string) {
  const isAnswer = ownerColumn !== undefined && hasBit(principal.reach.own, permission);
  return isAnswer ? [isOwnedBy(ownerColumn, person)] : [];
}

/** By the same question that `isAllowed` asks. */
function grantedTo({ permission, object }: Rows<string>, principal: Authority, person: string) {
  if (object === undefined || !canUseGrants(principal, permission)) return [];
  const { kind, idColumn } = object;
  return [grantExists({ person, kind, id: { column: idColumn }, rank: rankOf(permission.granted) })];
}
