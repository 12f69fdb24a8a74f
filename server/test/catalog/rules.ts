// What must hold of every table, policy, key, grant, function and role; each rule gives its faults in words.
import * as exceptions from './exceptions.ts';
import type { Facts, Index, Table } from './facts.ts';

export type CatalogRule = { readonly id: string; readonly faults: (facts: Facts) => readonly string[] };

/** The columns every key of a table of this kind begins with. */
export const TENANT_KEYS: Readonly<Record<string, readonly string[]>> = {
  org: ['org_id'],
  project: ['org_id', 'project_id'],
  person: ['user_id'],
  stream: ['stream_kind', 'stream_id'],
  system: [],
};

/** The wall of each kind; calls that don't depend on the row are wrapped, so they run once a statement. */
const WALLS: Readonly<Record<string, string>> = {
  org: '(org_id = ( SELECT current_org() AS current_org))',
  project:
    '((org_id = ( SELECT current_org() AS current_org)) AND (project_id = ( SELECT current_project() AS current_project)))',
  person: '(user_id = ( SELECT current_person() AS current_person))',
  stream: 'in_stream(stream_kind, stream_id)',
  system: '( SELECT in_system_scope() AS in_system_scope)',
};
const PRIVILEGES: ReadonlySet<string> = new Set(['select', 'insert', 'update', 'delete']);

const hasRule = (table: Table): boolean => !(table.name in exceptions.UNRULED_TABLES);

const everyTableHasARule: CatalogRule = {
  id: 'every table has exactly one rule, of a kind we know',
  faults: ({ tables, ruledButMissing }) => [
    ...tables.filter(hasRule).flatMap(({ name, rules, kind }) => {
      if (rules !== 1) return [`${name} has ${String(rules)} rules`];
      return kind !== null && kind in TENANT_KEYS ? [] : [`${name} is of kind ${String(kind)}`];
    }),
    ...ruledButMissing.map((name) => `${name} has a rule but is no table`),
  ],
};

const everyTableIsWalled: CatalogRule = {
  id: 'every table forces row security and has the wall of its kind',
  faults: ({ tables, policies }) =>
    tables.filter(hasRule).flatMap(({ name, kind, isForced }) => {
      const walls = policies.filter(({ table, isPermissive }) => table === name && !isPermissive);
      const expected = WALLS[kind ?? ''];
      const stands = walls.some(
        ({ command, roles, using, check }) =>
          command === '*' && roles.join() === 'holdfast_app' && using === expected && check === expected,
      );
      return [
        ...(isForced ? [] : [`${name} does not force row security`]),
        ...(stands && expected !== undefined ? [] : [`${name} has no wall of kind ${String(kind)}`]),
      ];
    }),
};

const KNOWN_READERS: ReadonlySet<string> = new Set([
  'holdfast_app',
  'holdfast_lookup',
  'holdfast_maintenance',
  'holdfast_sequencer',
]);

const policiesNameTheirRoles: CatalogRule = {
  id: 'no policy is for everybody, for the login or, but where listed, for the owner',
  faults: ({ policies }) =>
    policies.flatMap(({ table, name, roles }) =>
      roles
        .filter((role) => !KNOWN_READERS.has(role))
        .filter((role) => !(role === 'holdfast_migrator' && table in exceptions.OWNER_POLICIES))
        .map((role) => `${table} has policy ${name} for ${role}`),
    ),
};

const tenantColumnsAreThere: CatalogRule = {
  id: 'tenant columns are there and never null',
  faults: ({ tables, columns }) =>
    tables.flatMap((table) =>
      (TENANT_KEYS[table.kind ?? ''] ?? []).flatMap((name) => {
        const column = columns.find((one) => one.table === table.name && one.name === name);
        if (column === undefined) return [`${table.name} has no column ${name}`];
        return column.isNullable ? [`${table.name}.${name} may be null`] : [];
      }),
    ),
};

