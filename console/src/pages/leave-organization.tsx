// Leaving the organization, at the end of the page of one's account.
import { Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { assertOrganization, call } from '../api/client.ts';
import { endedIn } from '../api/ended.ts';
import { sessionQuery } from '../api/session.ts';
import { Confirm } from '../ui/confirm.tsx';
import { MayButton } from '../ui/may.tsx';
import { Section } from '../ui/page.tsx';
import { departureOf, NOTHING_SAID, OrganizationKeysChoice } from './organization-keys-choice.tsx';

export function LeaveOrganization() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [isLeaving, setLeaving] = useState(false);
  const [keys, setKeys] = useState(NOTHING_SAID);
  const session = useQuery(sessionQuery).data;
  const name = session?.organization.name ?? 'the organization';
  return (
    <Section title="Leave" about={`Your account stays; you are no member of ${name} any more.`}>
      <Text component="div" size="sm">
        <MayButton operation="member.leave" variant="default" color="red" onClick={() => setLeaving(true)}>
          Leave {name}
        </MayButton>
      </Text>
      <Confirm
        isOpen={isLeaving}
        title={`Leave ${name}?`}
        action="Leave"
        done={(reply) => `You have left ${name}. ${endedIn([reply])}`.trim()}
        onConfirm={async () => {
          const reply = await call('member.leave', { query: departureOf(keys) });
          assertOrganization(undefined);
          client.clear();
          await navigate({ to: '/sign-in' });
          return reply;
        }}
        onClose={() => {
          setLeaving(false);
          setKeys(NOTHING_SAID);
        }}
      >
        Your sessions and keys here, open invitations you made, and offers of ownership end in the same step. To come
        back you would have to be invited.
        <OrganizationKeysChoice value={keys} onChange={setKeys} leavers={[session?.user?.id ?? '']} isSelf />
      </Confirm>
    </Section>
  );
}
