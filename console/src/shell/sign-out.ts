// Leaving: the session ends, and what this tab knew of it goes.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { assertOrganization, call } from '../api/client.ts';

export function useSignOut(): () => void {
  const client = useQueryClient();
  const navigate = useNavigate();
  const leaving = useMutation({
    mutationFn: () => call('session.delete', {}),
    meta: { done: null },
    onSettled: async () => {
      assertOrganization(undefined);
      client.clear();
      await navigate({ to: '/sign-in' });
    },
  });
  return () => leaving.mutate();
}
