// Looks for a member of the organization and adds them to a project.
import { Group, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import { ActButton } from '../ui/act-button.tsx';
import { FindOne } from '../ui/find-one.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { useProjectChanged } from './project-changed.ts';

type Props = { readonly project: Reply<'project.get'>; readonly reason: string | undefined };

export function AddToProject({ project, reason }: Props) {
  const changed = useProjectChanged();
  const [chosen, setChosen] = useState<string | null>(null);
  const adding = useMutation({
    mutationFn: async (memberId: string) => {
      await call('project.place_member', { params: { projectId: project.id, memberId }, body: {} });
      await changed();
    },
    onSuccess: () => setChosen(null),
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
      <ProblemBox error={adding.error} />
      <Group align="flex-end" gap="xs">
        <FindOne kind="member" label="Add a member" value={chosen} onChange={setChosen} />
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
