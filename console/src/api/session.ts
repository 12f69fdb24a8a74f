// Who is signed in: one query that every page rests on, and what the person may do.
import { queryOptions } from '@tanstack/react-query';
import { assertOrganization, call, type Reply } from './client.ts';
import { type OperationId, places } from './operations.ts';
import { isProblem } from './problem.ts';

export type Session = Reply<'session.get'>;

/** Null for nobody. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      const session = await call('session.get', {}, signal);
      assertOrganization(session.organization.id);
      return session;
    } catch (error) {
      if (isProblem(error) && error.status === 401) {
        assertOrganization(undefined);
        return null;
      }
      throw error;
    }
  },
  staleTime: 60_000,
});

/** Whether the server has said that the session is in another organization than this tab believes. */
export const switchedQuery = queryOptions({
  queryKey: ['switched'],
  queryFn: () => false,
  initialData: false,
  staleTime: Number.POSITIVE_INFINITY,
});

/** Whether the person's role could ever use the operation; single things may still be refused. */
export function may(session: Session, id: OperationId): boolean {
  const { permissions } = places[id];
  return permissions.length === 0 || permissions.some((name) => session.permissions.includes(name));
}

/** Why not, for a disabled control. */
export function whyNot(session: Session, id: OperationId): string | undefined {
  if (may(session, id)) return undefined;
  return `Your role (${session.role}) does not include ${places[id].permissions.join(' or ')}.`;
}
