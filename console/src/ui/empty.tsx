// Where there is nothing yet: why that is, and what to do first.
import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

export function Empty({
  title,
  children,
  action,
}: {
  readonly title: string;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <Stack align="center" gap="xs" py="xl">
      <Text fw={600}>{title}</Text>
      <Text c="dimmed" size="sm" ta="center" maw={440}>
        {children}
      </Text>
      {action}
    </Stack>
  );
}
