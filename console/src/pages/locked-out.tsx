// Too many tries at the door: for how long it stays shut, and what opens it sooner. The same words whether the account exists or not.
import { Anchor, List, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Problem } from '../api/problem.ts';
import { durationText } from '../ui/duration.ts';
import { Notice } from '../ui/notice.tsx';

export function LockedOut({ problem }: { readonly problem: Problem }) {
  const wait = problem.retryAfterSeconds;
  return (
    <Notice
      tone="red"
      title={wait === undefined ? 'Signing in is closed for a while' : `Signing in is closed for ${durationText(wait)}`}
      isUrgent
    >
      <Text size="sm">
        There were too many tries for this address or from this network, so that no password is looked at, be it the
        right one. Then it is open again by itself. Sooner:
      </Text>
      <List size="sm" mt={4}>
        <List.Item>
          <Anchor component={Link} to="/account/forgotten" size="sm">
            Set a new password by mail
          </Anchor>
          : that ends it.
        </List.Item>
        <List.Item>Use a passkey, or a device and browser that signed in before.</List.Item>
        <List.Item>Ask an owner or admin of your organization: Members has a button that ends it.</List.Item>
      </List>
    </Notice>
  );
}
