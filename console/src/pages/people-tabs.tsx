// The two lists of people: who is in the organization, and who is invited to it.
import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { may, sessionQuery } from '../api/session.ts';

const TABS = [
  { to: '/members', label: 'Members', operation: 'member.list' },
  { to: '/invitations', label: 'Invitations', operation: 'invitation.list' },
] as const;

export function PeopleTabs({ current }: { readonly current: (typeof TABS)[number]['to'] }) {
  const { data: session } = useQuery(sessionQuery);
  const shown = TABS.filter(({ operation }) => session !== undefined && session !== null && may(session, operation));
  if (shown.length < 2) return null;
  return (
    <Group component="nav" aria-label="People" gap="xs">
      {shown.map(({ to, label }) => (
        <Button
          key={to}
          component={Link}
          to={to}
          size="compact-sm"
          variant={to === current ? 'light' : 'subtle'}
          aria-current={to === current ? 'page' : undefined}
        >
          {label}
        </Button>
      ))}
    </Group>
  );
}
