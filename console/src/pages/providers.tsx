// Model providers: connected, tried, taken away.
import { Badge, Group, Modal } from '@mantine/core';
import { Notice } from '../ui/notice.tsx';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import { useGranted } from '../api/granted.ts';
import { useDialogInAddress } from '../shell/dialog-in-address.ts';
import { Confirm } from '../ui/confirm.tsx';
import { optionsOf } from '../ui/list/column.ts';
import { type RowOf, ServerTable, type ServerColumn } from '../ui/list/server-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { MayButton } from '../ui/may.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { Time } from '../ui/time.tsx';
import { ObjectAccess } from './object-access.tsx';
import { ExposeProvider } from './provider-exposed.tsx';
import { ProviderForm } from './provider-form.tsx';

type Provider = RowOf<'provider.list'>;

function secretText({ secret, exposedAt, isBlocked }: Provider): string {
  if (exposedAt === null) return secret;
  return isBlocked ? 'exposed, not used' : 'exposed, used on';
}

const columns: readonly ServerColumn<'provider.list'>[] = [
  { title: 'Name', text: ({ name }) => name, sort: 'name' },
  { title: 'Kind', text: ({ kind }) => kind.replaceAll('_', ' '), sort: 'kind' },
  { title: 'Address', text: ({ baseUrl }) => baseUrl },
  { title: 'Models', text: ({ models }) => models?.join(', ') ?? 'all it has' },
  {
    title: 'Where',
    text: ({ local }) => (local ? 'ours' : 'outside'),
    show: ({ local }) => <Badge>{local ? 'ours' : 'outside'}</Badge>,
  },
  {
    title: 'Secret',
    text: secretText,
    show: (provider) =>
      provider.exposedAt === null ? (
        secretText(provider)
      ) : (
        <Badge color="red" tt="none">
          {secretText(provider)}
        </Badge>
      ),
  },
  {
    title: 'Connected',
    text: ({ createdAt }) => createdAt,
    show: ({ createdAt }) => <Time at={createdAt} />,
    sort: 'createdAt',
  },
];

const filters = [
  { name: 'kind', label: 'Kind', options: optionsOf('openai', 'anthropic', 'google', 'openai_compatible', 'ollama') },
] as const;

export function Providers() {
  const client = useQueryClient();
  const [isConnecting, setConnecting] = useDialogInAddress('new');
  const [leaving, setLeaving] = useState<Provider>();
  const [changing, setChanging] = useState<Provider>();
  const [exposing, setExposing] = useState<Provider>();
  const [granting, setGranting] = useState<Provider>();
  const granted = useGranted();
  const trying = useMutation({
    mutationFn: async (provider: Provider) => ({
      provider,
      outcome: await call('provider.test', { params: { providerId: provider.id } }),
    }),
    meta: { done: null },
  });
  const connect = (
    <MayButton operation="provider.create" onClick={() => setConnecting(true)}>
      Connect a provider
    </MayButton>
  );
  return (
    <Page
      title="Providers"
      about="Where models answer. Keys of providers are sealed, and never shown again."
      actions={connect}
    >
      <ProblemBox error={trying.error} />
      {trying.data === undefined ? null : <Outcome {...trying.data} />}
      <ServerTable
        name="Providers"
        operation="provider.list"
        filters={filters}
        columns={columns}
        rowKey={({ id }) => id}
        actions={(provider) => (
          <Group gap={4} justify="flex-end" wrap="nowrap">
            <MayButton
              operation="provider.test"
              aria-label={`Try ${provider.name}`}
              size="compact-sm"
              variant="default"
              onClick={() => trying.mutate(provider)}
            >
              Try
            </MayButton>
            <MayButton
              operation="grant.give"
              level={granted.get(provider.id)}
              aria-label={`Access to ${provider.name}`}
              size="compact-sm"
              variant="default"
              onClick={() => setGranting(provider)}
            >
              Access
            </MayButton>
            <MayButton
              operation="provider.update"
              level={granted.get(provider.id)}
              aria-label={`Change ${provider.name}`}
              size="compact-sm"
              variant="default"
              onClick={() => setChanging(provider)}
            >
              Change
            </MayButton>
            {provider.secret === 'none' || provider.isBlocked ? null : (
              <MayButton
                operation="provider.mark_exposed"
                aria-label={`Mark ${provider.name} as exposed`}
                size="compact-sm"
                variant="subtle"
                color="red"
                onClick={() => setExposing(provider)}
              >
                Exposed
              </MayButton>
            )}
            <MayButton
              operation="provider.delete"
              level={granted.get(provider.id)}
              aria-label={`Remove ${provider.name}`}
              size="compact-sm"
              variant="subtle"
              color="red"
              onClick={() => setLeaving(provider)}
            >
              Remove
            </MayButton>
          </Group>
        )}
        empty={
          <Empty title="No provider is connected" action={connect}>
            Connect one, and programs can call its models with keys of yours.
          </Empty>
        }
      />
      <Modal opened={isConnecting} onClose={() => setConnecting(false)} title="Connect a provider">
        <ProviderForm onDone={() => setConnecting(false)} action="Connect" />
      </Modal>
      <Modal
        opened={changing !== undefined}
        onClose={() => setChanging(undefined)}
        title={`Change ${changing?.name ?? ''}`}
      >
        {changing === undefined ? null : (
          <ProviderForm provider={changing} onDone={() => setChanging(undefined)} action="Save" />
        )}
      </Modal>
      <ExposeProvider provider={exposing} onClose={() => setExposing(undefined)} />
      <ObjectAccess object={granting} onClose={() => setGranting(undefined)} />
      <Confirm
        isOpen={leaving !== undefined}
        title={`Remove ${leaving?.name ?? ''}?`}
        action="Remove the provider"
        done={`${leaving?.name ?? 'It'} is removed`}
        onConfirm={async () => {
          await call('provider.delete', { params: { providerId: leaving?.id ?? '' } });
          await client.invalidateQueries({ queryKey: ['provider.list'] });
        }}
        onClose={() => setLeaving(undefined)}
      >
        Calls of its models end, and its key is erased. What was used stays on record.
      </Confirm>
    </Page>
  );
}

function Outcome({ provider, outcome }: { readonly provider: Provider; readonly outcome: Reply<'provider.test'> }) {
  const { ok, ...facts } = outcome as Readonly<Record<string, unknown>>;
  const text = Object.entries(facts)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(', ') : String(value)}`)
    .join(' · ');
  return (
    <Notice
      tone={ok === true ? 'green' : 'red'}
      title={`${provider.name} ${ok === true ? 'answers' : 'does not answer as it should'}`}
    >
      {text}
    </Notice>
  );
}
