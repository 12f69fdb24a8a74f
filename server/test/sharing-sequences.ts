// Any sequence of what people can try to hand on, and some that it takes luck to come upon.
import * as fc from 'fast-check';
import { type Command, GROUPS, SCOPES, type Step } from './sharing-commands.ts';
import { type Name, NAMES, OBJECTS, PEOPLE, type To, type Who } from './sharing-model.ts';

const { constant, constantFrom, nat, oneof, record, subarray } = fc;
const somebody = constantFrom(...PEOPLE);
const at = nat({ max: 5 });
const group = nat({ max: GROUPS - 1 });
const level = constantFrom(1, 2, 3);
const isLead = constantFrom(undefined, undefined, true, false);
const to: fc.Arbitrary<To> = oneof(
  { weight: 3, arbitrary: somebody },
  { weight: 3, arbitrary: record({ team: group }) },
  { weight: 3, arbitrary: record({ project: group }) },
  constant('everybody' as const),
);
const names = (from: readonly Name[]) => subarray([...from], { minLength: 1, maxLength: 4 });
/** No role holds what nobody has for everything of its kind. */
const GIVABLE = NAMES.filter((name) => name !== 'session:read');
/** What makes somebody able to hand on something, and not all of it. */
const someGiving: fc.Arbitrary<readonly Name[]> = oneof(
  names(GIVABLE.filter((name) => /^(?:grant|provider|api_key):/.test(name))),
  constantFrom<readonly Name[]>(
    ['grant:give', 'provider:update', 'provider:delete'],
    ['grant:give', 'grant:end', 'grant:read', 'api_key:read'],
    ['team:fill', 'provider:update'],
    ['project:read', 'project:manage_members', 'api_key:read'],
    ['role:manage', 'role:give', 'grant:give'],
    ['security_configuration:manage', 'audit:read'],
    ['member:update', 'grant:give', 'provider:update'],
  ),
);
const anybody = oneof({ weight: 3, arbitrary: constant('owner' as const) }, { weight: 7, arbitrary: somebody });

const step: fc.Arbitrary<Step> = oneof(
  { weight: 6, arbitrary: record({ do: constant('grant.give'), on: constantFrom(...OBJECTS), level, to }) },
  { weight: 2, arbitrary: record({ do: constant('grant.update'), grant: at, level }) },
  record({ do: constant('grant.end'), grant: at }),
  { weight: 2, arbitrary: record({ do: constant('role.create'), names: oneof(names(GIVABLE), someGiving) }) },
  { weight: 3, arbitrary: record({ do: constant('role.give'), role: at, to: somebody }) },
  record({ do: constant('role.take'), role: at, to: somebody }),
  record({ do: constantFrom('team.give_role', 'team.take_role'), team: group, role: at }),
  { weight: 3, arbitrary: record({ do: constant('team.place_member'), team: group, to: somebody, isLead }) },
  record({ do: constant('team.take_out_member'), team: group, to: somebody }),
  { weight: 3, arbitrary: record({ do: constant('project.place_member'), project: group, to: somebody, isLead }) },
  record({ do: constant('project.take_out_member'), project: group, to: somebody }),
  record({ do: constant('project.leave'), project: group }),
  {
    weight: 2,
    arbitrary: record({
      do: constant('member.update'),
      to: somebody,
      base: constantFrom('owner', 'admin', 'member', 'viewer', 'viewer'),
    }),
  },
  {
    weight: 3,
    arbitrary: record({
      do: constant('api_key.create'),
      kind: constantFrom('personal', 'service'),
      scopes: subarray([...SCOPES], { minLength: 1, maxLength: 3 }),
      people: oneof(constant([]), subarray([...PEOPLE], { minLength: 1, maxLength: 2 })),
    }),
  },
);

export const command: fc.Arbitrary<Command> = fc
  .tuple(step, anybody, oneof({ weight: 9, arbitrary: constant(undefined) }, at))
  .map(([one, by, through]) => ({ ...one, by, through }));

/** Roles that two of them have, and something that was granted to a team and to a project. */
export const beginning: fc.Arbitrary<readonly Command[]> = fc
  .tuple(someGiving, someGiving, somebody, somebody, constantFrom(...OBJECTS), level)
  .map(([one, other, first, second, on, high]) => [
    { do: 'role.create', by: 'owner', names: one },
    { do: 'role.create', by: 'owner', names: other },
    { do: 'role.give', by: 'owner', role: 0, to: first },
    { do: 'role.give', by: 'owner', role: 1, to: second },
    { do: 'grant.give', by: 'owner', on, level: high, to: { team: 0 } },
    { do: 'grant.give', by: 'owner', on, level: high, to: { project: 0 } },
  ]);

/** A role of these names, which the owner makes and gives. */
const holding = (names: readonly Name[], role: number, to: Who): readonly Command[] => [
  { do: 'role.create', by: 'owner', names },
  { do: 'role.give', by: 'owner', role, to },
];

