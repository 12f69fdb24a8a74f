// Writes docs/reference/permissions.md: who holds what, and what it opens.
import { BUILT_IN_ROLES, type Holder, type Permission } from '../../server/src/kernel/permissions.ts';
import type { Registry } from '../../server/src/kernel/registry.ts';
import { permissionGroupsOf } from '../../server/src/reference/access.ts';
import { byText, code, page, table } from './document.ts';
import { operationsOf } from './operations.ts';

const HOLDERS: readonly Holder[] = [...BUILT_IN_ROLES, 'operator'];

export function renderPermissions(registry: Registry): string {
  const permissions = registry.roles.permissions.toSorted(byText(({ name }) => name));
  const grid = table(
    ['permission', ...HOLDERS, 'API key', 'meaning'],
    permissions.map((permission) => [
      code(permission.name),
      ...HOLDERS.map((holder) => reachText(permission, holder)),
      permission.keyScope ? 'may be a scope' : '–',
      permission.describe,
    ]),
  );
  const guarded = table(
    ['permission', 'opens'],
    permissions.map((permission) => [code(permission.name), openedBy(registry, permission).map(code).join(', ')]),
  );
  return page('the permissions that modules declare', 'Permissions', ABOUT, [
    '## Who holds what',
    grid,
    '## What it opens',
    guarded,
  ]);
}

const ABOUT = `*all*: for everything of its kind in the organization. *own*: for what the person owns, and lists show that alone. *–*: never.
An API key has the permissions that are among its scopes **and** held by the person who made it, at the time of each call.
The operator acts at the admin socket of the host and belongs to no organization.`;

function reachText(permission: Permission, holder: Holder): string {
  if (permission.all.includes(holder)) return 'all';
  return permission.own.includes(holder) ? 'own' : '–';
}

function openedBy(registry: Registry, permission: Permission): readonly string[] {
  return operationsOf(registry)
    .filter((operation) => permissionGroupsOf(operation).some((group) => group.includes(permission)))
    .map(({ id }) => id);
}
