// Before a role changes: who would hold more or less, and what.
import { Button, Group, Modal, Stack, Table, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { call, type Reply } from '../api/client.ts';
import { ActButton } from '../ui/act-button.tsx';
import { Loading } from '../ui/loading.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { countText } from './authority.ts';

type Preview = Reply<'role.preview'>;

type Props = {
  readonly roleId: string;
  readonly name: string;
  readonly permissions: readonly string[];
  readonly onConfirm: () => Promise<unknown>;
  readonly onClose: () => void;
};

export function RolePreview({ roleId, name, permissions, onConfirm, onClose }: Props) {
  const names = permissions.join();
  const preview = useQuery({
    queryKey: ['role', roleId, 'preview', names],
    queryFn: ({ signal }) => call('role.preview', { params: { roleId }, query: { permissions: names } }, signal),
    // What is confirmed is what holds now.
    staleTime: 0,
    gcTime: 0,
  });
  const saving = useMutation({
    mutationFn: onConfirm,
    onSuccess: onClose,
    meta: { done: `${name} is changed, and holds` },
  });
  return (
    <Modal opened onClose={onClose} title={`Change ${name}?`} size="lg" centered>
      <Stack>
        <ProblemBox error={preview.error ?? saving.error} />
        {preview.isPending ? <Loading height={160} /> : null}
        {preview.data === undefined ? null : <Changes preview={preview.data} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <ActButton loading={saving.isPending} disabled={preview.data === undefined} onClick={() => saving.mutate()}>
            Change the role
          </ActButton>
        </Group>
      </Stack>
    </Modal>
  );
}

function Changes({ preview: { added, removed, people, isWhole } }: { readonly preview: Preview }) {
  return (
    <>
      {added.length === 0 ? null : <Text size="sm">It will also hold: {added.join(', ')}.</Text>}
      {removed.length === 0 ? null : <Text size="sm">It will no longer hold: {removed.join(', ')}.</Text>}
      <Text size="sm" fw={600}>
        {people.length === 0
          ? 'Nobody holds more or less by it.'
          : `${countText(people.length, 'person holds', 'people hold')} more or less, from their next request on${isWhole ? '' : ', and more people than are shown'}.`}
      </Text>
      {people.length === 0 ? null : (
        <Table.ScrollContainer
          minWidth={300}
          mah={320}
          type="native"
          tabIndex={0}
          role="region"
          aria-label="Who gains and loses"
        >
          <Table aria-label="Who gains and loses">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Name</Table.Th>
                <Table.Th>Gains</Table.Th>
                <Table.Th>Loses</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {people.map(({ memberId, name, email, gains, loses }) => (
                <Table.Tr key={memberId}>
                  <Table.Td>
                    {name}
                    <Text size="xs" c="dimmed">
                      {email}
                    </Text>
                  </Table.Td>
                  <Table.Td>{gains.join(', ') || '–'}</Table.Td>
                  <Table.Td>{loses.join(', ') || '–'}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </>
  );
}
