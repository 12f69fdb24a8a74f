// Operations as they are served, in the words that controls read: from the registry that the pipeline itself goes by.
import type { Registry } from '#kernel/registry.ts';
import type { AnyRoute } from '#kernel/route.ts';
import type { AnyStream } from '#kernel/stream.ts';
import type { Operation } from '#verification/instance.ts';
import { grantLevelOf, permissionGroupsOf, publicReasonOf } from '../reference/access.ts';

export function operationsOf({ routes, streams }: Pick<Registry, 'routes' | 'streams'>): readonly Operation[] {
  return [...routes, ...streams].map(operationOf);
}

function operationOf(operation: AnyRoute | AnyStream): Operation {
  const { id, method, path, rate, audit } = operation;
  return {
    id,
    method,
    path,
    publicFor: publicReasonOf(operation),
    permissions: permissionGroupsOf(operation).flatMap((group) => group.map(({ name }) => name)),
    rateClass: typeof rate === 'string' ? rate : rate.class,
    auditAction: 'action' in audit ? audit.action : undefined,
    stepUp: 'stepUp' in operation && (operation.stepUp ?? false),
    byGrant: grantLevelOf(operation) !== undefined,
  };
}
