// A small model of who holds what by roles and teams: what each call may do, and what it leaves, without a database.
import * as fc from 'fast-check';

export const PEOPLE = ['owner', 'admin', 'member', 'viewer', 'lead'] as const;
export type Who = (typeof PEOPLE)[number];

/** Those that nobody holds for what is their own alone, but for `team:fill`, which leads do. */
export const NAMES = [
  'audit:read',
  'provider:create',
  'role:manage',
  'role:give',
  'team:manage',
  'team:fill',
  'controls:run',
  'security_configuration:manage',
] as const;
export type Name = (typeof NAMES)[number];

const OF_OWNERS_ALONE: readonly Name[] = ['controls:run', 'security_configuration:manage'];

export type Command =
  | { readonly do: 'role.create'; readonly by: Who; readonly names: readonly Name[] }
  | { readonly do: 'role.update'; readonly by: Who; readonly role: number; readonly names: readonly Name[] }
  | { readonly do: 'role.delete'; readonly by: Who; readonly role: number }
  | { readonly do: 'role.give' | 'role.take'; readonly by: Who; readonly role: number; readonly to: Who }
  | { readonly do: 'team.create'; readonly by: Who }
  | {
      readonly do: 'team.place_member';
      readonly by: Who;
      readonly team: number;
      readonly to: Who;
      readonly isLead: boolean | undefined;
    }
  | { readonly do: 'team.take_out_member'; readonly by: Who; readonly team: number; readonly to: Who }
  | {
      readonly do: 'team.give_role' | 'team.take_role';
      readonly by: Who;
      readonly team: number;
      readonly role: number;
    };

export type ModelRole = { readonly id: string; names: readonly Name[]; readonly has: Set<Who> };
export type ModelTeam = { readonly id: string; readonly places: Map<Who, boolean>; readonly roles: Set<ModelRole> };
export type Model = { roles: ModelRole[]; teams: ModelTeam[] };

/** One of so many, whatever the number says; undefined where there is none. */
export function pick<T>(list: readonly T[], at: number): T | undefined {
  return list.length === 0 ? undefined : list[at % list.length];
}

/** For everything of its kind. */
export function holds({ roles, teams }: Model, who: Who, name: Name): boolean {
  if (who === 'owner' || (who === 'admin' && !OF_OWNERS_ALONE.includes(name))) return true;
  return (
    roles.some((role) => role.has.has(who) && role.names.includes(name)) ||
    teams.some((team) => team.places.has(who) && holdsByTeam(team, name))
  );
}

function holdsByTeam(team: ModelTeam, name: Name): boolean {
  return [...team.roles].some((role) => role.names.includes(name));
}

/** What a session of theirs names: also what they hold for their own. */
export function namesOf(model: Model, who: Who): readonly Name[] {
  return NAMES.filter((name) => name === 'team:fill' || holds(model, who, name));
}

type Rule<C extends Command = Command> = (model: Model, command: C) => boolean;

const holdsEach = (model: Model, who: Who, names: Iterable<Name>): boolean =>
  [...names].every((name) => holds(model, who, name));
const ofTeam = (team: ModelTeam): readonly Name[] => [...team.roles].flatMap((role) => role.names);

/** Whether the product must do it; where what it is about is not there, it must not. */
export function allows(model: Model, command: Command): boolean {
  // The rule of a command is the one at its name.
  return (RULES[command.do] as Rule)(model, command);
}

function mayTouch(model: Model, by: Who, gate: Name, at: number): boolean {
  const role = pick(model.roles, at);
  return role !== undefined && holdsEach(model, by, [gate, ...role.names]);
}

const mayFill = (model: Model, by: Who, team: ModelTeam): boolean =>
  holds(model, by, 'team:fill') || team.places.get(by) === true;

const mayPlace: Rule<Extract<Command, { do: 'team.place_member' }>> = (model, { by, team: at, to, isLead }) => {
  const team = pick(model.teams, at);
  if (team === undefined || !mayFill(model, by, team)) return false;
  const before = team.places.get(to);
  const leads = isLead ?? before ?? false;
  if (leads !== (before ?? false) && !holds(model, by, 'team:manage')) return false;
  return (before !== undefined && !leads) || holdsEach(model, by, ofTeam(team));
};

