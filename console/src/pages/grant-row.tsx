// What can be done with one grant, in its row: changed and ended by whoever may, and else the reason why not.
import { Group } from '@mantine/core';
import type { Level } from '../api/levels.ts';
import { MayButton } from '../ui/may.tsx';
import { type Grant, nameOfObject } from './grant-words.tsx';

type Props = {
  readonly grant: Grant;
  /** What the caller was granted on the object. */
  readonly level: Level | undefined;
  readonly onEdit: () => void;
  readonly onEnd: () => void;
};

export function GrantActions({ grant, level, onEdit, onEnd }: Props) {
  const whose = `the grant to ${grant.to.name} on ${nameOfObject(grant)}`;
  return (
    <Group gap={4} wrap="nowrap" justify="flex-end">
      <MayButton
        operation="grant.update"
        level={level}
        size="compact-sm"
        variant="default"
        aria-label={`Edit ${whose}`}
        onClick={onEdit}
      >
        Edit
      </MayButton>
      <MayButton
        operation="grant.end"
        level={level}
        size="compact-sm"
        variant="subtle"
        color="red"
        aria-label={`End ${whose}`}
        onClick={onEnd}
      >
        End
      </MayButton>
    </Group>
  );
}
