// A tab that was left behind: its session went to another organization in another tab, and the server refuses what it asks.
import { Box, Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { switchedQuery } from '../api/session.ts';
import { Notice } from '../ui/notice.tsx';

export function SwitchedElsewhere({ organization }: { readonly organization: string }) {
  const isSwitched = useQuery(switchedQuery).data;
  if (!isSwitched) return null;
  return (
    <Box mb="lg" maw={1180}>
      <Notice tone="yellow" title="You are in another organization by now" isUrgent>
        <Group justify="space-between" gap="sm">
          <Text size="sm">
            This page still shows {organization}. It was switched in another tab; reload to see where you are.
          </Text>
          <Button size="compact-sm" onClick={() => window.location.reload()}>
            Reload
          </Button>
        </Group>
      </Notice>
    </Box>
  );
}
