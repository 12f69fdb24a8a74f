// Writes docs/reference/permission-matrix.md: what each kind of caller gets from each route, by what is declared.
// The matrix test makes the same page from what a running kernel really answers.
import {
  BUILT_IN_ROLES,
  type BuiltInRole,
  isGivable,
  isGrantable,
  type Permission,
  type Roles,
} from '../../server/src/kernel/permissions.ts';
import type { Registry } from '../../server/src/kernel/registry.ts';
import { credentialsFor, permissionGroupsOf, publicReasonOf } from '../../server/src/reference/access.ts';
import { code, page, table } from './document.ts';
import { type AnyOperation, operationsOf } from './operations.ts';

export const CALLERS = [
  'anonymous',
  'malformed credential',
  'unknown session',
  'expired session',
  'suspended member',
  'revoked key',
  'key of a removed member',
  'key with another scope',
  'key with the scope',
  'guest',
  'viewer',
  'member',
  'admin',
  'owner',
  'owner of another organization',
  'operator',
  'member with a role of it',
  'member with another role',
  'service key',
  'service key for a member',
  'publishable key',
] as const;
export type Caller = (typeof CALLERS)[number];

/** Columns of the second table: what roles of the organization and the kinds of keys add to those of the first. */
const ADDED: readonly Caller[] = [
  'member with a role of it',
  'member with another role',
  'service key',
  'service key for a member',
  'publishable key',
];
const EVERYWHERE = CALLERS.filter((caller) => !ADDED.includes(caller));
/** Beside them for comparing. */
const COMPARED: readonly Caller[] = ['member', 'owner', 'key with the scope'];

/**
 * Done by a role alone only to what its holder could do anyway: a role that lets somebody hand on or act upon others gives none of
 * what is handed on, nor stands above anybody.
 */
export const BEYOND_THE_ROLE: ReadonlySet<string> = new Set(['grant.give', 'grant.update', 'ownership.offer']);

/**
 * yes: does it · own: does it to what the caller owns or was granted, and is refused everything else · granted: does it to what the
 * caller was granted · elsewhere: does it in the other
 * organization and sees nothing of this one · no key: no key with this scope can be made · beyond: the role opens the door, and what
 * it would hand on or act upon is more than its holder has · else the status of the refusal.
 */
export type Cell = 'yes' | 'own' | 'granted' | 'elsewhere' | 'no key' | 'beyond' | '401' | '403' | '404';
export type MatrixRow = { readonly id: string; readonly cells: Readonly<Partial<Record<Caller, Cell>>> };

export function expectedMatrix(registry: Registry): readonly MatrixRow[] {
  return operationsOf(registry).map((operation) => ({
    id: operation.id,
    cells: Object.fromEntries(callersOf(operation).map((caller) => [caller, expectedCell(operation, caller)])),
  }));
}

/** What everybody may do shows nothing of roles and keys. */
export function callersOf(operation: AnyOperation): readonly Caller[] {
  return publicReasonOf(operation) === undefined ? CALLERS : EVERYWHERE;
}

export function renderMatrix(rows: readonly MatrixRow[]): string {
  const grid = (callers: readonly Caller[], shown: readonly MatrixRow[]): string =>
    table(
      ['route', ...callers],
      shown.map(({ id, cells }) => [code(id), ...callers.map((caller) => cells[caller] ?? 'not found')]),
    );
  const asking = rows.filter(({ cells }) => ADDED.some((caller) => caller in cells));
  return page('the access that routes declare', 'Permission matrix', ABOUT, [
    grid(EVERYWHERE, rows),
    '## Roles of the organization, and kinds of keys',
    ABOUT_ADDED,
    grid([...COMPARED, ...ADDED], asking),
  ]);
}

const ABOUT_ADDED = `*member with a role of it*: a member with a role of the organization that holds what the route asks for, as far as a role can; *member with another role*: one
whose role holds something else. *beyond*: the role opens the door, and what would be handed on or acted upon is more than its holder has. The keys have the scope that the route asks for: a *service key* acts
for nobody, or for a member named by \`Holdfast-On-Behalf-Of\` with what is among its scopes **and** the member’s; a *publishable key* works in its page. The first three columns are those from above; routes that everybody may call are left out.`;

const ABOUT = `*yes*: the call is done. *own*: it is done to what the caller owns, or was granted; everything else is a 404, or a 403 where the caller may see it.
*granted*: it is done to what the caller was granted, and everything else is refused in the same way; a list shows what was granted. *elsewhere*: it is done in the other organization, and nothing of this one shows. *no key*: no API key can be given this permission. 404 has the same body as for an id
that never was. A test makes this page again from the replies of a running server, and fails on the first difference.`;

export function expectedCell(operation: AnyOperation, caller: Caller): Cell {
  // A credential that is no longer good is refused on every path.
  if (REFUSED_EVERYWHERE.has(caller)) return '401';
  if (publicReasonOf(operation) !== undefined) return 'yes';
  if (UNKNOWN_TO_US.has(caller)) return '401';
  const cellOf = OTHERS[caller];
  if (cellOf !== undefined) return cellOf(operation);
  return isRole(caller) ? cellOfRole(operation, caller) : '403';
}

