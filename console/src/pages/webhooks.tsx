// Where alarms go beside the mail: webhooks, added, tried, disabled, given a new secret, removed.
import { Anchor, Badge, Group, Modal, Paper, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../api/client.ts';
import { Confirm } from '../ui/confirm.tsx';
import { Empty } from '../ui/empty.tsx';
import { LoadingParts } from '../ui/loading-parts.tsx';
import { MayButton } from '../ui/may.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { Time } from '../ui/time.tsx';
import { WebhookDeliveries } from './webhook-deliveries.tsx';
import { WebhookForm } from './webhook-form.tsx';
import { WebhookRotation } from './webhook-rotation.tsx';
import type { Webhook } from './webhook-words.ts';

type Act = 'change' | 'rotate' | 'disable' | 'remove';
type Doing = { readonly act: Act; readonly webhook: Webhook };

export function Webhooks() {
  const [isAdding, setAdding] = useState(false);
  const [doing, setDoing] = useState<Doing>();
  const [shownId, setShownId] = useState<string>();
  const found = useQuery({ queryKey: ['webhooks'], queryFn: ({ signal }) => call('webhook.list', {}, signal) });
  const webhooks = found.data?.items ?? [];
  const shown = webhooks.find(({ id }) => id === shownId);
  const add = (
    <MayButton operation="webhook.create" onClick={() => setAdding(true)}>
      Add a webhook
    </MayButton>
  );
  return (
    <Page title="Webhooks" about={<About />} actions={add}>
      <ProblemBox error={found.error} />
      {found.isPending ? <LoadingParts parts={['card', 'card']} /> : null}
      {found.data !== undefined && webhooks.length === 0 ? (
        <Empty title="No webhook is added" action={add}>
          Owners get mails when break-glass is used. A webhook wakes whoever is on call as well.
        </Empty>
      ) : null}
      {webhooks.map((webhook) => (
        <One
          key={webhook.id}
          webhook={webhook}
          onDo={(act) => setDoing({ act, webhook })}
          onShow={() => setShownId(webhook.id)}
        />
      ))}
      {shown === undefined ? null : <WebhookDeliveries webhook={shown} />}
      <Modal opened={isAdding} onClose={() => setAdding(false)} title="Add a webhook" closeOnClickOutside={false}>
        <WebhookForm onDone={() => setAdding(false)} />
      </Modal>
      <Dialogs doing={doing} onClose={() => setDoing(undefined)} />
    </Page>
  );
}

function About() {
  return (
    <>
      Each step of{' '}
      <Anchor component={Link} to="/break-glass" size="sm" underline="always">
        break-glass
      </Anchor>{' '}
      is sent to these addresses, signed (Standard Webhooks), and tried again for a day until it arrives.
    </>
  );
}

type OneProps = {
  readonly webhook: Webhook;
  readonly onDo: (act: Act) => void;
  readonly onShow: () => void;
};

function One({ webhook, onDo, onShow }: OneProps) {
  const { name, url, isEnabled, secretSetAt, previousSecretEndsAt } = webhook;
  return (
    <Paper withBorder p="md" component="section" aria-label={name}>
      <Stack gap="xs">
        <Group gap="xs">
          <Text fw={600}>{name}</Text>
          <States webhook={webhook} />
        </Group>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {url}
        </Text>
        <Text size="sm" c="dimmed" component="div">
          Secret of <Time at={secretSetAt} />
          {previousSecretEndsAt === null ? null : (
            <>
              ; the one before signs too until <Time at={previousSecretEndsAt} />
            </>
          )}
          .
        </Text>
        <Acts webhook={webhook} isEnabled={isEnabled} onDo={onDo} onShow={onShow} />
      </Stack>
    </Paper>
  );
}

function States({ webhook: { isEnabled, waiting, dead } }: { readonly webhook: Webhook }) {
  return (
    <>
      <Badge color={isEnabled ? 'green' : 'gray'}>{isEnabled ? 'enabled' : 'disabled'}</Badge>
      {waiting === 0 ? null : <Badge color="yellow">{waiting} waiting</Badge>}
      {dead === 0 ? null : <Badge color="red">{dead} given up</Badge>}
    </>
  );
}

function Acts({ webhook, isEnabled, onDo, onShow }: OneProps & { readonly isEnabled: boolean }) {
  const client = useQueryClient();
  const { id: webhookId, name } = webhook;
  const renew = () => client.invalidateQueries({ queryKey: ['webhooks'] });
  const testing = useMutation({
    mutationFn: () => call('webhook.test', { params: { webhookId } }),
    onSuccess: async () => {
      onShow();
      await renew();
    },
    meta: { done: 'A test is sent; its delivery says what comes of it' },
  });
  const enabling = useMutation({
    mutationFn: () => call('webhook.update', { params: { webhookId }, body: { isEnabled: true } }),
    onSuccess: renew,
    meta: { done: `${name} is enabled` },
  });
  const plain = { size: 'compact-sm', variant: 'default' } as const;
  return (
    <>
      <ProblemBox error={testing.error ?? enabling.error} />
      <Group gap={4}>
        <MayButton
          operation="webhook.test"
          {...plain}
          aria-label={`Test ${name}`}
          unless={isEnabled ? undefined : 'It is disabled.'}
          loading={testing.isPending}
          onClick={() => testing.mutate()}
        >
          Test
        </MayButton>
        <MayButton operation="webhook.list_deliveries" {...plain} aria-label={`Deliveries of ${name}`} onClick={onShow}>
          Deliveries
        </MayButton>
        <MayButton operation="webhook.update" {...plain} aria-label={`Change ${name}`} onClick={() => onDo('change')}>
          Change
        </MayButton>
        <MayButton
          operation="webhook.rotate"
          {...plain}
          aria-label={`New secret for ${name}`}
          onClick={() => onDo('rotate')}
        >
          New secret
        </MayButton>
        <MayButton
          operation="webhook.update"
          {...plain}
          aria-label={`${isEnabled ? 'Disable' : 'Enable'} ${name}`}
          loading={enabling.isPending}
          onClick={() => (isEnabled ? onDo('disable') : enabling.mutate())}
        >
          {isEnabled ? 'Disable' : 'Enable'}
        </MayButton>
        <MayButton
          operation="webhook.delete"
          size="compact-sm"
          variant="subtle"
          color="red"
          aria-label={`Remove ${name}`}
          onClick={() => onDo('remove')}
        >
          Remove
        </MayButton>
      </Group>
    </>
  );
}

/** Each is there all the time, so that it gives the focus back when it closes. */
function Dialogs({ doing, onClose }: { readonly doing: Doing | undefined; readonly onClose: () => void }) {
  const client = useQueryClient();
  const inHand = (act: Act): Webhook | undefined => (doing?.act === act ? doing.webhook : undefined);
  const [changing, rotating] = [inHand('change'), inHand('rotate')];
  const [disabling, removing] = [inHand('disable'), inHand('remove')];
  const renew = () => client.invalidateQueries({ queryKey: ['webhooks'] });
  const name = doing?.webhook.name ?? '';
  return (
    <>
      <Modal opened={changing !== undefined} onClose={onClose} title={`Change ${name}`}>
        {changing === undefined ? null : <WebhookForm webhook={changing} onDone={onClose} />}
      </Modal>
      <Modal
        opened={rotating !== undefined}
        onClose={onClose}
        title={`A new secret for ${name}`}
        closeOnClickOutside={false}
      >
        {rotating === undefined ? null : <WebhookRotation webhook={rotating} onDone={onClose} />}
      </Modal>
      <Confirm
        isOpen={disabling !== undefined}
        title={`Disable ${name}?`}
        action="Disable it"
        done={`${name} is disabled`}
        onConfirm={async () => {
          await call('webhook.update', { params: { webhookId: disabling?.id ?? '' }, body: { isEnabled: false } });
          await renew();
        }}
        onClose={onClose}
      >
        Alarms are not sent there any more, and what waits is given up. Owners still get mails.
      </Confirm>
      <Confirm
        isOpen={removing !== undefined}
        title={`Remove ${name}?`}
        action="Remove the webhook"
        done={`${name} is removed`}
        onConfirm={async () => {
          await call('webhook.delete', { params: { webhookId: removing?.id ?? '' } });
          await renew();
        }}
        onClose={onClose}
      >
        Its secret is erased and its deliveries are forgotten. Alarms are not sent there any more; owners still get
        mails.
      </Confirm>
    </>
  );
}
