// Chooses a custom role to give; those that hold more than the caller are there, and cannot be chosen.
import { Group, Select, Text } from '@mantine/core';
import { useState } from 'react';
import { ActButton } from '../ui/act-button.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { lackingOf, usePermissions, useRoles } from './authority.ts';

type Props = {
  /** Ids of roles that are given already. */
  readonly given: readonly string[];
  /** Why not at all; undefined when it may be. */
  readonly reason: string | undefined;
  readonly isGiving: boolean;
  readonly onGive: (role: { readonly id: string; readonly name: string }) => void;
};

export function GiveRole({ given, reason, isGiving, onGive }: Props) {
  const roles = useRoles();
  const known = usePermissions().data ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const left = (roles.data ?? []).filter(({ id }) => !given.includes(id));
  const role = left.find(({ id }) => id === chosen);
  const options = left.map(({ id, name, permissions }) => {
    const isBeyond = lackingOf(known, permissions).length > 0;
    return { value: id, label: isBeyond ? `${name} (holds more than you do)` : name, disabled: isBeyond };
  });
  if (reason !== undefined)
    return (
      <Text size="sm" c="dimmed">
        {reason}
      </Text>
    );
  return (
    <>
      <ProblemBox error={roles.error} />
      <Group align="flex-end" gap="xs">
        <Select
          label="Give a role"
          placeholder={placeholderOf(roles.data?.length, left.length)}
          data={options}
          value={role === undefined ? null : role.id}
          onChange={setChosen}
          disabled={left.length === 0}
          w={260}
        />
        <ActButton
          variant="default"
          loading={isGiving}
          disabled={role === undefined}
          onClick={() => {
            if (role !== undefined) onGive(role);
          }}
        >
          Give
        </ActButton>
      </Group>
    </>
  );
}

function placeholderOf(count: number | undefined, left: number): string {
  if (count === 0) return 'Make a role first, on the page Roles';
  return left === 0 && count !== undefined ? 'All are given' : 'Choose a role';
}
