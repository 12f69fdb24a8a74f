// Whether a member is a guest, who manages nothing: so that no field offers them what the server refuses.
import { useQuery } from '@tanstack/react-query';
import { call } from '../api/client.ts';
import { may, sessionQuery } from '../api/session.ts';

/** False for nobody, until it is known, and for whoever may not see it: the server decides. */
export function useIsGuest(memberId: string | null): boolean {
  const session = useQuery(sessionQuery).data ?? undefined;
  const found = useQuery({
    queryKey: ['member.permissions', memberId],
    queryFn: ({ signal }) => call('member.permissions', { params: { memberId: memberId ?? '' } }, signal),
    enabled: memberId !== null && session !== undefined && may(session, 'member.permissions'),
  });
  return memberId !== null && found.data?.role === 'guest';
}
