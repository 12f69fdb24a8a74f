// What people can try to hand on, which of it a model of what was given allows, and what each leaves in the model.
import type { BuiltInRole } from '#kernel/permissions.ts';
import {
  baseOf,
  can,
  canAll,
  canAllSharedWith,
  type Grant,
  holds,
  isGuest,
  levelMaxOf,
  type Model,
  type Name,
  namesGivenTo,
  type On,
  type Role,
  sameTo,
  type Team,
  type To,
  type Who,
  widthOf,
} from './sharing-model.ts';

/** Of teams and of projects. */
export const GROUPS = 2;
const KEYS_MAX = 3;
export const SCOPES = [
  'session:read',
  'audit:read',
  'controls:run',
  'models:use',
  'usage:read',
] as const satisfies Name[];

export type Step =
  | { readonly do: 'grant.give'; readonly on: On; readonly level: number; readonly to: To }
  | { readonly do: 'grant.update'; readonly grant: number; readonly level: number }
  | { readonly do: 'grant.end'; readonly grant: number }
  | { readonly do: 'role.create'; readonly names: readonly Name[] }
  | { readonly do: 'role.give' | 'role.take'; readonly role: number; readonly to: Who }
  | { readonly do: 'team.give_role' | 'team.take_role'; readonly team: number; readonly role: number }
  | Placing<'team', 'team.place_member'>
  | Placing<'project', 'project.place_member'>
  | { readonly do: 'team.take_out_member'; readonly team: number; readonly to: Who }
  | { readonly do: 'project.take_out_member'; readonly project: number; readonly to: Who }
  | { readonly do: 'project.leave'; readonly project: number }
  | { readonly do: 'member.update'; readonly to: Who; readonly base: BuiltInRole }
  | {
      readonly do: 'api_key.create';
      readonly kind: 'personal' | 'service';
      readonly scopes: readonly (typeof SCOPES)[number][];
      /** For a key of the organization alone; nobody where there is none. */
      readonly people: readonly Who[];
    };
type Placing<K extends 'team' | 'project', D extends string> = { readonly do: D } & Readonly<Record<K, number>> & {
    readonly to: Who;
    readonly isLead: boolean | undefined;
  };
/** `through` is a key that they use instead of their session, as far as there is one. */
export type Command = Step & { readonly by: Who; readonly through?: number | undefined };

type Of<D extends Step['do']> = Extract<Command, { readonly do: D }>;
type Rule<C extends Command> = (model: Model, command: C) => boolean;

export function pick<T>(list: readonly T[], at: number): T | undefined {
  return list.length === 0 ? undefined : list[at % list.length];
}

/** Whether there is what the command is about. */
export function isAboutSomething(model: Model, command: Command): boolean {
  if ('grant' in command && model.grants.length === 0) return false;
  if ('role' in command && model.roles.length === 0) return false;
  return command.do !== 'api_key.create' || model.keys.length < KEYS_MAX;
}

/** Whether the product must do it. No scope of a key is a right to hand anything on. */
export function allows(model: Model, command: Command): boolean {
  if (keyOf(model, command) !== undefined || isForGuests(model, command)) return false;
  // The rule of a command is the one at its name.
  return (RULES[command.do] as Rule<Command>)(model, command);
}

/** What a guest never has, whoever gives it. */
function isForGuests(model: Model, command: Command): boolean {
  if ('grant' in command)
    return 'level' in command && command.level > levelMaxOf(model, pick(model.grants, command.grant)?.to ?? 'owner');
  if (command.do === 'grant.give') return command.level > levelMaxOf(model, command.to);
  return PLACES.has(command.do) && 'to' in command && isGuest(model, command.to);
}

const PLACES: ReadonlySet<Step['do']> = new Set(['role.give', 'team.place_member', 'project.place_member']);

export function keyOf({ keys }: Model, { through }: Command) {
  return through === undefined ? undefined : pick(keys, through);
}

const holdsEach = (model: Model, who: Who, names: readonly Name[]): boolean =>
  names.every((name) => holds(model, who, name));
const namesOfTeam = ({ roles }: Team): readonly Name[] => [...roles].flatMap(({ names }) => names);

