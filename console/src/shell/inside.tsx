// Behind the door: the shell with its pages, or the one thing a session without its factor may do.
import { useQuery } from '@tanstack/react-query';
import { Navigate, useRouterState } from '@tanstack/react-router';
import { sessionQuery } from '../api/session.ts';
import { NeedsFactor } from '../pages/needs-factor.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { Narrow, Shell } from './shell.tsx';

export function Inside() {
  const session = useQuery(sessionQuery);
  const href = useRouterState({ select: ({ location }) => location.href });
  if (session.data === undefined) return <ProblemBox error={session.error} />;
  // It ended elsewhere: by another device, an admin, or time.
  if (session.data === null) return <Navigate to="/sign-in" search={{ next: href }} />;
  if (session.data.needsFactor) {
    return (
      <Narrow session={session.data}>
        <NeedsFactor />
      </Narrow>
    );
  }
  return <Shell session={session.data} />;
}