/** Somebody who may hand something on, and lacks one thing that comes with it. */
export const tricky: readonly (readonly Command[])[] = [
  [
    { do: 'grant.give', by: 'owner', on: 'a provider', level: 3, to: 'guest' },
    { do: 'grant.give', by: 'owner', on: 'a provider', level: 2, to: 'guest' },
    { do: 'grant.update', by: 'owner', grant: 0, level: 3 },
    { do: 'grant.give', by: 'owner', on: 'a key of the organization', level: 3, to: 'everybody' },
    { do: 'team.place_member', by: 'owner', team: 0, to: 'guest', isLead: true },
    { do: 'grant.give', by: 'guest', on: 'a provider', level: 1, to: 'viewer' },
    { do: 'api_key.create', by: 'guest', kind: 'personal', scopes: ['session:read'], people: [] },
  ],
  [
    ...holding(['grant:give', 'provider:update', 'provider:delete'], 0, 'viewer'),
    { do: 'grant.give', by: 'viewer', on: 'a provider', level: 2, to: 'viewer' },
    { do: 'grant.give', by: 'viewer', on: 'a provider', level: 3, to: 'viewer' },
  ],
  [
    ...holding(['team:fill', 'provider:update', 'provider:delete'], 0, 'viewer'),
    { do: 'grant.give', by: 'owner', on: 'a provider', level: 3, to: { team: 0 } },
    { do: 'team.place_member', by: 'viewer', team: 0, to: 'viewer', isLead: undefined },
    { do: 'grant.update', by: 'owner', grant: 0, level: 2 },
    { do: 'team.place_member', by: 'viewer', team: 0, to: 'viewer', isLead: undefined },
  ],
  [
    ...holding(['project:read', 'project:manage_members'], 0, 'member'),
    { do: 'grant.give', by: 'owner', on: 'a key of the member', level: 1, to: { project: 1 } },
    { do: 'project.place_member', by: 'member', project: 1, to: 'viewer', isLead: undefined },
    { do: 'project.place_member', by: 'lead', project: 1, to: 'viewer', isLead: undefined },
  ],
  [
    ...holding(['grant:end', 'provider:update'], 0, 'member'),
    { do: 'grant.give', by: 'owner', on: 'a provider', level: 2, to: 'lead' },
    { do: 'grant.update', by: 'member', grant: 0, level: 3 },
    { do: 'grant.update', by: 'member', grant: 0, level: 1 },
  ],
  [
    ...holding(['member:update', 'role:give', 'audit:read'], 0, 'lead'),
    { do: 'member.update', by: 'lead', to: 'lead', base: 'admin' },
    { do: 'member.update', by: 'lead', to: 'viewer', base: 'member' },
    { do: 'grant.give', by: 'owner', on: 'a provider', level: 2, to: 'everybody' },
    { do: 'member.update', by: 'lead', to: 'guest', base: 'viewer' },
    { do: 'team.place_member', by: 'owner', team: 0, to: 'guest', isLead: true },
    ...holding(['audit:read', 'usage:read'], 1, 'viewer'),
    { do: 'member.update', by: 'lead', to: 'viewer', base: 'viewer' },
    { do: 'member.update', by: 'owner', to: 'member', base: 'viewer' },
    { do: 'member.update', by: 'lead', to: 'member', base: 'member' },
    { do: 'member.update', by: 'admin', to: 'owner', base: 'admin' },
    { do: 'member.update', by: 'owner', to: 'owner', base: 'admin' },
    { do: 'member.update', by: 'owner', to: 'admin', base: 'owner' },
    { do: 'member.update', by: 'admin', to: 'owner', base: 'viewer' },
    { do: 'api_key.create', by: 'owner', kind: 'service', scopes: ['audit:read'], people: [] },
    { do: 'member.update', by: 'owner', to: 'owner', base: 'owner' },
  ],
  [
    ...holding(['security_configuration:manage', 'audit:read'], 0, 'lead'),
    { do: 'api_key.create', by: 'lead', kind: 'service', scopes: ['usage:read'], people: ['admin'] },
    { do: 'api_key.create', by: 'lead', kind: 'service', scopes: ['usage:read'], people: ['member'] },
    { do: 'api_key.create', by: 'lead', kind: 'service', scopes: ['usage:read'], people: [] },
    { do: 'api_key.create', by: 'lead', kind: 'service', scopes: ['controls:run'], people: ['owner'] },
    { do: 'api_key.create', by: 'lead', kind: 'service', scopes: ['audit:read', 'session:read'], people: ['viewer'] },
    { do: 'role.take', by: 'owner', role: 0, to: 'lead' },
    { do: 'role.give', by: 'owner', role: 0, to: 'viewer' },
    { do: 'api_key.create', by: 'viewer', kind: 'personal', scopes: ['audit:read'], people: [] },
  ],
];
