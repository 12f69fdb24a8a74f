// Choosing a role: all of them are there, those that one cannot give are disabled and say why.
import { Radio, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ABOUT_ROLES, type InsideRole, type Role, ROLES, whyNotGive } from '../api/roles.ts';
import { sessionQuery } from '../api/session.ts';

/** A guest has none of them until one is chosen. */
type Props = { readonly value: Role; readonly onChange: (role: InsideRole) => void };

export function RoleChoice({ value, onChange }: Props) {
  const own = useQuery(sessionQuery).data?.role ?? 'viewer';
  return (
    <Radio.Group
      label="Role"
      value={value}
      onChange={(chosen) => {
        const role = ROLES.find((one) => one === chosen);
        if (role !== undefined) onChange(role);
      }}
    >
      <Stack gap="xs" mt={4}>
        {ROLES.map((role) => (
          <Radio
            key={role}
            value={role}
            label={role}
            description={whyNotGive(own, role) ?? ABOUT_ROLES[role]}
            disabled={whyNotGive(own, role) !== undefined}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}
