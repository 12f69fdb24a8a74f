// Looks for a member of the organization and adds them to a project.
import { Group, Select, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import { ActButton } from '../ui/act-button.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { useProjectChanged } from './project-changed.ts';

const PAUSE_MS = 250;
const FOUND_MAX = 20;

type Props = { readonly project: Reply<'project.get'>; readonly reason: string | undefined };

export function AddToProject({ project, reason }: Props) {
  const changed = useProjectChanged();
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const [search] = useDebouncedValue(typed, PAUSE_MS);
  const found = useQuery({
    queryKey: ['member.list', 'to add', search],
    queryFn: ({ signal }) => call('member.list', { query: { search: search.slice(0, 100), limit: FOUND_MAX } }, signal),
    placeholderData: (before) => before,
    enabled: reason === undefined,
  });
  const adding = useMutation({
    mutationFn: async (memberId: string) => {
      await call('project.place_member', { params: { projectId: project.id, memberId }, body: {} });
      await changed();
    },
    onSuccess: () => {
      setChosen(null);
      setTyped('');
    },
    meta: { done: 'The member is added' },
  });
  if (reason !== undefined)
    return (
      <Text size="sm" c="dimmed">
        {reason}
      </Text>
    );
  return (
    <>
      <ProblemBox error={found.error ?? adding.error} />
      <Group align="flex-end" gap="xs">
        <Select
          label="Add a member"
          placeholder="Name or e-mail address"
          searchable
          searchValue={typed}
          onSearchChange={setTyped}
          data={(found.data?.items ?? []).map(({ id, name, email }) => ({ value: id, label: `${name} · ${email}` }))}
          // The server has searched already.
          filter={({ options }) => options}
          nothingFoundMessage="Nobody is called like that"
          value={chosen}
          onChange={setChosen}
          w={340}
          maw="100%"
        />
        <ActButton
          variant="default"
          loading={adding.isPending}
          disabled={chosen === null}
          onClick={() => {
            if (chosen !== null) adding.mutate(chosen);
          }}
        >
          Add
        </ActButton>
      </Group>
    </>
  );
}
