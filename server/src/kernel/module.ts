// What a capability shows to the rest: the parts the registry is built from.
import type { CredentialKind } from './credential.ts';
import type { ErrorMaker } from './errors.ts';
import type { AnyJob } from './job.ts';
import type { ObjectKind } from './object-kinds.ts';
import type { Permission } from './permissions.ts';
import type { AnyRoute } from './route.ts';
import type { AnyStream } from './stream.ts';
import type { InstanceControl } from '#verification/instance.ts';

export type Module = {
  readonly name: string;
  readonly permissions?: Readonly<Record<string, Permission>>;
  readonly errors?: Readonly<Record<string, ErrorMaker>>;
  readonly routes?: readonly AnyRoute[];
  readonly streams?: readonly AnyStream[];
  readonly jobs?: readonly AnyJob[];
  readonly credentials?: readonly CredentialKind[];
  /** What of its own grants can be on. */
  readonly objects?: readonly ObjectKind[];
  /** The promises it enforces, each with the check that proves it. */
  readonly controls?: readonly InstanceControl[];
};

export function defineModule(module: Module): Module {
  return Object.freeze(module);
}
