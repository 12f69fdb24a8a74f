// Everything the product can do, in one value: checked when the process starts, the source of every generated reference.
import type { CredentialKind } from './credential.ts';
import { type ErrorSpec, kernelErrors } from './errors.ts';
import type { AnyJob } from './job.ts';
import type { Module } from './module.ts';
import type { ObjectKinds } from './object-kinds.ts';
import { buildRoles, type Permission, type Roles } from './permissions.ts';
import type { AnyRoute } from './route.ts';
import type { AnyStream } from './stream.ts';

export type Registry = {
  readonly modules: readonly Module[];
  readonly routes: readonly AnyRoute[];
  readonly streams: readonly AnyStream[];
  readonly jobs: ReadonlyMap<string, AnyJob>;
  readonly errors: Readonly<Record<string, ErrorSpec>>;
  readonly roles: Roles;
  readonly credentials: ReadonlyMap<string, CredentialKind>;
  readonly objects: ObjectKinds;
};

/** Builds the registry, or throws one error that names every fault. */
export function buildRegistry(modules: readonly Module[]): Registry {
  const faults = findFaults(modules);
  if (faults.length > 0) throw new Error(`The registry is inconsistent:\n- ${faults.join('\n- ')}`);
  return Object.freeze({
    modules,
    routes: modules.flatMap((module) => module.routes ?? []),
    streams: modules.flatMap((module) => module.streams ?? []),
    jobs: new Map(modules.flatMap((module) => module.jobs ?? []).map((job) => [job.id, job])),
    errors: errorSpecs(modules),
    roles: buildRoles(permissionsOf(modules)),
    credentials: new Map(modules.flatMap((module) => module.credentials ?? []).map((kind) => [kind.kind, kind])),
    objects: new Map(modules.flatMap((module) => module.objects ?? []).map((object) => [object.kind, object])),
  });
}

/** Every inconsistency among the modules, in words; empty when there is none. */
export function findFaults(modules: readonly Module[]): readonly string[] {
  const routes = modules.flatMap((module) => module.routes ?? []);
  const streams = modules.flatMap((module) => module.streams ?? []);
  const jobs = modules.flatMap((module) => module.jobs ?? []);
  return [
    ...repeated(modules.map((module) => module.name)).map((name) => `module ${name} is listed twice`),
    ...repeated([...routes, ...streams, ...jobs].map((one) => one.id)).map((id) => `id ${id} is declared twice`),
    ...repeated([...routes, ...streams].map((one) => `${one.method} ${shapeOf(one.path)}`)).map(
      (at) => `${at} is declared twice`,
    ),
    ...repeated(errorCodes(modules)).map((code) => `error ${code} is declared twice`),
    ...permissionFaults(modules, routes, streams),
    ...objectFaults(modules),
    ...errorFaults(modules, routes, streams),
    ...routes.flatMap(routeFaults),
    ...jobs
      .filter((job) => job.everySeconds !== undefined && job.scope !== 'system')
      .map((job) => `job ${job.id} is scheduled but not of system scope`),
  ];
}

function permissionFaults(
  modules: readonly Module[],
  routes: readonly AnyRoute[],
  streams: readonly AnyStream[],
): readonly string[] {
  const declared = permissionsOf(modules);
  const used = new Set([
    ...routes.flatMap((route) => checkedPermissions(route).flat()),
    ...streams.map((stream) => stream.permission),
  ]);
  return [
    ...repeated(declared.map((permission) => permission.name)).map((name) => `permission ${name} is declared twice`),
    ...declared
      .filter((permission) => !used.has(permission))
      .map((permission) => `permission ${permission.name} guards no route`),
    ...declared
      .filter((permission) => permission.publishable && !(permission.keyScope && permission.all.length > 0))
      .map((permission) => `permission ${permission.name} is for pages, but no key can be given it`),
    ...routes
      .filter(({ method }) => method !== 'GET')
      .flatMap((route) => checkedPermissions(route).flat())
      .concat(streams.map((stream) => stream.permission))
      .filter((permission) => permission.publishable)
      .map((permission) => `permission ${permission.name} is for pages, but guards what is no reading`),
    ...[...used]
      .filter((permission) => !declared.includes(permission))
      .map((permission) => `permission ${permission.name} is used by a route but exported by no module`),
  ];
}

