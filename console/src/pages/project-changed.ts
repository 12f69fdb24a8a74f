// What to read anew when a project, or who is in it, has changed.
import { useQueryClient } from '@tanstack/react-query';
import { sessionQuery } from '../api/session.ts';

export const PROJECT_LISTS = [
  ...sessionQuery.queryKey,
  'project.list',
  'project',
  'project.list_members',
  'project.list_of_member',
  'grant.list_of_member',
] as const;

export function useProjectChanged(): () => Promise<unknown> {
  const client = useQueryClient();
  return () => Promise.all(PROJECT_LISTS.map((key) => client.invalidateQueries({ queryKey: [key] })));
}
