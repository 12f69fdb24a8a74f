// The frame of pages before anybody is signed in: one card, the name of the product, nothing else.
import { Box, Card, Group, Stack, Text, Title } from '@mantine/core';
import { isLaterPage } from './arrival.ts';
import { useDocumentTitle } from '@mantine/hooks';
import { type ReactNode, useEffect, useRef } from 'react';

type Props = {
  readonly title: string;
  readonly about?: ReactNode;
  readonly wide?: boolean;
  /** In the title of the window, where the head stays the same. */
  readonly step?: string;
  readonly children: ReactNode;
};

export function Door({ title, about, wide = false, step, children }: Props) {
  useDocumentTitle(`${step ?? title} · Holdfast`);
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (isLaterPage()) head.current?.focus();
  }, [title]);
  return (
    // From above, not in the middle: what grows below moves nothing above it.
    <Box mih="100vh" px="md" py={{ base: 'md', sm: '12vh' }} component="main">
      <Stack w="100%" maw={wide ? 640 : 400} mx="auto" gap="md">
        <Group gap="xs">
          <Mark />
          <Text fw={600} size="lg">
            Holdfast
          </Text>
        </Group>
        <Card withBorder padding="lg">
          <Stack gap="md">
            <Box>
              <Title order={1} ref={head} tabIndex={-1}>
                {title}
              </Title>
              {about === undefined ? null : (
                <Text c="dimmed" size="sm">
                  {about}
                </Text>
              )}
            </Box>
            {children}
          </Stack>
        </Card>
      </Stack>
    </Box>
  );
}

export function Mark() {
  return (
    <svg viewBox="0 0 32 32" width={24} height={24} aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="var(--mantine-color-hold-7)" />
      <path d="M9 7v18M23 7v18M9 16h14" stroke="#fff" strokeWidth="4" strokeLinecap="round" />
    </svg>
  );
}
