// What a member was granted on single objects, and by which way; told where what they may do is told.
import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { call, type Reply } from '../api/client.ts';
import { sessionQuery } from '../api/session.ts';
import { ProblemBox } from '../ui/problem-box.tsx';
import { Time } from '../ui/time.tsx';
import { holdsForAll, usePermissions } from './authority.ts';

type Member = { readonly id: string; readonly userId: string };
type Granted = Reply<'grant.list_of_member'>;
type Way = Granted['items'][number]['by'];
type Found = {
  /** Whether it is not known yet what there is to show, so that nothing moves when it comes. */
  readonly isPending: boolean;
  readonly isTold: boolean;
  readonly error: Error | null;
  readonly granted: Granted;
};

/** Told to themselves, and to whoever sees all grants. */
export function useGrantsOf(member: Member): Found {
  const known = usePermissions();
  const self = useQuery(sessionQuery).data?.user?.id;
  const isTold = known.data !== undefined && (holdsForAll(known.data, 'grant:read') || member.userId === self);
  const found = useQuery({
    queryKey: ['grant.list_of_member', member.id],
    queryFn: ({ signal }) => call('grant.list_of_member', { params: { memberId: member.id } }, signal),
    enabled: isTold,
  });
  const isPending = known.isPending || (isTold && found.isPending);
  return { isPending, isTold, error: found.error, granted: found.data ?? { items: [], isWhole: true } };
}

export function MemberGrants({ found: { isTold, error, granted } }: { readonly found: Found }) {
  if (!isTold) return null;
  return (
    <Stack gap={4}>
      <ProblemBox error={error} />
      <Text size="sm" fw={600}>
        Granted
      </Text>
      {granted.items.length === 0 && error === null ? <Text size="sm">No single object.</Text> : null}
      {granted.items.map(({ object, level, by, expiresAt }) => (
        <Group key={`${object.id} ${by.kind} ${by.id ?? ''}`} gap="xs">
          <Text size="sm">{object.name ?? object.id}</Text>
          <Text size="sm" c="dimmed">
            {object.kind.replaceAll('_', ' ')}, as {level}, {wordsOf(by)}, {expiresAt === null ? '' : 'until '}
            <Time at={expiresAt} none="without end" />
          </Text>
        </Group>
      ))}
      {granted.isWhole ? null : <Text size="sm">There are more than are shown here.</Text>}
    </Stack>
  );
}

function wordsOf({ kind, name }: Way): string {
  if (kind === 'member') return 'granted to themselves';
  if (kind === 'everybody') return 'granted to everybody';
  return name === null ? `by a ${kind}` : `by the ${kind} ${name}`;
}
