// What an organization demands of whoever signs in to it, and whether a proof meets it. Pure: the only place where this is decided.
import { type BuiltInRole, reachCovers, type Roles } from '#kernel/permissions.ts';
import { FACTOR_KINDS, type FactorKind, type Proof } from '#kernel/principal.ts';

export const REQUIRED = ['none', 'admins', 'all'] as const;
export type Required = (typeof REQUIRED)[number];

/** As the look-ups give it; nulls where the organization has said nothing. */
export type Demand = {
  readonly role: BuiltInRole;
  readonly required: Required | null;
  readonly allowed_kinds: readonly FactorKind[] | null;
  /** The installation's own organization, to be probed. */
  readonly is_probe: boolean;
};

/**
 * The built-in role whose demands somebody is held to: who holds by roles of the organization what members do not is as powerful
 * as an admin, and rests no more on a password alone.
 */
export function heldTo(roles: Roles, role: BuiltInRole, granted: readonly string[]): BuiltInRole {
  if (isPowerful(role)) return role;
  return reachCovers(roles.reachOf('member'), roles.reachOfMember(role, granted)) ? role : 'admin';
}

/** Names of permissions that make whoever holds one of them by a role of the organization as powerful as an admin. */
export function powersOf(roles: Roles): readonly string[] {
  return roles.permissions.map(({ name }) => name).filter((name) => heldTo(roles, 'member', [name]) === 'admin');
}

/** Whom the organization asks for a factor. Where other machines reach the server, nobody can ask less than owners and admins (ID6). */
export function requiredOf(wanted: Required | null, isExposed: boolean): Required {
  if (isExposed) return wanted === 'all' ? 'all' : 'admins';
  return wanted ?? 'none';
}

export function demandsFactor(demand: Demand, isExposed: boolean): boolean {
  if (demand.is_probe) return false;
  const required = requiredOf(demand.required, isExposed);
  return required === 'all' || (required === 'admins' && isPowerful(demand.role));
}

/** Whether grace may be given at all: people who could open the house from anywhere get none. */
export function allowsGrace({ role }: Pick<Demand, 'role'>, isExposed: boolean): boolean {
  return !(isExposed && isPowerful(role));
}

/** Whether what the person showed is enough. A recovery code stands for the factor that was lost. */
export function meets(demand: Pick<Demand, 'allowed_kinds'>, proof: Proof): boolean {
  if (proof === 'password') return false;
  return proof === 'recovery_code' || allowedKindsOf(demand).includes(proof);
}

export function allowedKindsOf({ allowed_kinds: kinds }: Pick<Demand, 'allowed_kinds'>): readonly FactorKind[] {
  return kinds ?? FACTOR_KINDS;
}

/** Whether a session may do nothing but show or enroll a factor. */
export function isUnproven(demand: Demand & { readonly in_grace: boolean }, proof: Proof, isExposed: boolean): boolean {
  if (!demandsFactor(demand, isExposed) || meets(demand, proof)) return false;
  return !(demand.in_grace && allowsGrace(demand, isExposed));
}

function isPowerful(role: BuiltInRole): boolean {
  return role === 'owner' || role === 'admin';
}
