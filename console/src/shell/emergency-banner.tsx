// Above every page of whoever manages security: that an emergency session is open, and what has to follow one.
import { Anchor, Box, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { emergencyQuery } from '../api/emergency.ts';
import { may, type Session } from '../api/session.ts';
import { Notice } from '../ui/notice.tsx';
import { Time } from '../ui/time.tsx';

export function EmergencyBanner({ session }: { readonly session: Session }) {
  const found = useQuery({ ...emergencyQuery, enabled: may(session, 'emergency.get') });
  if (found.data === undefined) return null;
  const { uses, owed } = found.data;
  const open = uses.find(({ state }) => state !== 'over');
  if (open === undefined && owed.length === 0) return null;
  const more = (
    <Anchor component={Link} to="/break-glass" size="sm" underline="always">
      Break-glass
    </Anchor>
  );
  return (
    <Box mb="lg" maw={1100}>
      {open === undefined ? (
        <Notice tone="yellow" title="Emergency access was used">
          <Text size="sm">
            {owed.includes('review') ? 'Its review is missing. ' : ''}
            {owed.includes('seal') ? 'A new credential has to be sealed. ' : ''}
            {more}
          </Text>
        </Notice>
      ) : (
        <Notice
          tone="red"
          title={session.user === null ? 'You are in an emergency session' : titleOf(open.state)}
          isUrgent
        >
          <Text size="sm">
            It ends <Time at={open.endsAt} />. Reason: {open.reason}. {more}
          </Text>
        </Notice>
      )}
    </Box>
  );
}

function titleOf(state: string): string {
  return state === 'open' ? 'An emergency session is open' : 'Emergency access was requested';
}
