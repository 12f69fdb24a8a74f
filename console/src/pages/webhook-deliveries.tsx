// What was sent to a webhook, and how each message fared; what was given up is sent again by hand.
import { Badge, Stack, Table, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from '../api/client.ts';
import { Loading } from '../ui/loading.tsx';
import { MayButton } from '../ui/may.tsx';
import { Section } from '../ui/page.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { Time } from '../ui/time.tsx';
import { type Delivery, outcomeOf, STATES, type Webhook } from './webhook-words.ts';

/** While one waits, what comes of it is looked for. */
const LOOK_MS = 3_000;

export function WebhookDeliveries({ webhook }: { readonly webhook: Webhook }) {
  const { id: webhookId, name } = webhook;
  const found = useQuery({
    queryKey: ['webhooks', webhookId, 'deliveries'],
    queryFn: ({ signal }) => call('webhook.list_deliveries', { params: { webhookId } }, signal),
    refetchInterval: ({ state }) => (state.data?.items.some(isWaiting) === true ? LOOK_MS : false),
  });
  const deliveries = found.data?.items ?? [];
  return (
    <Section title={`Deliveries of ${name}`} about="The newest fifty; what is over is kept for 30 days.">
      <ProblemBox error={found.error} />
      {found.isPending ? <Loading height={120} /> : null}
      {found.data !== undefined && deliveries.length === 0 ? (
        <Text size="sm">Nothing was sent yet. A test shows whether it arrives.</Text>
      ) : null}
      {deliveries.length === 0 ? null : <Deliveries webhook={webhook} deliveries={deliveries} />}
    </Section>
  );
}

function isWaiting({ state }: Delivery): boolean {
  return state === 'waiting';
}

type Props = { readonly webhook: Webhook; readonly deliveries: readonly Delivery[] };

function Deliveries({ webhook, deliveries }: Props) {
  const client = useQueryClient();
  const sending = useMutation({
    mutationFn: (deliveryId: string) => call('webhook.redeliver', { params: { webhookId: webhook.id, deliveryId } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['webhooks'] }),
    meta: { done: 'It is sent again' },
  });
  return (
    <Stack gap="xs">
      <ProblemBox error={sending.error} />
      <Table.ScrollContainer minWidth={720}>
        <Table aria-label={`Deliveries of ${webhook.name}`}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Event</Table.Th>
              <Table.Th>At</Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th ta="right">Tries</Table.Th>
              <Table.Th>Last answer</Table.Th>
              <Table.Th>Again</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {deliveries.map((delivery) => (
              <Row key={delivery.id} delivery={delivery} onAgain={() => sending.mutate(delivery.id)} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}

function Row({ delivery, onAgain }: { readonly delivery: Delivery; readonly onAgain: () => void }) {
  const [color, label] = STATES[delivery.state];
  return (
    <Table.Tr>
      <Table.Td>{delivery.type}</Table.Td>
      <Table.Td>
        <Time at={delivery.createdAt} />
      </Table.Td>
      <Table.Td>
        <Badge color={color}>{label}</Badge>
      </Table.Td>
      <Table.Td className="number">{delivery.attempts}</Table.Td>
      <Table.Td>
        {outcomeOf(delivery)}
        {isWaiting(delivery) && delivery.attempts > 0 ? (
          <>
            {' '}
            Next try <Time at={delivery.nextAt} />.
          </>
        ) : null}
      </Table.Td>
      <Table.Td>
        {isWaiting(delivery) ? null : (
          <MayButton
            operation="webhook.redeliver"
            size="compact-sm"
            variant="default"
            aria-label={`Send again: ${delivery.type} of ${delivery.createdAt}`}
            onClick={onAgain}
          >
            Send again
          </MayButton>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