/** Who is not told by a built-in role alone. */
const OTHERS: Readonly<Partial<Record<Caller, (operation: AnyOperation) => Cell>>> = {
  'key with the scope': (operation) =>
    credentialsFor(operation).includes('apiKey') ? cellOfRole(operation, 'owner') : 'no key',
  'service key': (operation) => cellOfScopes(operation, isForNobody, () => 'yes'),
  'service key for a member': (operation) => cellOfScopes(operation, isScopeOfOwner, reachForMember),
  'publishable key': (operation) => cellOfScopes(operation, isForPages, () => 'yes'),
  'member with a role of it': cellOfHolder,
  'member with another role': (operation) => cellOfRole(operation, 'member'),
  'owner of another organization': cellOfStranger,
  operator: (operation) => (credentialsFor(operation).includes('operator') ? 'yes' : '403'),
};

const REFUSED_EVERYWHERE: ReadonlySet<Caller> = new Set([
  'malformed credential',
  'revoked key',
  'key of a removed member',
]);
/** A stale cookie must not lock its owner out of signing in again, so on public routes it counts as none. */
const UNKNOWN_TO_US: ReadonlySet<Caller> = new Set([
  'anonymous',
  'unknown session',
  'expired session',
  'suspended member',
]);

/** Whether the caller may see everything of the kind that the operation is about, by another permission than its own. */
export function maySeeAll(roles: Roles, operation: AnyOperation, caller: Caller): boolean {
  const [first] = permissionGroupsOf(operation).flat();
  const read = first === undefined ? undefined : roles.findPermission(`${first.resource}:read`);
  const role = ACTS_AS[caller] ?? caller;
  return read !== undefined && read !== first && isRole(role) && read.all.includes(role);
}

const ACTS_AS: Readonly<Partial<Record<Caller, BuiltInRole>>> = {
  'key with the scope': 'owner',
  'member with a role of it': 'member',
  'member with another role': 'member',
};

/** The scope that a key is given for each thing that an operation needs. */
export function scopesFor(operation: AnyOperation): readonly Permission[] {
  return permissionGroupsOf(operation).flatMap((group) => group.find(({ keyScope }) => keyScope) ?? group[0] ?? []);
}

/** What a role of the organization can hold of what an operation needs. */
export function roleFor(operation: AnyOperation): readonly Permission[] {
  return permissionGroupsOf(operation).flatMap((group) => group.find(isGivable) ?? []);
}

type Reached = (typeof WIDEST_FIRST)[number];

function cellOfScopes(
  operation: AnyOperation,
  canHave: (permission: Permission) => boolean,
  reach: (permission: Permission) => Reached,
): Cell {
  const scopes = scopesFor(operation);
  return scopes.every((scope) => scope.keyScope && canHave(scope)) ? narrowestOf(scopes.map(reach)) : 'no key';
}

function isForNobody({ all }: Permission): boolean {
  return all.includes('owner');
}

function isForPages({ publishable }: Permission): boolean {
  return publishable;
}

function isScopeOfOwner({ all, own }: Permission): boolean {
  return all.includes('owner') || own.includes('owner');
}

/** A key of the organization has nothing of what was granted to whom it acts for. */
function reachForMember(permission: Permission): Reached {
  const reached = reachOfRole(permission, 'member');
  return reached === 'granted' ? '403' : reached;
}

function cellOfHolder(operation: AnyOperation): Cell {
  if (BEYOND_THE_ROLE.has(operation.id)) return 'beyond';
  const cells = permissionGroupsOf(operation).map((group) =>
    group.some(isGivable) ? 'yes' : widestOf(group.map((permission) => reachOfRole(permission, 'member'))),
  );
  return narrowestOf(cells);
}

function isRole(caller: Caller): caller is Caller & BuiltInRole {
  return BUILT_IN_ROLES.some((role) => role === caller);
}

function cellOfStranger(operation: AnyOperation): Cell {
  const cell = cellOfRole(operation, 'owner');
  if (cell === '403') return cell;
  // What belongs to the installation is nobody's to hide.
  if (operation.kind === 'route' && operation.scope === 'system') return 'yes';
  return operation.path.includes(':') ? '404' : 'elsewhere';
}

/** The narrowest of what is needed; within a group the widest of what is enough. */
function cellOfRole(operation: AnyOperation, role: BuiltInRole): Cell {
  return narrowestOf(
    permissionGroupsOf(operation).map((group) => widestOf(group.map((permission) => reachOfRole(permission, role)))),
  );
}

function widestOf(held: readonly Reached[]): Reached {
  return WIDEST_FIRST.find((cell) => held.includes(cell)) ?? '403';
}

function narrowestOf(cells: readonly Reached[]): Reached {
  return WIDEST_FIRST.findLast((cell) => cells.includes(cell)) ?? 'yes';
}

const WIDEST_FIRST = ['yes', 'own', 'granted', '403'] as const;

function reachOfRole(permission: Permission, role: BuiltInRole): Reached {
  if (permission.all.includes(role)) return 'yes';
  if (permission.own.includes(role)) return 'own';
  return isGrantable(permission, role) ? 'granted' : '403';
}