function objectFaults(modules: readonly Module[]): readonly string[] {
  const kinds = modules.flatMap((module) => module.objects ?? []);
  const granted = permissionsOf(modules).filter((permission) => permission.granted !== undefined);
  const onEveryKind = granted.filter(({ resource }) => !kinds.some(({ kind }) => kind === resource));
  return [
    ...repeated(kinds.map(({ kind }) => kind)).map((kind) => `kind of objects ${kind} is declared twice`),
    ...repeated(kinds.map(({ prefix }) => prefix)).map((prefix) => `ids ${prefix}_… are of two kinds of objects`),
    ...kinds
      .filter(({ kind }) => !granted.some(({ resource, granted: level }) => resource === kind && level === 'viewer'))
      .map(({ kind }) => `kind of objects ${kind} has nothing for viewers`),
    ...onEveryKind
      .filter(({ resource }) => resource !== 'grant')
      .map(({ name }) => `permission ${name} is given by grants on a kind of objects that no module declares`),
  ];
}

function errorFaults(
  modules: readonly Module[],
  routes: readonly AnyRoute[],
  streams: readonly AnyStream[],
): readonly string[] {
  const known = errorSpecs(modules);
  const named = [...routes, ...streams].flatMap((route) =>
    route.errors.map((code: string) => [route.id, code] as const),
  );
  const used = new Set(named.map(([, code]) => code));
  const declared = modules.flatMap((module) => Object.keys(module.errors ?? {}));
  return [
    ...named.filter(([, code]) => !(code in known)).map(([id, code]) => `${id} names unknown error ${code}`),
    ...declared.filter((code) => !used.has(code)).map((code) => `error ${code} is declared but no route lists it`),
  ];
}

/** What a type can't say about one route. */
function routeFaults(route: AnyRoute): readonly string[] {
  const isMutation = route.method !== 'GET';
  const publicReason: string | undefined = 'public' in route.access ? route.access.public : undefined;
  const inPath = [...route.path.matchAll(/:([A-Za-z]+)/g)].map((match) => match[1] ?? '').toSorted();
  const declared = Object.keys(route.params.shape).toSorted();
  const rules: readonly (readonly [boolean, string])[] = [
    [Array.isArray(route.access) && route.access.length === 0, 'has an empty access list'],
    [publicReason !== undefined && publicReason.trim().length < 10, 'is public without a reason'],
    [publicReason !== undefined && route.scope === 'org', 'is public but its scope is an organization'],
    [publicReason !== undefined && route.scope === 'project', 'is public but its scope is a project'],
    [route.scope === 'project' && !inPath.includes('projectId'), 'is in a project that its path does not name'],
    [isMutation && !('action' in route.audit), 'is a mutation without an audit event'],
    [inPath.join() !== declared.join(), `declares parameters ${declared.join()} but its path names ${inPath.join()}`],
    [!isMutation && Object.keys(route.body.shape).length > 0, 'is a GET with a body'],
    [route.status === 204 && Object.keys(route.output.shape).length > 0, 'answers 204 with a body'],
    [!/^\/[a-z]/.test(route.path), 'has a path that is not absolute'],
  ];
  return rules.filter(([isBroken]) => isBroken).map(([, fault]) => `${route.id} ${fault}`);
}

/** Each check's permissions; holding one of a group is enough. */
export function checkedPermissions(route: AnyRoute): readonly (readonly Permission[])[] {
  if ('public' in route.access) return [];
  return route.access.map((check) =>
    check.orPermission === undefined ? [check.permission] : [check.permission, check.orPermission],
  );
}

function permissionsOf(modules: readonly Module[]): readonly Permission[] {
  return modules.flatMap((module) => Object.values(module.permissions ?? {}));
}

function errorCodes(modules: readonly Module[]): readonly string[] {
  return [...Object.keys(kernelErrors), ...modules.flatMap((module) => Object.keys(module.errors ?? {}))];
}

function errorSpecs(modules: readonly Module[]): Readonly<Record<string, ErrorSpec>> {
  const makers = Object.assign(
    {},
    kernelErrors,
    ...modules.map((module) => module.errors ?? {}),
  ) as typeof kernelErrors;
  return Object.fromEntries(Object.entries(makers).map(([code, maker]) => [code, maker.spec]));
}

/** Two paths that differ only in a parameter's name are the same path. */
function shapeOf(path: string): string {
  return path.replaceAll(/:[A-Za-z]+/g, ':');
}

function repeated(values: readonly string[]): readonly string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}
