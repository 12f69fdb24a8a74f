// The routes and streams of the registry in one order, with the words that several pages use for them.
import type { Module } from '../../server/src/kernel/module.ts';
import type { Registry } from '../../server/src/kernel/registry.ts';
import type { AnyRoute } from '../../server/src/kernel/route.ts';
import type { AnyStream } from '../../server/src/kernel/stream.ts';
import { permissionText, publicReasonOf } from '../../server/src/reference/access.ts';
import { byText, code } from './document.ts';

export type AnyOperation = AnyRoute | AnyStream;

/** Routes and streams of a module, or of all modules: by path, then method. */
export function operationsOf({
  routes = [],
  streams = [],
}: Pick<Module | Registry, 'routes' | 'streams'>): readonly AnyOperation[] {
  return [...routes, ...streams].toSorted(byText(({ path, method }) => `${path} ${method}`));
}

export function accessText(operation: AnyOperation): string {
  const permission = permissionText(operation);
  return permission === undefined
    ? `public: ${publicReasonOf(operation) ?? ''}`
    : permission.replaceAll(/[^\s]+:[^\s]+/g, (name) => code(name));
}

export function auditText(audit: { readonly action: string } | { readonly none: string }): string {
  return 'action' in audit ? code(audit.action) : `none: ${audit.none}`;
}