const mayGive: Rule<Of<'grant.give'>> = (model, { by, on, level, to }) => {
  if (typeof to === 'object' && 'project' in to && !seesProject(model, by, to.project)) return false;
  const before = model.grants.find((grant) => grant.on === on && sameTo(grant.to, to))?.level ?? 0;
  return can(model, by, 'grant:give', on) && canAll(model, by, on, Math.max(level, before));
};

const mayChange: Rule<{ readonly by: Who; readonly grant: number; readonly level?: number } & Command> = (
  model,
  { by, grant, level = 0 },
) => {
  const found = pick(model.grants, grant);
  return (
    found !== undefined &&
    can(model, by, 'grant:end', found.on) &&
    canAll(model, by, found.on, Math.max(level, found.level))
  );
};

const mayTouch: Rule<Command & { readonly role: number }> = (model, { by, role }) => {
  const found = pick(model.roles, role);
  return found !== undefined && holdsEach(model, by, ['role:give', ...found.names]);
};

const mayPlaceInTeam: Rule<Of<'team.place_member'>> = (model, { by, team: at, to, isLead }) => {
  const team = model.teams[at];
  if (team === undefined || !fillsTeam(model, by, team)) return false;
  const before = team.places.get(to);
  const leads = isLead ?? before === true;
  if (leads !== (before === true) && !holds(model, by, 'team:manage')) return false;
  if ((before === undefined || leads) && !holdsEach(model, by, namesOfTeam(team))) return false;
  return before !== undefined || team.places.has(by) || canAllSharedWith(model, by, { team: at });
};

const fillsTeam = (model: Model, who: Who, { places }: Team): boolean =>
  places.get(who) === true || holds(model, who, 'team:fill');

const mayTakeOutOfTeam: Rule<Of<'team.take_out_member'>> = (model, { by, team: at, to }) => {
  const team = model.teams[at];
  const place = team?.places.get(to);
  if (team === undefined || place === undefined) return false;
  if (by === to) return true;
  if (place && !holds(model, by, 'team:manage')) return false;
  return fillsTeam(model, by, team) && holdsEach(model, by, namesOfTeam(team));
};

function seesProject(model: Model, who: Who, at: number): boolean {
  return model.projects[at]?.places.has(who) === true || holds(model, who, 'project:read');
}

function fillsProject(model: Model, who: Who, at: number): boolean {
  const leads = model.projects[at]?.places.get(who) === true;
  return seesProject(model, who, at) && (leads || holds(model, who, 'project:manage_members'));
}

const mayPlaceInProject: Rule<Of<'project.place_member'>> = (model, { by, project: at, to, isLead }) => {
  const places = model.projects[at]?.places;
  if (places === undefined || !fillsProject(model, by, at)) return false;
  const before = places.get(to);
  if ((isLead ?? before === true) !== (before === true) && !holds(model, by, 'project:manage_members')) return false;
  return before !== undefined || places.has(by) || canAllSharedWith(model, by, { project: at });
};

const mayTakeOutOfProject: Rule<Of<'project.take_out_member'>> = (model, { by, project: at, to }) => {
  const place = model.projects[at]?.places.get(to);
  if (place === undefined || !fillsProject(model, by, at)) return false;
  return !place || by === to || holds(model, by, 'project:manage_members');
};

const RANK: Readonly<Record<BuiltInRole, number>> = { guest: 0, viewer: 1, member: 2, admin: 3, owner: 4 };

/** No custom role holds all that a higher built-in one does, so ranks tell who covers whom. */
const mayRaise: Rule<Of<'member.update'>> = (model, { by, to, base }) => {
  const [own, before] = [RANK[baseOf(model, by)], baseOf(model, to)];
  if (own < Math.max(RANK[before], RANK[base])) return false;
  if (!holdsEach(model, by, ['member:update', ...namesGivenTo(model, to)])) return false;
  const owners = [...model.bases.values()].filter((each) => each === 'owner');
  return before !== 'owner' || base === 'owner' || owners.length > 1;
};

