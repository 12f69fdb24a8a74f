// How things of an organization are found by their names, by the server, and how those are called that were chosen before.
import { call, type Reply } from '../api/client.ts';
import { loadAll, type PageQuery } from '../api/load-all.ts';

export type Found = {
  readonly value: string;
  readonly label: string;
  /** Of members. */
  readonly userId?: string;
};

export type Finder = {
  readonly placeholder: string;
  /** Of the list of these things, so that it is read anew when they change. */
  readonly list: string;
  readonly find: (search: string, signal: AbortSignal) => Promise<readonly Found[]>;
  /** What is not there any more is left out. */
  readonly name: (values: readonly string[], signal: AbortSignal) => Promise<readonly Found[]>;
};

const FOUND_MAX = 20;

type Member = Reply<'member.list'>['items'][number];
type Named = { readonly id: string; readonly name: string };
type Search = { readonly search: string; readonly limit: number };

/** Members whom these name, read page by page until all are there; who has left is not among them. */
export async function findMembers(
  valueOf: (member: Member) => string,
  values: readonly string[],
  signal: AbortSignal,
): Promise<readonly Member[]> {
  const isEnough = (rows: readonly Member[]): boolean =>
    values.every((value) => rows.some((row) => valueOf(row) === value));
  const load = (query: PageQuery) => call('member.list', { query }, signal);
  const { rows } = await loadAll(load, { isEnough });
  return rows.filter((row) => values.includes(valueOf(row)));
}

function members(valueOf: (member: Member) => string, isFit: (member: Member) => boolean): Finder {
  const toFound = (member: Member): Found => ({
    value: valueOf(member),
    label: `${member.name} · ${member.email}`,
    userId: member.userId,
  });
  return {
    placeholder: 'Name or e-mail address',
    list: 'member.list',
    find: async (search, signal) =>
      (await call('member.list', { query: { search, sort: 'name', limit: FOUND_MAX } }, signal)).items
        .filter(isFit)
        .map(toFound),
    name: async (values, signal) => (await findMembers(valueOf, values, signal)).map(toFound),
  };
}

function named(
  list: string,
  placeholder: string,
  load: (query: Search, signal: AbortSignal) => Promise<{ readonly items: readonly Named[] }>,
  get: (id: string, signal: AbortSignal) => Promise<Named>,
): Finder {
  return {
    placeholder,
    list,
    find: async (search, signal) => (await load({ search, limit: FOUND_MAX }, signal)).items.map(toFound),
    name: async (ids, signal) => {
      const all = await Promise.allSettled(ids.map((id) => get(id, signal)));
      return all.flatMap((one) => (one.status === 'fulfilled' ? [toFound(one.value)] : []));
    },
  };
}

function toFound({ id, name }: Named): Found {
  return { value: id, label: name };
}

const provider = named(
  'provider.list',
  'Name of a provider',
  (query, signal) => call('provider.list', { query }, signal),
  (providerId, signal) => call('provider.get', { params: { providerId } }, signal),
);
const apiKey = named(
  'api_key.list',
  'Name of a key',
  (query, signal) => call('api_key.list', { query }, signal),
  (apiKeyId, signal) => call('api_key.get', { params: { apiKeyId } }, signal),
);

export const FINDERS = {
  /** By their membership. */
  member: members(
    ({ id }) => id,
    () => true,
  ),
  /** Those who can answer for something: active, and no guests. */
  active_member: members(
    ({ id }) => id,
    ({ status, role }) => status === 'active' && role !== 'guest',
  ),
  /** By the person behind the membership. */
  person: members(
    ({ userId }) => userId,
    () => true,
  ),
  team: named(
    'team.list',
    'Name of a team',
    (query, signal) => call('team.list', { query }, signal),
    (teamId, signal) => call('team.get', { params: { teamId } }, signal),
  ),
  project: named(
    'project.list',
    'Name of a project',
    (query, signal) => call('project.list', { query }, signal),
    (projectId, signal) => call('project.get', { params: { projectId } }, signal),
  ),
  /** What can be granted: providers and keys, as far as the caller sees them. */
  object: {
    placeholder: 'Name of a provider or a key',
    list: 'provider.list',
    find: async (search, signal) => {
      const all = await Promise.allSettled([provider.find(search, signal), apiKey.find(search, signal)]);
      return all.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    },
    name: async (ids, signal) => {
      const keys = ids.filter((id) => id.startsWith('key_'));
      const rest = ids.filter((id) => !id.startsWith('key_'));
      return (await Promise.all([provider.name(rest, signal), apiKey.name(keys, signal)])).flat();
    },
  },
} as const satisfies Readonly<Record<string, Finder>>;

export type FinderKind = keyof typeof FINDERS;
