// Something a person should notice: a coloured edge, words in the colour of text.
import { Paper, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

type Props = {
  readonly tone: 'red' | 'yellow' | 'green';
  readonly title: string;
  readonly children?: ReactNode;
  /** Read out at once: for refusals. */
  readonly isUrgent?: boolean;
};

export function Notice({ tone, title, children, isUrgent = false }: Props) {
  return (
    <Paper
      withBorder
      p="sm"
      role={isUrgent ? 'alert' : 'status'}
      tabIndex={isUrgent ? -1 : undefined}
      style={{ borderInlineStart: `4px solid var(--mantine-color-${tone}-6)` }}
    >
      <Stack gap={4}>
        <Text fw={600} size="sm">
          {title}
        </Text>
        <Text size="sm" component="div">
          {children}
        </Text>
      </Stack>
    </Paper>
  );
}
