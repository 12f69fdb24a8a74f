// A small model of who can do what with which object: everything that was ever given is written down, and rights are read from that.

import type { BuiltInRole } from '#kernel/permissions.ts';

/** Named by what they begin as; a lead is a member. */
export const PEOPLE = ['owner', 'admin', 'lead', 'member', 'viewer', 'guest'] as const;
export type Who = (typeof PEOPLE)[number];
export const beginsAs = (who: Who): BuiltInRole => (who === 'lead' ? 'member' : who);
export const OBJECTS = ['a provider', 'a key of the organization', 'a key of the member'] as const;
export type On = (typeof OBJECTS)[number];

type Held = { readonly all: readonly BuiltInRole[]; readonly own?: readonly BuiltInRole[] };
const ADMINS: readonly BuiltInRole[] = ['owner', 'admin'];
const MEMBERS: readonly BuiltInRole[] = [...ADMINS, 'member'];
const INSIDERS: readonly BuiltInRole[] = [...MEMBERS, 'viewer'];

/** What the built-in role of somebody holds. */
const BY_PLACE = {
  'grant:read': { all: ADMINS },
  'grant:give': { all: ADMINS },
  'grant:end': { all: ADMINS },
  'provider:read': { all: INSIDERS },
  'provider:update': { all: ADMINS },
  'provider:delete': { all: ADMINS },
  'api_key:read': { all: ADMINS, own: MEMBERS },
  'api_key:revoke': { all: ADMINS, own: MEMBERS },
  'api_key:create': { all: MEMBERS },
  'team:fill': { all: ADMINS, own: INSIDERS },
  'team:manage': { all: ADMINS },
  'project:read': { all: ADMINS, own: INSIDERS },
  'project:manage_members': { all: ADMINS, own: INSIDERS },
  'role:manage': { all: ADMINS },
  'role:give': { all: ADMINS },
  'security_configuration:manage': { all: ['owner'] },
  'audit:read': { all: ADMINS },
  'controls:run': { all: ['owner'] },
  'models:use': { all: MEMBERS },
  'usage:read': { all: ADMINS, own: MEMBERS },
  'member:update': { all: ADMINS },
  'session:read': { all: [], own: [...INSIDERS, 'guest'] },
} as const satisfies Readonly<Record<string, Held>>;
export type Name = keyof typeof BY_PLACE;
// The names are those of the table above.
export const NAMES = Object.keys(BY_PLACE) as readonly Name[];

const LEVEL_OF: Readonly<Record<'provider' | 'key', Partial<Record<Name, number>>>> = {
  provider: { 'provider:read': 1, 'provider:update': 2, 'provider:delete': 3 },
  key: { 'api_key:read': 1, 'api_key:revoke': 3 },
};
const LEVEL_OF_LETTING_IN = 3;

export type To = Who | { readonly team: number } | { readonly project: number } | 'everybody';
export type Grant = { readonly id: string; readonly on: On; readonly to: To; level: number };
export type Role = { readonly id: string; readonly names: readonly Name[]; readonly has: Set<Who> };
type Filled = { readonly id: string; readonly places: Map<Who, boolean> };
export type Team = Filled & { readonly roles: Set<Role> };
export type Key = {
  readonly id: string;
  readonly scopes: readonly Name[];
  /** A personal key's maker; those that a key of the organization acts for; or nobody. */
  readonly of: { readonly person: Who } | { readonly people: readonly Who[] } | undefined;
};
export type Model = {
  readonly bases: Map<Who, BuiltInRole>;
  readonly teams: Team[];
  readonly projects: Filled[];
  readonly roles: Role[];
  readonly keys: Key[];
  grants: Grant[];
};

const kindOf = (on: On): 'provider' | 'key' => (on === 'a provider' ? 'provider' : 'key');
/** Names that are about objects of this kind, and those of letting others in. */
export function namesAbout(on: On): readonly Name[] {
  return NAMES.filter((name) => levelFor(on, name) !== undefined);
}