const keysBeginWithTheTenant: CatalogRule = {
  id: 'primary keys, unique keys and indexes begin with the tenant',
  faults: ({ tables, indexes }) =>
    tables.filter(hasRule).flatMap((table) => {
      const key = TENANT_KEYS[table.kind ?? ''] ?? [];
      const own = indexes.filter((index) => index.table === table.name);
      const isPlaced = (index: Index): boolean => key.every((column, at) => index.columns[at] === column);
      const isListed = ({ name, isUnique, isPrimary }: Index): boolean =>
        !isPrimary && name in (isUnique ? exceptions.UNIQUE_OVER_ALL : exceptions.UNTENANTED_INDEXES);
      return [
        ...(own.some(({ isPrimary }) => isPrimary) ? [] : [`${table.name} has no primary key`]),
        ...own
          .filter((index) => !isPlaced(index) && !isListed(index))
          .map(({ name, columns }) => `${table.name} has ${name} on (${columns.join(', ')})`),
      ];
    }),
};

const foreignKeysStayInTheTenant: CatalogRule = {
  id: 'foreign keys carry the tenant on both sides',
  faults: ({ tables, foreignKeys }) => {
    const kindOf = (name: string): string => tables.find((table) => table.name === name)?.kind ?? '';
    const keyOf = (name: string): readonly string[] => TENANT_KEYS[kindOf(name)] ?? [];
    return foreignKeys
      .filter(({ name }) => !(name in exceptions.CROSSING_KEYS))
      .filter(({ table, columns, target, targetColumns }) => {
        const begins = (list: readonly string[], of: string): boolean => keyOf(of).every((key, at) => list[at] === key);
        // What is in a project refers to what its whole organization has: that organization is what both sides carry.
        const isOutOfProject = kindOf(table) === 'project' && kindOf(target) === 'org';
        return !begins(columns, isOutOfProject ? target : table) || !begins(targetColumns, target);
      })
      .map(({ table, name, columns, target }) => `${table} has ${name} on (${columns.join(', ')}) to ${target}`);
  },
};

const exceptionsAreNeeded: CatalogRule = {
  id: 'every exception is still needed',
  faults: ({ tables, indexes, foreignKeys, policies }) => {
    const names = new Set([...tables, ...indexes, ...foreignKeys].map(({ name }) => name));
    const listed = [
      exceptions.UNRULED_TABLES,
      exceptions.UNIQUE_OVER_ALL,
      exceptions.CROSSING_KEYS,
      exceptions.UNTENANTED_INDEXES,
      exceptions.OWNER_POLICIES,
    ].flatMap((list) => Object.keys(list));
    const written = new Set(
      policies.filter(({ roles }) => roles.includes('holdfast_migrator')).map(({ table }) => table),
    );
    const isWritten = (name: string): boolean => !(name in exceptions.OWNER_POLICIES) || written.has(name);
    return listed
      .filter((name) => !names.has(name) || !isWritten(name))
      .map((name) => `${name} is excepted for nothing`);
  },
};

const nothingIsPublic: CatalogRule = {
  id: 'nothing is granted to everybody, and tables only the four commands of data',
  faults: ({ grants, routines }) => [
    ...grants
      .filter(({ grantee }) => grantee === 'public')
      .map(({ what, name, privilege }) => `everybody has ${privilege} on ${what} ${name}`),
    ...routines
      .filter(({ executors }) => executors.includes('public'))
      .map(({ name }) => `everybody may execute ${name}`),
    ...grants
      .filter(({ what, privilege }) => what === 'table' && !PRIVILEGES.has(privilege))
      .map(({ name, grantee, privilege }) => `${grantee} has ${privilege} on ${name}`),
    ...grants
      .filter(
        ({ what, grantee, name }) =>
          what === 'table' && grantee === 'holdfast_runtime' && !(name in exceptions.UNRULED_TABLES),
      )
      .map(({ name, privilege }) => `the login itself has ${privilege} on ${name}`),
    ...grants
      .filter(({ what, privilege }) => what !== 'table' && privilege !== 'usage' && privilege !== 'connect')
      .map(({ what, name, grantee, privilege }) => `${grantee} has ${privilege} on ${what} ${name}`),
  ],
};

const ownersAreTheMigrator: CatalogRule = {
  id: 'tables and plain functions belong to the migrator, who is not used at run time',
  faults: ({ tables, routines }) => [
    ...tables.filter(({ owner }) => owner !== 'holdfast_migrator').map(({ name, owner }) => `${owner} owns ${name}`),
    ...routines
      .filter(({ owner, isDefiner }) => owner !== (isDefiner ? 'holdfast_lookup' : 'holdfast_migrator'))
      .map(({ name, owner }) => `${owner} owns ${name}`),
  ],
};

