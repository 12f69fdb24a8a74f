// Looks for a member of the organization and adds them: to a team, to a project.
import { Group, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { ActButton } from './act-button.tsx';
import { FindOne } from './find-one.tsx';
import { ProblemBox } from './problem-box.tsx';

type Props = {
  /** Why the caller may add nobody; undefined when they may. */
  readonly reason: string | undefined;
  readonly add: (memberId: string) => Promise<unknown>;
  /** What is said when it is done. */
  readonly done: string;
};

export function AddMember({ reason, add, done }: Props) {
  const [chosen, setChosen] = useState<string | null>(null);
  const adding = useMutation({ mutationFn: add, onSuccess: () => setChosen(null), meta: { done } });
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
