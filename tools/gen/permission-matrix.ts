// Writes docs/reference/permission-matrix.md: what each kind of caller gets from each route, by what is declared.
// The matrix test makes the same page from what a running kernel really answers.
import {
  BUILT_IN_ROLES,
  type BuiltInRole,
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
] as const;
export type Caller = (typeof CALLERS)[number];

/**
 * yes: does it · own: does it to what the caller owns or was granted, and is refused everything else · granted: does it to what the
 * caller was granted · elsewhere: does it in the other
 * organization and sees nothing of this one · no key: no key with this scope can be made · else the status of the refusal.
 */
export type Cell = 'yes' | 'own' | 'granted' | 'elsewhere' | 'no key' | '401' | '403' | '404';
export type MatrixRow = { readonly id: string; readonly cells: Readonly<Record<Caller, Cell>> };

export function expectedMatrix(registry: Registry): readonly MatrixRow[] {
  return operationsOf(registry).map((operation) => ({
    id: operation.id,
    cells: Object.fromEntries(CALLERS.map((caller) => [caller, expectedCell(operation, caller)])) as MatrixRow['cells'],
  }));
}

export function renderMatrix(rows: readonly MatrixRow[]): string {
  const grid = table(
    ['route', ...CALLERS],
    rows.map(({ id, cells }) => [code(id), ...CALLERS.map((caller) => cells[caller])]),
  );
  return page('the access that routes declare', 'Permission matrix', ABOUT, [grid]);
}

const ABOUT = `*yes*: the call is done. *own*: it is done to what the caller owns, or was granted; everything else is a 404, or a 403 where the caller may see it.
*granted*: it is done to what the caller was granted, and everything else is refused in the same way; a list shows what was granted. *elsewhere*: it is done in the other organization, and nothing of this one shows. *no key*: no API key can be given this permission. 404 has the same body as for an id
that never was. A test makes this page again from the replies of a running server, and fails on the first difference.`;

export function expectedCell(operation: AnyOperation, caller: Caller): Cell {
  // A credential that is no longer good is refused on every path.
  if (REFUSED_EVERYWHERE.has(caller)) return '401';
  if (publicReasonOf(operation) !== undefined) return 'yes';
  if (UNKNOWN_TO_US.has(caller)) return '401';
  const credentials = credentialsFor(operation);
  if (caller === 'key with the scope')
    return credentials.includes('apiKey') ? cellOfRole(operation, 'owner') : 'no key';
  if (caller === 'owner of another organization') return cellOfStranger(operation);
  if (caller === 'operator') return credentials.includes('operator') ? 'yes' : '403';
  return isRole(caller) ? cellOfRole(operation, caller) : '403';
}

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
  const role = caller === 'key with the scope' ? 'owner' : caller;
  return read !== undefined && read !== first && isRole(role) && read.all.includes(role);
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
  const cells = permissionGroupsOf(operation).map((group) => {
    const held = group.map((permission) => reachOfRole(permission, role));
    return WIDEST_FIRST.find((cell) => held.includes(cell)) ?? '403';
  });
  return WIDEST_FIRST.findLast((cell) => cells.includes(cell)) ?? 'yes';
}

const WIDEST_FIRST = ['yes', 'own', 'granted', '403'] as const;

function reachOfRole(permission: Permission, role: BuiltInRole): (typeof WIDEST_FIRST)[number] {
  if (permission.all.includes(role)) return 'yes';
  if (permission.own.includes(role)) return 'own';
  return isGrantable(permission, role) ? 'granted' : '403';
}