const mayTakeOut: Rule<Extract<Command, { do: 'team.take_out_member' }>> = (model, { by, team: at, to }) => {
  const team = pick(model.teams, at);
  const place = team?.places.get(to);
  if (team === undefined || place === undefined) return false;
  if (by === to) return true;
  if (place && !holds(model, by, 'team:manage')) return false;
  return mayFill(model, by, team) && holdsEach(model, by, ofTeam(team));
};

type RuleOf<D extends Command['do']> = Rule<Extract<Command, { readonly do: D }>>;

const touching =
  (gate: Name): Rule<Extract<Command, { readonly role: number }>> =>
  (model, { by, role }) =>
    mayTouch(model, by, gate, role);
const touchingOfTeam: Rule<Extract<Command, { readonly role: number; readonly team: number }>> = (
  model,
  { by, role, team },
) => pick(model.teams, team) !== undefined && mayTouch(model, by, 'role:give', role);

const RULES: { readonly [D in Command['do']]: RuleOf<D> } = {
  'role.create': (model, { by, names }) => holdsEach(model, by, ['role:manage', ...names]),
  'role.update': (model, { by, role, names }) =>
    mayTouch(model, by, 'role:manage', role) && holdsEach(model, by, names),
  'role.delete': touching('role:manage'),
  'role.give': touching('role:give'),
  'role.take': touching('role:give'),
  'team.create': (model, { by }) => holds(model, by, 'team:manage'),
  'team.place_member': mayPlace,
  'team.take_out_member': mayTakeOut,
  'team.give_role': touchingOfTeam,
  'team.take_role': touchingOfTeam,
};

/** Does what was allowed. `id` is of what was made. */
export function perform(model: Model, command: Command, id: string): void {
  if (command.do === 'role.create') model.roles.push({ id, names: command.names, has: new Set() });
  else if (command.do === 'team.create') model.teams.push({ id, places: new Map(), roles: new Set() });
  else if ('team' in command) changeTeam(model, command);
  else changeRole(model, command);
}

function changeRole(model: Model, command: Extract<Command, { readonly role: number }>): void {
  const role = pick(model.roles, command.role);
  if (role === undefined) return;
  if (command.do === 'role.update') role.names = command.names;
  if (command.do === 'role.give') role.has.add(command.to);
  if (command.do === 'role.take') role.has.delete(command.to);
  if (command.do !== 'role.delete') return;
  model.roles = model.roles.filter((one) => one !== role);
  for (const team of model.teams) team.roles.delete(role);
}

function changeTeam(model: Model, command: Extract<Command, { readonly team: number }>): void {
  const team = pick(model.teams, command.team);
  if (team === undefined) return;
  const { places, roles } = team;
  if (command.do === 'team.place_member') places.set(command.to, command.isLead ?? places.get(command.to) ?? false);
  else if (command.do === 'team.take_out_member') places.delete(command.to);
  else changeRoles(roles, pick(model.roles, command.role), command.do === 'team.give_role');
}

function changeRoles(roles: Set<ModelRole>, role: ModelRole | undefined, isGiven: boolean): void {
  if (role === undefined) return;
  if (isGiven) roles.add(role);
  else roles.delete(role);
}

const by = fc.constantFrom(...PEOPLE);
const at = fc.nat({ max: 3 });
const names = fc.subarray([...NAMES], { minLength: 1, maxLength: 3 });

export const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ do: fc.constant('role.create' as const), by, names }),
  fc.record({ do: fc.constant('role.update' as const), by, role: at, names }),
  fc.record({ do: fc.constant('role.delete' as const), by, role: at }),
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('role.give' as const, 'role.take' as const), by, role: at, to: by }),
  },
  fc.record({ do: fc.constant('team.create' as const), by }),
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('team.place_member' as const),
      by,
      team: at,
      to: by,
      isLead: fc.constantFrom(undefined, undefined, true, false),
    }),
  },
  fc.record({ do: fc.constant('team.take_out_member' as const), by, team: at, to: by }),
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('team.give_role' as const, 'team.take_role' as const),
      by,
      team: at,
      role: at,
    }),
  },
);
