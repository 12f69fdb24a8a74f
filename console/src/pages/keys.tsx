// API keys: made, shown once, revoked.
import { Badge, Button, Group, Modal, MultiSelect, NumberInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import { fieldError } from '../api/problem.ts';
import { useDialogInAddress } from '../shell/dialog-in-address.ts';
import { Confirm } from '../ui/confirm.tsx';
import { CopyText } from '../ui/copy-text.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { MayButton } from '../ui/may.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { Time } from '../ui/time.tsx';

type Key = Reply<'api_key.list'>['items'][number];

const SCOPES = ['models:use', 'audit:read', 'audit:verify', 'controls:read', 'usage:read', 'session:read'];

const columns: readonly Column<Key>[] = [
  { title: 'Name', text: ({ name }) => name },
  { title: 'May', text: ({ scopes }) => scopes.join(', ') },
  { title: 'Made', text: ({ createdAt }) => createdAt, show: ({ createdAt }) => <Time at={createdAt} /> },
  {
    title: 'Ends',
    text: ({ expiresAt }) => expiresAt ?? '',
    show: ({ expiresAt }) => <Time at={expiresAt} none="never" />,
  },
  {
    title: 'State',
    text: stateOf,
    show: (key) => <Badge color={stateOf(key) === 'works' ? 'green' : 'gray'}>{stateOf(key)}</Badge>,
  },
];

function stateOf({ revokedAt, expiresAt }: Key): 'works' | 'revoked' | 'expired' {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && new Date(expiresAt) <= new Date() ? 'expired' : 'works';
}

export function Keys() {
  const client = useQueryClient();
  const [isMaking, setMaking] = useDialogInAddress('new');
  const [ending, setEnding] = useState<Key>();
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
      <DataTable
        name="API keys"
        queryKey={['keys']}
        load={(cursor, signal) => call('api_key.list', { query: { cursor } }, signal)}
        columns={columns}
        rowKey={({ id }) => id}
        actions={(key) =>
          stateOf(key) === 'works' ? (
            <MayButton
              operation="api_key.revoke"
              size="compact-sm"
              variant="subtle"
              color="red"
              onClick={() => setEnding(key)}
            >
              Revoke
            </MayButton>
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
      <Confirm
        isOpen={ending !== undefined}
        title={`Revoke ${ending?.name ?? ''}?`}
        action="Revoke the key"
        done={`${ending?.name ?? 'The key'} is revoked`}
        onConfirm={async () => {
          await call('api_key.revoke', { params: { apiKeyId: ending?.id ?? '' } });
          await client.invalidateQueries({ queryKey: ['keys'] });
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
    onSuccess: () => client.invalidateQueries({ queryKey: ['keys'] }),
    meta: { done: 'The key is made' },
  });
  if (making.data !== undefined) {
    return (
      <Stack>
        <CopyText label="API key" text={making.data.key} />
        <Group justify="flex-end">
          <Button onClick={onDone}>I have kept it</Button>
        </Group>
      </Stack>
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
        <Button type="submit" loading={making.isPending}>
          Make the key
        </Button>
      </Stack>
    </form>
  );
}
