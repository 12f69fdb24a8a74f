// Which projects a member is in, and as what; told where what they may do is told.
import { Anchor, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { call, type Reply } from '../api/client.ts';
import { sessionQuery } from '../api/session.ts';
import { ProblemBox } from '../ui/problem-box.tsx';
import { Time } from '../ui/time.tsx';
import { holdsForAll, usePermissions } from './authority.ts';

type Member = { readonly id: string; readonly userId: string };
type Found = {
  /** Whether it is not known yet what there is to show, so that nothing moves when it comes. */
  readonly isPending: boolean;
  readonly isTold: boolean;
  readonly error: Error | null;
  readonly items: Reply<'project.list_of_member'>['items'];
};

/** Told to themselves, and to whoever sees all projects. */
export function useProjectsOf(member: Member): Found {
  const known = usePermissions();
  const self = useQuery(sessionQuery).data?.user?.id;
  const isTold = known.data !== undefined && (holdsForAll(known.data, 'project:read') || member.userId === self);
  const found = useQuery({
    queryKey: ['project.list_of_member', member.id],
    queryFn: ({ signal }) => call('project.list_of_member', { params: { memberId: member.id } }, signal),
    enabled: isTold,
  });
  const isPending = known.isPending || (isTold && found.isPending);
  return { isPending, isTold, error: found.error, items: found.data?.items ?? [] };
}

export function MemberProjects({ found: { isTold, error, items } }: { readonly found: Found }) {
  if (!isTold) return null;
  return (
    <Stack gap={4}>
      <ProblemBox error={error} />
      <Text size="sm" fw={600}>
        Projects
      </Text>
      {items.length === 0 && error === null ? <Text size="sm">In none.</Text> : null}
      {items.map(({ id, name, isLead, status, addedAt }) => (
        <Group key={id} gap="xs">
          <Anchor size="sm" renderRoot={(props: object) => <Link {...props} to="/projects/project" search={{ id }} />}>
            {name}
          </Anchor>
          <Text size="sm" c="dimmed">
            {isLead ? 'leads it' : 'was added to it'}
            {status === 'archived' ? ', archived' : ''}, since <Time at={addedAt} />
          </Text>
        </Group>
      ))}
    </Stack>
  );
}
