// Behind the door: the shell with its pages, or the one thing a session without its factor may do.
import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { sessionQuery } from '../api/session.ts';
import { NeedsFactor } from '../pages/needs-factor.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { Narrow, Shell } from './shell.tsx';

export function Inside() {
  const session = useQuery(sessionQuery);
  const router = useRouter();
  const isOver = session.data === null;
  useEffect(() => {
    // It ended elsewhere, by another device, an admin, or time: the route asks again who is there, and leads to the door.
    if (isOver) void router.invalidate();
  }, [isOver, router]);
  if (session.data === undefined) return <ProblemBox error={session.error} />;
  if (session.data === null) return null;
  if (session.data.needsFactor) {
    return (
      <Narrow session={session.data}>
        <NeedsFactor />
      </Narrow>
    );
  }
  return <Shell session={session.data} />;
}
