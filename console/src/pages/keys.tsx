// API keys: made, shown once, revoked.
import { Badge, Button, Group, Modal, MultiSelect, NumberInput, Stack, TextInput } from '@mantine/core';
import { ActButton } from '../ui/act-button.tsx';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../api/client.ts';
import { fieldError } from '../api/problem.ts';
import { useDialogInAddress } from '../shell/dialog-in-address.ts';
import { Arrived } from '../ui/arrived.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { CopyText } from '../ui/copy-text.tsx';
import { optionsOf } from '../ui/list/column.ts';
import { type RowOf, ServerTable, type ServerColumn } from '../ui/list/server-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { MayButton } from '../ui/may.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { Time } from '../ui/time.tsx';
import { KeyNetworks } from './key-networks.tsx';

type Key = RowOf<'api_key.list'>;

const SCOPES = ['models:use', 'audit:read', 'audit:verify', 'controls:read', 'usage:read', 'session:read'];

const columns: readonly ServerColumn<'api_key.list'>[] = [
  { title: 'Name', text: ({ name }) => name, sort: 'name' },
  { title: 'May', text: ({ scopes }) => scopes.join(', ') },
  {
    title: 'Made',
    text: ({ createdAt }) => createdAt,
    show: ({ createdAt }) => <Time at={createdAt} />,
    sort: 'createdAt',
  },
  {
    title: 'Ends',
    text: ({ expiresAt }) => expiresAt ?? '',
    show: ({ expiresAt }) => <Time at={expiresAt} none="never" />,
    sort: 'expiresAt',
  },
  {
    title: 'State',
    text: stateOf,
    show: (key) => <Badge color={stateOf(key) === 'works' ? 'green' : 'gray'}>{stateOf(key)}</Badge>,
  },
];

const filters = [{ name: 'state', label: 'State', options: optionsOf('works', 'expired', 'revoked') }] as const;

function stateOf({ revokedAt, expiresAt }: Key): 'works' | 'revoked' | 'expired' {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && new Date(expiresAt) <= new Date() ? 'expired' : 'works';
}

export function Keys() {
  const client = useQueryClient();
  const [isMaking, setMaking] = useDialogInAddress('new');
  const [ending, setEnding] = useState<Key>();
  const [placing, setPlacing] = useState<Key>();
  const make = (
    <MayButton operation="api_key.create" onClick={() => setMaking(true)}>
      Make a key
    </MayButton>
  );
  return (
    <Page
      title="API keys"
      about="Programs call models with them, under your rules. A key acts as the person who made it."
      actions={make}
    >
      <ServerTable
        name="API keys"
        operation="api_key.list"
        filters={filters}
        columns={columns}
        rowKey={({ id }) => id}
        actions={(key) =>
          stateOf(key) === 'works' ? (
            <Group gap={4} wrap="nowrap" justify="flex-end">
              <MayButton
                operation="api_key.update_networks"
                aria-label={`Networks of ${key.name}`}
                size="compact-sm"
                variant="subtle"
                onClick={() => setPlacing(key)}
              >
                Networks
              </MayButton>
              <MayButton
                operation="api_key.revoke"
                aria-label={`Revoke ${key.name}`}
                size="compact-sm"
                variant="subtle"
                color="red"
                onClick={() => setEnding(key)}
              >
                Revoke
              </MayButton>
            </Group>
          ) : null
        }
        empty={
          <Empty title="No key yet" action={make}>
            Make one for each program, so that each can be revoked alone.
          </Empty>
        }
      />
      <Modal opened={isMaking} onClose={() => setMaking(false)} title="Make a key" closeOnClickOutside={false}>
        <NewKey onDone={() => setMaking(false)} />
      </Modal>
      {placing === undefined ? null : <KeyNetworks apiKey={placing} onClose={() => setPlacing(undefined)} />}
      <Confirm
        isOpen={ending !== undefined}
        title={`Revoke ${ending?.name ?? ''}?`}
        action="Revoke the key"
        done={`${ending?.name ?? 'The key'} is revoked`}
        onConfirm={async () => {
          await call('api_key.revoke', { params: { apiKeyId: ending?.id ?? '' } });
          await client.invalidateQueries({ queryKey: ['api_key.list'] });
        }}
        onClose={() => setEnding(undefined)}
      >
        Programs that use it are refused within a second, and their open streams end. It cannot be undone.
      </Confirm>
    </Page>
  );
}

function NewKey({ onDone }: { readonly onDone: () => void }) {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<string[]>(['models:use']);
  const [days, setDays] = useState<number | string>(90);
  const making = useMutation({
    mutationFn: () => call('api_key.create', { body: { name, scopes, expiresInDays: Number(days) } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['api_key.list'] }),
    meta: { done: 'The key is made' },
  });
  if (making.data !== undefined) {
    return (
      <Arrived label="Your new key">
        <CopyText label="API key" text={making.data.key} />
        <Group justify="flex-end">
          <Button onClick={onDone}>I have kept it</Button>
        </Group>
      </Arrived>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    making.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label="What it is for"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={fieldError(making.error, 'name')}
          required
          data-autofocus
        />
        <MultiSelect
          label="What it may do"
          data={SCOPES}
          value={scopes}
          onChange={setScopes}
          error={fieldError(making.error, 'scopes')}
          required
        />
        <NumberInput
          label="Days until it ends"
          value={days}
          onChange={setDays}
          min={1}
          max={365}
          error={fieldError(making.error, 'expiresInDays')}
        />
        <ProblemBox error={making.error} />
        <ActButton type="submit" loading={making.isPending}>
          Make the key
        </ActButton>
      </Stack>
    </form>
  );
}
