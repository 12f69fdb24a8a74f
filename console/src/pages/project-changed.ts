// What to read anew when a project, or who is in it, has changed.
import { useQueryClient } from '@tanstack/react-query';
import { sessionQuery } from '../api/session.ts';

const KEYS = ['project.list', 'project', 'project.list_members', 'project.list_of_member', 'grant.list_of_member'];

export function useProjectChanged(): () => Promise<unknown> {
  const client = useQueryClient();
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: sessionQuery.queryKey }),
      ...KEYS.map((key) => client.invalidateQueries({ queryKey: [key] })),
    ]);
}
