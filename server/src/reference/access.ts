// Who may call an operation, in the words of the reference.
import { rankOf } from '#kernel/authorize.ts';
import { BUILT_IN_ROLES, GRANT_LEVELS, type GrantLevel, type Permission } from '#kernel/permissions.ts';
import { checkedPermissions } from '#kernel/registry.ts';
import type { AnyRoute } from '#kernel/route.ts';
import type { AnyStream } from '#kernel/stream.ts';

/** Each group is one thing the caller needs; holding one permission of the group is enough. Empty for public routes. */
export function permissionGroupsOf(operation: AnyRoute | AnyStream): readonly (readonly Permission[])[] {
  return operation.kind === 'route' ? checkedPermissions(operation) : [[operation.permission]];
}

/** `a`, `a or b`, `a and b`; undefined for public routes. Alternatives bind tighter than `and`. */
export function permissionText(operation: AnyRoute | AnyStream): string | undefined {
  const groups = permissionGroupsOf(operation).map((group) => group.map(({ name }) => name).join(' or '));
  return groups.length === 0 ? undefined : groups.join(' and ');
}

/** The least level of a grant on one object that is enough for all that an operation needs; undefined where none is. */
export function grantLevelOf(operation: AnyRoute | AnyStream): GrantLevel | undefined {
  const groups = permissionGroupsOf(operation).map((group) => Math.min(...group.map(({ granted }) => rankOf(granted))));
  return groups.length === 0 ? undefined : GRANT_LEVELS[Math.max(...groups) - 1];
}

/** Why a route asks nobody who they are; undefined for all others. */
export function publicReasonOf(operation: AnyRoute | AnyStream): string | undefined {
  return operation.kind === 'route' && 'public' in operation.access ? operation.access.public : undefined;
}

/** The kinds of credential that can ever satisfy an operation that is not public. */
export function credentialsFor(operation: AnyRoute | AnyStream): readonly ('session' | 'apiKey' | 'operator')[] {
  const groups = permissionGroupsOf(operation);
  const canAll = (can: (permission: Permission) => boolean): boolean => groups.every((group) => group.some(can));
  return [
    ...(canAll(isHeldByRole) ? (['session'] as const) : []),
    ...(canAll((permission) => isHeldByRole(permission) && permission.keyScope) ? (['apiKey'] as const) : []),
    ...(canAll((permission) => permission.all.includes('operator')) ? (['operator'] as const) : []),
  ];
}

function isHeldByRole(permission: Permission): boolean {
  return BUILT_IN_ROLES.some((role) => permission.all.includes(role) || permission.own.includes(role));
}
