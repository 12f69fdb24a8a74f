// The frame of every page: its name, what it is for, what can be done, and its title in the browser.
import { Box, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';

type Props = {
  readonly title: string;
  readonly about?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
};

/** The head of the page that is shown names the main part of the window. */
export const PAGE_HEAD = 'page-head';

export function Page({ title, about, actions, children }: Props) {
  useDocumentTitle(`${title} · Holdfast`);
  return (
    <Stack gap="lg" maw={1180} w="100%">
      <Group justify="space-between" align="flex-start" gap="md">
        <Box>
          <Title order={1} id={PAGE_HEAD}>
            {title}
          </Title>
          {about === undefined ? null : (
            <Text c="dimmed" size="sm" maw={640}>
              {about}
            </Text>
          )}
        </Box>
        {actions}
      </Group>
      {children}
    </Stack>
  );
}

/** A part of a page with a name of its own. */
export function Section({ title, about, actions, children }: Props) {
  return (
    <Stack component="section" gap="sm" aria-label={title}>
      <Group justify="space-between" align="flex-end" gap="md">
        <Box>
          <Title order={2}>{title}</Title>
          {about === undefined ? null : (
            <Text c="dimmed" size="sm" maw={640}>
              {about}
            </Text>
          )}
        </Box>
        {actions}
      </Group>
      {children}
    </Stack>
  );
}