/** A key never does more than its maker, for whomever. */
const mayMakeKey: Rule<Of<'api_key.create'>> = (model, { by, kind, scopes, people }) => {
  const widest = (scope: Name): number => Math.max(...people.map((person) => widthOf(model, person, scope)), 1);
  if (kind === 'personal')
    return holds(model, by, 'api_key:create') && scopes.every((scope) => widthOf(model, by, scope) > 0);
  const needed = (scope: Name): number => (people.length === 0 ? 2 : widest(scope));
  return (
    holds(model, by, 'security_configuration:manage') &&
    scopes.every((scope) => widthOf(model, by, scope) >= needed(scope))
  );
};

const RULES: { readonly [D in Step['do']]: Rule<Of<D>> } = {
  'grant.give': mayGive,
  'grant.update': mayChange,
  'grant.end': mayChange,
  'role.create': (model, { by, names }) => holdsEach(model, by, ['role:manage', ...names]),
  'role.give': mayTouch,
  'role.take': mayTouch,
  'team.give_role': mayTouch,
  'team.take_role': mayTouch,
  'team.place_member': mayPlaceInTeam,
  'team.take_out_member': mayTakeOutOfTeam,
  'project.place_member': mayPlaceInProject,
  'project.take_out_member': mayTakeOutOfProject,
  'project.leave': (model, { by, project }) => model.projects[project]?.places.has(by) === true,
  'member.update': mayRaise,
  'api_key.create': mayMakeKey,
};

/** Writes down what was done. `id` is of what was made. */
export function perform(model: Model, command: Command, id: string): void {
  // The change of a command is the one at its name.
  (CHANGES[command.do] as (model: Model, command: Command, id: string) => void)(model, command, id);
}

type Change<D extends Step['do']> = (model: Model, command: Of<D>, id: string) => void;
const roleAt = (model: Model, at: number): Role | undefined => pick(model.roles, at);
const grantAt = (model: Model, at: number): Grant | undefined => pick(model.grants, at);
const withRole = (model: Model, at: number, change: (role: Role) => unknown): void => {
  const role = roleAt(model, at);
  if (role !== undefined) change(role);
};

const CHANGES: { readonly [D in Step['do']]: Change<D> } = {
  'grant.give': (model, { on, to, level }, id) => {
    model.grants = [...model.grants.filter((grant) => grant.id !== id), { id, on, to, level }];
  },
  'grant.update': (model, { grant, level }) => {
    const found = grantAt(model, grant);
    if (found !== undefined) found.level = level;
  },
  'grant.end': (model, { grant }) => {
    const found = grantAt(model, grant);
    model.grants = model.grants.filter((each) => each !== found);
  },
  'role.create': (model, { names }, id) => void model.roles.push({ id, names, has: new Set() }),
  'role.give': (model, { role, to }) => withRole(model, role, ({ has }) => has.add(to)),
  'role.take': (model, { role, to }) => withRole(model, role, ({ has }) => has.delete(to)),
  'team.give_role': (model, { role, team }) => withRole(model, role, (one) => model.teams[team]?.roles.add(one)),
  'team.take_role': (model, { role, team }) => withRole(model, role, (one) => model.teams[team]?.roles.delete(one)),
  'team.place_member': (model, { team, to, isLead }) => put(model.teams[team]?.places, to, isLead),
  'team.take_out_member': (model, { team, to }) => void model.teams[team]?.places.delete(to),
  'project.place_member': (model, { project, to, isLead }) => put(model.projects[project]?.places, to, isLead),
  'project.take_out_member': (model, { project, to }) => void model.projects[project]?.places.delete(to),
  'project.leave': (model, { project, by }) => void model.projects[project]?.places.delete(by),
  'member.update': ({ bases }, { to, base }) => void bases.set(to, base),
  'api_key.create': (model, { by, kind, scopes, people }, id) => {
    const ofOrganization = people.length === 0 ? undefined : { people };
    model.keys.push({ id, scopes, of: kind === 'personal' ? { person: by } : ofOrganization });
  },
};

function put(places: Map<Who, boolean> | undefined, who: Who, isLead: boolean | undefined): void {
  places?.set(who, isLead ?? places.get(who) ?? false);
}
