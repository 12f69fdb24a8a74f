// What pages about roles, teams and members share: what the caller could hand on, which roles there are, and what to read anew.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { call, type Reply } from '../api/client.ts';
import { sessionQuery } from '../api/session.ts';

export type Permission = Reply<'permission.list'>['items'][number];
export type CustomRole = Reply<'role.list'>['items'][number];

export const BUILT_IN = ['owner', 'admin', 'member', 'viewer'] as const;

/** Every permission, by the server; `isGivable` says whether the caller holds it for everything of its kind. */
export function usePermissions() {
  return useQuery({
    queryKey: ['permission.list'],
    queryFn: async ({ signal }) => (await call('permission.list', {}, signal)).items,
  });
}

/** An organization has at most a hundred, which one page holds. */
export function useRoles() {
  return useQuery({
    queryKey: ['role.list', 'all'],
    queryFn: async ({ signal }) => (await call('role.list', { query: { limit: 200 } }, signal)).items,
  });
}

/** Those of the names that the caller does not hold; names that no release knows stand in nobody's way. */
export function lackingOf(known: readonly Permission[], names: readonly string[]): readonly string[] {
  return names.filter((name) => known.some((one) => one.name === name && !one.isGivable));
}

/** Why what holds these is not the caller's to change, give or take; undefined when it is. */
export function whyBeyond(known: readonly Permission[] | undefined, names: readonly string[]): string | undefined {
  const lacking = lackingOf(known ?? [], names);
  return lacking.length === 0 ? undefined : `It holds ${lacking.join(', ')}, which you do not.`;
}

/** Whether the caller holds it for everything of its kind; until that is known, nothing is kept from them here. */
export function holdsForAll(known: readonly Permission[] | undefined, name: string): boolean {
  return known === undefined || known.some((one) => one.name === name && one.isGivable);
}

export function countText(count: number, one: string, many: string): string {
  return `${count.toLocaleString()} ${count === 1 ? one : many}`;
}

/** What is read anew when what somebody may do has changed. */
export const AUTHORITY_LISTS = [
  ...sessionQuery.queryKey,
  'role.list',
  'role',
  'permission.list',
  'team.list',
  'team',
  'team.list_members',
  'member.permissions',
  'grant.list_of_member',
] as const;

/** What somebody may do has changed, perhaps what the caller may. */
export function useAuthorityChanged(): () => Promise<unknown> {
  const client = useQueryClient();
  return () => Promise.all(AUTHORITY_LISTS.map((key) => client.invalidateQueries({ queryKey: [key] })));
}
