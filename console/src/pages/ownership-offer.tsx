// The offer of ownership that is open: for owners, who can take it back, and for whom it is made to, who answers it.
import { Button, Group, Text } from '@mantine/core';
import { ActButton } from '../ui/act-button.tsx';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import { sessionQuery } from '../api/session.ts';
import { Confirm } from '../ui/confirm.tsx';
import { Notice } from '../ui/notice.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { Time } from '../ui/time.tsx';

type Offer = NonNullable<Reply<'ownership.get_offer'>['offer']>;

export function OwnershipOffer() {
  const found = useQuery({
    queryKey: ['ownership'],
    queryFn: ({ signal }) => call('ownership.get_offer', {}, signal),
  });
  const { data: session } = useQuery(sessionQuery);
  const offer = found.data?.offer;
  if (offer === undefined || offer === null || session === undefined || session === null) return null;
  return session.role === 'owner' ? <Made offer={offer} /> : <Received offer={offer} />;
}

function Made({ offer }: { readonly offer: Offer }) {
  const client = useQueryClient();
  const taking = useMutation({
    mutationFn: () => call('ownership.cancel_offer', {}),
    onSuccess: () => client.invalidateQueries({ queryKey: ['ownership'] }),
    meta: { done: 'The offer is taken back' },
  });
  return (
    <Notice tone="yellow" title={`The ownership is offered to ${offer.to.name}`}>
      <Text size="sm">
        By {offer.from.name}, until <Time at={offer.expiresAt} />.
      </Text>
      <ProblemBox error={taking.error} />
      <ActButton size="compact-sm" variant="default" mt="xs" loading={taking.isPending} onClick={() => taking.mutate()}>
        Take it back
      </ActButton>
    </Notice>
  );
}

function Received({ offer }: { readonly offer: Offer }) {
  const client = useQueryClient();
  const [isAccepting, setAccepting] = useState(false);
  const declining = useMutation({
    mutationFn: () => call('ownership.decline_offer', {}),
    onSuccess: () => client.invalidateQueries({ queryKey: ['ownership'] }),
    meta: { done: 'The offer is declined' },
  });
  return (
    <Notice tone="yellow" title={`${offer.from.name} offers you the ownership of this organization`}>
      <Text size="sm">
        Until <Time at={offer.expiresAt} />.
      </Text>
      <ProblemBox error={declining.error} />
      <Group gap="xs" mt="xs">
        <Button size="compact-sm" onClick={() => setAccepting(true)}>
          Accept
        </Button>
        <ActButton size="compact-sm" variant="default" loading={declining.isPending} onClick={() => declining.mutate()}>
          Decline
        </ActButton>
      </Group>
      <Confirm
        isOpen={isAccepting}
        title="Become the owner?"
        action="Become the owner"
        done="You are an owner now: sign in again"
        onConfirm={async () => {
          await call('ownership.accept_offer', {});
          await client.invalidateQueries({ queryKey: ['session'] });
        }}
        onClose={() => setAccepting(false)}
      >
        {offer.staysOwner
          ? 'You are owners both then. Your sessions in this organization end: you sign in again.'
          : `${offer.from.name} becomes an admin. Your sessions and theirs in this organization end: both of you sign in again.`}
      </Confirm>
    </Notice>
  );
}
