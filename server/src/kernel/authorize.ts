// The one evaluator: may this principal use this permission on this object? The same rule is a row filter for lists.
import { type RawBuilder, sql } from 'kysely';
import { hasBit, type Permission } from './permissions.ts';
import { personOf, type Principal } from './principal.ts';

/** What an object shows to the evaluator. An object without an owner is reached only by who holds the permission for all. */
export type Ownable = { readonly owner_user_id?: string | null };

/** Could this principal hold the permission for any object at all? Asked before a transaction is opened. */
export function mayEver(principal: Principal, permission: Permission): boolean {
  if (isWithheld(principal, permission)) return false;
  return hasBit(principal.reach.all, permission) || hasBit(principal.reach.own, permission);
}

/** Whether it is out of the principal's use whatever else they hold: another permission in its place does not help. */
export function isWithheld(principal: Principal, permission: Permission): boolean {
  return principal.kind === 'emergency' && hasBit(principal.withheld, permission);
}

export function may(principal: Principal, permission: Permission, target: Ownable): boolean {
  if (isWithheld(principal, permission)) return false;
  if (hasBit(principal.reach.all, permission)) return true;
  if (!hasBit(principal.reach.own, permission)) return false;
  const person = personOf(principal);
  return person !== undefined && target.owner_user_id === person;
}

/** The target of a check on what belongs to the caller alone, whichever rows those are. */
export async function callersOwn({ principal }: { readonly principal: Principal }): Promise<Ownable> {
  return { owner_user_id: personOf(principal) ?? null };
}

declare const filterBrand: unique symbol;

/** Which rows of a kind the caller may see. Only `rowFilter` makes one, and a list can't be made without one. */
export type RowFilter<K extends string> = { readonly [filterBrand]: K; readonly condition: RawBuilder<boolean> };

/** Declares what a list route lists: a kind, the permission to read it, and the column that names an owner (if rows have one). */
export type Rows<K extends string> = {
  readonly kind: K;
  readonly permission: Permission;
  readonly ownerColumn?: string;
};

export function defineRows<const K extends string>(rows: Rows<K>): Rows<K> {
  return Object.freeze(rows);
}

/** The rule of `may` as SQL: list = { x | may(principal, permission, x) }. Nobody's rows are `false`, never "all". */
export function rowFilter<K extends string>(rows: Rows<K>, principal: Principal): RowFilter<K> {
  // The brand is made here and nowhere else.
  return { condition: conditionFor(rows, principal) } as RowFilter<K>;
}

function conditionFor(rows: Rows<string>, principal: Principal): RawBuilder<boolean> {
  // Who has something withheld is nobody in particular, and so owns nothing either.
  if (!isWithheld(principal, rows.permission) && hasBit(principal.reach.all, rows.permission))
    return sql<boolean>`true`;
  const person = personOf(principal);
  if (person === undefined || rows.ownerColumn === undefined) return sql<boolean>`false`;
  if (!hasBit(principal.reach.own, rows.permission)) return sql<boolean>`false`;
  return sql<boolean>`${sql.ref(rows.ownerColumn)} = ${person}`;
}
