// Model providers: connected, tried, taken away.
import { Badge, Modal } from '@mantine/core';
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
import { type ProviderAction, ProviderActions } from './provider-actions.tsx';
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
  const [isConnecting, setConnecting] = useDialogInAddress('new');
  const [doing, setDoing] = useState<Doing>();
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
          <ProviderActions
            provider={provider}
            level={granted.get(provider.id)}
            onTry={() => trying.mutate(provider)}
            onDo={(what) => setDoing({ what, provider })}
          />
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
      <Dialogs doing={doing} onClose={() => setDoing(undefined)} />
    </Page>
  );
}

type Doing = { readonly what: ProviderAction; readonly provider: Provider };

/** Each is there all the time, so that it gives the focus back when it closes. */
function Dialogs({ doing, onClose }: { readonly doing: Doing | undefined; readonly onClose: () => void }) {
  const client = useQueryClient();
  const inHand = (what: ProviderAction): Provider | undefined => (doing?.what === what ? doing.provider : undefined);
  const [changing, leaving] = [inHand('change'), inHand('remove')];
  return (
    <>
      <Modal opened={changing !== undefined} onClose={onClose} title={`Change ${changing?.name ?? ''}`}>
        {changing === undefined ? null : <ProviderForm provider={changing} onDone={onClose} action="Save" />}
      </Modal>
      <ExposeProvider provider={inHand('expose')} onClose={onClose} />
      <ObjectAccess object={inHand('grant')} onClose={onClose} />
      <Confirm
        isOpen={leaving !== undefined}
        title={`Remove ${leaving?.name ?? ''}?`}
        action="Remove the provider"
        done={`${leaving?.name ?? 'It'} is removed`}
        onConfirm={async () => {
          await call('provider.delete', { params: { providerId: leaving?.id ?? '' } });
          await client.invalidateQueries({ queryKey: ['provider.list'] });
        }}
        onClose={onClose}
      >
        Calls of its models end, and its key is erased. What was used stays on record.
      </Confirm>
    </>
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