/** The level of a grant that it takes; undefined for what no grant on it gives. */
function levelFor(on: On, name: Name): number | undefined {
  return name.startsWith('grant:') ? LEVEL_OF_LETTING_IN : LEVEL_OF[kindOf(on)][name];
}

/** 2: for everything of its kind, 1: for their own, 0: not at all; grants aside. */
export function widthOf(model: Model, who: Who, name: Name): number {
  const { all, own = [] }: Held = BY_PLACE[name];
  const base = baseOf(model, who);
  if (all.includes(base) || namesGivenTo(model, who).includes(name)) return 2;
  return own.includes(base) ? 1 : 0;
}

export const baseOf = ({ bases }: Model, who: Who): BuiltInRole => bases.get(who) ?? beginsAs(who);

/** A guest is from elsewhere: has what was granted to them by name, manages nothing, and is in nothing that others share. */
export const isGuest = (model: Model, who: To): boolean =>
  typeof who === 'string' && who !== 'everybody' && baseOf(model, who) === 'guest';

/** By roles of their own, and of the teams they are in. */
export function namesGivenTo({ roles, teams }: Model, who: Who): readonly Name[] {
  const given = [...roles.filter(({ has }) => has.has(who)), ...teams.flatMap((team) => rolesBy(team, who))];
  return given.flatMap(({ names }) => names);
}

function rolesBy({ places, roles }: Team, who: Who): readonly Role[] {
  return places.has(who) ? [...roles] : [];
}

export const holds = (model: Model, who: Who, name: Name): boolean => widthOf(model, who, name) === 2;

/** Whether somebody can do it with this very object. */
export function can(model: Model, who: Who, name: Name, on: On): boolean {
  const isTheirs = on === 'a key of the member' && who === 'member';
  return (isTheirs && widthOf(model, who, name) === 1) || canWithAnothers(model, who, name, on);
}

/** The same, were it nobody's own. */
function canWithAnothers(model: Model, who: Who, name: Name, on: On): boolean {
  const needed = levelFor(on, name) ?? Infinity;
  const isGranted = model.grants.some(
    (grant) => grant.on === on && grant.level >= needed && isTo(model, grant.to, who),
  );
  return isGranted || holds(model, who, name);
}

export const levelMaxOf = (model: Model, who: To): number => (isGuest(model, who) ? 2 : 3);

function isTo(model: Model, to: To, who: Who): boolean {
  const { teams, projects } = model;
  if (typeof to === 'string') return to === who || (to === 'everybody' && !isGuest(model, who));
  return ('team' in to ? teams[to.team] : projects[to.project])?.places.has(who) === true;
}

/** Whether somebody can do all of what a level is. */
export function canAll(model: Model, who: Who, on: On, level: number): boolean {
  return upTo(on, level).every((name) => can(model, who, name, on));
}

const upTo = (on: On, level: number): readonly Name[] =>
  namesAbout(on).filter((name) => (levelFor(on, name) ?? Infinity) <= level);

/** Whether somebody who is not in it can do all that was granted to it, without anything being their own. */
export function canAllSharedWith(model: Model, who: Who, to: To): boolean {
  return model.grants
    .filter((grant) => sameTo(grant.to, to))
    .every(({ on, level }) => upTo(on, level).every((name) => canWithAnothers(model, who, name, on)));
}

export function sameTo(one: To, other: To): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** What a key can do for whom it is told to act for: a width of each name; undefined where it acts for nobody like that. */
export function widthOfKey(model: Model, key: Key, asked: Who): ((name: Name) => number) | undefined {
  const { of, scopes } = key;
  if (of === undefined) return (name) => (scopes.includes(name) ? 2 : 0);
  if ('people' in of && !of.people.includes(asked)) return undefined;
  const person = 'people' in of ? asked : of.person;
  return (name) => (scopes.includes(name) ? widthOf(model, person, name) : 0);
}
