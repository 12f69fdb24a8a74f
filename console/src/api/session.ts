// Who is signed in: one query that every page rests on, and what the person may do.
import { queryOptions } from '@tanstack/react-query';
import { assertOrganization, call, type Reply } from './client.ts';
import { type Level, LEVELS } from './levels.ts';
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

/** Whether the person's roles could ever use the operation; single things may still be refused. */
export function may(session: Session, id: OperationId): boolean {
  return lacking(session, id).length === 0;
}

/** Why not, for a disabled control; `level` is what the caller was granted on the very thing. */
export function whyNot(session: Session, id: OperationId, level?: Level): string | undefined {
  const groups = lacking(session, id);
  if (groups.length === 0 || isGranted(id, level)) return undefined;
  return `Your role (${session.role}) does not include ${groups.map((names) => names.join(' or ')).join(' and ')}.`;
}

function isGranted(id: OperationId, level: Level | undefined): boolean {
  const { granted } = places[id];
  return granted !== undefined && level !== undefined && LEVELS.indexOf(level) >= LEVELS.indexOf(granted);
}

function lacking(session: Session, id: OperationId): readonly (readonly string[])[] {
  return places[id].permissions.filter((names) => !names.some((name) => session.permissions.includes(name)));
}