const CALLERS: ReadonlySet<string> = new Set([...KNOWN_READERS, 'holdfast_runtime']);

const routinesAreClosed: CatalogRule = {
  id: 'a function that lends its rights has a fixed search path, and nobody unknown runs any',
  faults: ({ routines }) =>
    routines.flatMap(({ name, isDefiner, isLeakproof, settings, executors }) => [
      ...(isDefiner && !settings.includes('search_path=holdfast, pg_temp') ? [`${name} lends rights on any path`] : []),
      ...(isLeakproof ? [`${name} claims to be leakproof`] : []),
      ...executors
        .filter((role) => role !== 'public' && !CALLERS.has(role))
        .map((role) => `${role} may execute ${name}`),
    ]),
};

const viewsAskTheReader: CatalogRule = {
  id: 'views ask with the rights of their reader, and nothing keeps copies of rows',
  faults: ({ otherRelations, strays }) => [
    ...otherRelations
      .filter(({ kind, options }) => kind !== 'v' || !options.includes('security_invoker=true'))
      .map(({ name, kind }) => `${name} is a relation of kind ${kind}`),
    ...strays.map((what) => `there is ${what}`),
  ],
};

const historyIsAddedTo: CatalogRule = {
  id: 'history is added to and never changed',
  faults: ({ grants, triggers }) => [
    ...grants
      .filter(
        ({ what, name, privilege }) => what === 'table' && name in exceptions.ADDED_TO_ONLY && privilege !== 'select',
      )
      .filter(({ name, grantee, privilege }) => exceptions.ADDED_TO_ONLY[name]?.[grantee]?.includes(privilege) !== true)
      .map(({ name, grantee, privilege }) => `${grantee} has ${privilege} on ${name}`),
    ...exceptions.SEALED_TABLES.filter(
      (name) => !triggers.some((one) => one.table === name && one.state === 'O' && one.firesOn === BEFORE_ANY_CHANGE),
    ).map((name) => `nothing stops the owner from changing ${name}`),
  ],
};

/** Bits of pg_trigger.tgtype: before (2), delete (8), update (16), truncate (32); a statement's, so not row (1). */
const BEFORE_ANY_CHANGE = 2 + 8 + 16 + 32;

const LOGINS: ReadonlySet<string> = new Set(['holdfast_migrator', 'holdfast_runtime']);
const ROLE_NAMES = ['app', 'lookup', 'maintenance', 'migrator', 'runtime', 'sequencer'].map(
  (name) => `holdfast_${name}`,
);
const MEMBERSHIPS = [
  'holdfast_runtime in holdfast_app',
  'holdfast_migrator in holdfast_lookup',
  'holdfast_runtime in holdfast_maintenance',
  'holdfast_runtime in holdfast_sequencer',
];

const rolesAreWeak: CatalogRule = {
  id: 'roles are the six we know, none above the walls, none inheriting',
  faults: ({ roles, memberships }) => [
    ...(roles.map(({ name }) => name).join() === ROLE_NAMES.join() ? [] : ['the roles are others than the six']),
    ...roles.flatMap((role) => [
      ...(role.isSuper || role.isBypassing || role.isMaking || role.isReplicating
        ? [`${role.name} is above the walls`]
        : []),
      ...(role.isInheriting ? [`${role.name} inherits`] : []),
      ...(role.isLogin === LOGINS.has(role.name) ? [] : [`${role.name} may log in: ${String(role.isLogin)}`]),
      ...(role.name === 'holdfast_runtime' && !role.settings.includes('row_security=on')
        ? ['the login may turn row security off']
        : []),
    ]),
    ...memberships
      .map(({ role, member }) => `${member} in ${role}`)
      .filter((one) => !MEMBERSHIPS.includes(one))
      .map((one) => `unknown membership: ${one}`),
  ],
};

export const catalogRules: readonly CatalogRule[] = [
  everyTableHasARule,
  everyTableIsWalled,
  policiesNameTheirRoles,
  tenantColumnsAreThere,
  keysBeginWithTheTenant,
  foreignKeysStayInTheTenant,
  exceptionsAreNeeded,
  nothingIsPublic,
  ownersAreTheMigrator,
  routinesAreClosed,
  viewsAskTheReader,
  historyIsAddedTo,
  rolesAreWeak,
];
