// Which projects a member is in, and as what; told where what they may do is told.
import { Anchor, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { call } from '../api/client.ts';
import { sessionQuery } from '../api/session.ts';
import { ProblemBox } from '../ui/problem-box.tsx';
import { Time } from '../ui/time.tsx';
import { holdsForAll, usePermissions } from './authority.ts';

type Member = { readonly id: string; readonly userId: string };

/** Nothing for whoever sees neither all projects nor this person's as their own. */
export function MemberProjects({ member }: { readonly member: Member }) {
  const known = usePermissions().data;
  const self = useQuery(sessionQuery).data?.user?.id;
  const isTold = known !== undefined && (holdsForAll(known, 'project:read') || member.userId === self);
  const found = useQuery({
    queryKey: ['project.list_of_member', member.id],
    queryFn: ({ signal }) => call('project.list_of_member', { params: { memberId: member.id } }, signal),
    enabled: isTold,
  });
  if (!isTold) return null;
  return (
    <Stack gap={4}>
      <ProblemBox error={found.error} />
      <Text size="sm" fw={600}>
        Projects
      </Text>
      {found.data?.items.length === 0 ? <Text size="sm">In no project.</Text> : null}
      {found.data?.items.map(({ id, name, isLead, status, addedAt }) => (
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
