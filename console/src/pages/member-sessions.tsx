// Where a member is signed in to this organization, for its admins: seen, and ended one by one.
import { Modal, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call, type Reply } from '../api/client.ts';
import type { Column } from '../ui/list/column.ts';
import { WholeTable } from '../ui/list/whole-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { MayButton } from '../ui/may.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { Time } from '../ui/time.tsx';

type Session = Reply<'session.list_of_member'>['items'][number];
type Member = Pick<Reply<'member.list'>['items'][number], 'id' | 'name'>;

const programOf = (device: string): string => (device === '' ? 'A program that gave no name' : device);

const columns: readonly Column<Session>[] = [
  { title: 'Device', text: ({ device }) => programOf(device) },
  { title: 'Address', text: ({ address }) => address },
  { title: 'Last used', text: ({ lastSeenAt }) => lastSeenAt, show: ({ lastSeenAt }) => <Time at={lastSeenAt} /> },
];

export function MemberSessions({
  member,
  onClose,
}: {
  readonly member: Member | undefined;
  readonly onClose: () => void;
}) {
  return (
    <Modal opened={member !== undefined} onClose={onClose} title={`Sessions of ${member?.name ?? ''}`} size="xl">
      {member === undefined ? null : <List member={member} />}
    </Modal>
  );
}

function List({ member }: { readonly member: Member }) {
  const client = useQueryClient();
  const queryKey = ['sessions', member.id];
  const ending = useMutation({
    mutationFn: (sessionId: string) => call('session.end_of_member', { params: { memberId: member.id, sessionId } }),
    onSuccess: () => client.invalidateQueries({ queryKey }),
    meta: { done: 'The session is ended' },
  });
  return (
    <Stack gap="sm">
      <ProblemBox error={ending.error} />
      <WholeTable
        name={`Sessions of ${member.name}`}
        queryKey={queryKey}
        load={async (signal) =>
          (await call('session.list_of_member', { params: { memberId: member.id } }, signal)).items
        }
        columns={columns}
        rowKey={({ id }) => id}
        actions={({ id, device }) => (
          <MayButton
            aria-label={`End it: ${programOf(device)}`}
            operation="session.end_of_member"
            size="compact-sm"
            variant="subtle"
            color="red"
            onClick={() => ending.mutate(id)}
          >
            End it
          </MayButton>
        )}
        empty={<Empty title="Not signed in">Nobody is signed in with this account here.</Empty>}
      />
    </Stack>
  );
}
