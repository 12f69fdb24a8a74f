// API keys: made, shown once, looked at, changed, rotated, revoked.
import { Badge, Group, Modal } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../api/client.ts';
import { useGranted } from '../api/granted.ts';
import type { Level } from '../api/levels.ts';
import { may, type Session, sessionQuery } from '../api/session.ts';
import { useDialogInAddress } from '../shell/dialog-in-address.ts';
import { Confirm } from '../ui/confirm.tsx';
import { Empty } from '../ui/empty.tsx';
import { BulkActs } from '../ui/list/bulk-acts.tsx';
import { optionsOf } from '../ui/list/column.ts';
import { type ServerColumn, ServerTable } from '../ui/list/server-table.tsx';
import { MayButton } from '../ui/may.tsx';
import { Page } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import { KeyAges } from './key-ages.tsx';
import { ExposeKey } from './key-exposed.tsx';
import { ChangeKey, RotateKey } from './key-change.tsx';
import { type KeyAction, KeyDetails, KeyFlags } from './key-details.tsx';
import { KeyNetworks } from './key-networks.tsx';
import { NewKey } from './key-new.tsx';
import { ObjectAccess } from './object-access.tsx';
import { FLAGS, type Key, KINDS, stateOf } from './key-words.ts';

const columns: readonly ServerColumn<'api_key.list'>[] = [
  { title: 'Name', text: ({ name }) => name, sort: 'name' },
  { title: 'Kind', text: ({ kind }) => kind },
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
    title: 'Last used',
    text: ({ lastUsedAt }) => lastUsedAt ?? '',
    show: ({ lastUsedAt }) => <Time at={lastUsedAt} none="never" />,
    sort: 'lastUsedAt',
  },
  {
    title: 'State',
    text: (key) =>
      [stateOf(key), ...(key.exposedAt === null ? [] : ['exposed']), ...key.flags.map((flag) => FLAGS[flag])].join(
        ', ',
      ),
    show: (key) => (
      <Group gap={4}>
        <Badge color={stateOf(key) === 'works' ? 'green' : 'gray'}>{stateOf(key)}</Badge>
        {key.exposedAt === null ? null : <Badge color="red">exposed</Badge>}
        <KeyFlags flags={key.flags} />
      </Group>
    ),
  },
];

const filters = [
  { name: 'state', label: 'State', options: optionsOf('works', 'expired', 'revoked') },
  { name: 'kind', label: 'Kind', options: optionsOf(...KINDS.map(({ value }) => value)) },
] as const;

type Doing = 'details' | 'revoke' | 'access' | KeyAction;

/** Whoever could rotate the key of somebody else would have it: one's own, and those of the organization. */
function isMine(key: Key, session: Session | null | undefined): boolean {
  return key.ownerUserId === null || key.ownerUserId === session?.user?.id;
}

function maySee(session: Session | null | undefined): boolean {
  return session !== null && session !== undefined && may(session, 'credential.report');
}

export function Keys() {
  const session = useQuery(sessionQuery);
  const [isMaking, setMaking] = useDialogInAddress('new');
  const granted = useGranted();
  const [doing, setDoing] = useState<{ readonly what: Doing; readonly apiKey: Key }>();
  const close = () => setDoing(undefined);
  const make = (
    <MayButton operation="api_key.create" onClick={() => setMaking(true)}>
      Make a key
    </MayButton>
  );
  return (
    <Page
      title="API keys"
      about="Programs call with them, under your rules: for a person, for the organization, or from a page."
      actions={make}
    >
      <ServerTable
        name="API keys"
        operation="api_key.list"
        filters={filters}
        columns={columns}
        rowKey={({ id }) => id}
        bulk={(keys, clear) => <RevokeSeveral keys={keys} granted={granted} onDone={clear} />}
        actions={(key) => <Actions apiKey={key} level={granted.get(key.id)} onDo={setDoing} />}
        empty={
          <Empty title="No key yet" action={make}>
            Make one for each program, so that each can be revoked alone.
          </Empty>
        }
        below={maySee(session.data) ? <KeyAges /> : null}
      />
      <Modal opened={isMaking} onClose={() => setMaking(false)} title="Make a key" closeOnClickOutside={false}>
        <NewKey onDone={() => setMaking(false)} />
      </Modal>
      {doing?.what === 'details' ? (
        <KeyDetails
          apiKey={doing.apiKey}
          isMine={isMine(doing.apiKey, session.data)}
          onDo={(what) => setDoing({ what, apiKey: doing.apiKey })}
          onClose={close}
        />
      ) : null}
      {doing?.what === 'networks' ? <KeyNetworks apiKey={doing.apiKey} onClose={close} /> : null}
      {doing?.what === 'rotate' ? <RotateKey apiKey={doing.apiKey} onClose={close} /> : null}
      {doing?.what === 'change' ? <ChangeKey apiKey={doing.apiKey} onClose={close} /> : null}
      <Endings doing={doing} onClose={close} />
    </Page>
  );
}

type ActionsProps = {
  readonly apiKey: Key;
  readonly level: Level | undefined;
  readonly onDo: (doing: { readonly what: Doing; readonly apiKey: Key }) => void;
};

function Actions({ apiKey, level, onDo }: ActionsProps) {
  const small = { size: 'compact-sm', variant: 'subtle' } as const;
  return (
    <Group gap={4} wrap="nowrap" justify="flex-end">
      <MayButton
        operation="api_key.usage"
        level={level}
        aria-label={`Details of ${apiKey.name}`}
        {...small}
        onClick={() => onDo({ what: 'details', apiKey })}
      >
        Details
      </MayButton>
      <MayButton
        operation="grant.give"
        level={level}
        aria-label={`Access to ${apiKey.name}`}
        {...small}
        onClick={() => onDo({ what: 'access', apiKey })}
      >
        Access
      </MayButton>
      {stateOf(apiKey) === 'works' ? (
        <MayButton
          operation="api_key.revoke"
          level={level}
          aria-label={`Revoke ${apiKey.name}`}
          {...small}
          color="red"
          onClick={() => onDo({ what: 'revoke', apiKey })}
        >
          Revoke
        </MayButton>
      ) : null}
    </Group>
  );
}

type EndingsProps = {
  readonly doing: { readonly what: Doing; readonly apiKey: Key } | undefined;
  readonly onClose: () => void;
};

function Endings({ doing, onClose }: EndingsProps) {
  return (
    <>
      <ExposeKey apiKey={doing?.what === 'exposed' ? doing.apiKey : undefined} onClose={onClose} />
      <ObjectAccess object={doing?.what === 'access' ? doing.apiKey : undefined} onClose={onClose} />
      <Revoke apiKey={doing?.what === 'revoke' ? doing.apiKey : undefined} onClose={onClose} />
    </>
  );
}

function Revoke({ apiKey, onClose }: { readonly apiKey: Key | undefined; readonly onClose: () => void }) {
  const client = useQueryClient();
  return (
    <Confirm
      isOpen={apiKey !== undefined}
      title={`Revoke ${apiKey?.name ?? ''}?`}
      action="Revoke the key"
      done={`${apiKey?.name ?? 'The key'} is revoked`}
      onConfirm={async () => {
        await call('api_key.revoke', { params: { apiKeyId: apiKey?.id ?? '' } });
        await client.invalidateQueries({ queryKey: ['api_key.list'] });
      }}
      onClose={onClose}
    >
      Programs that use it are refused within a second, and their open streams end. It cannot be undone.
    </Confirm>
  );
}

type SeveralProps = {
  readonly keys: readonly Key[];
  readonly granted: ReadonlyMap<string, Level>;
  readonly onDone: () => void;
};

function RevokeSeveral({ keys, granted, onDone }: SeveralProps) {
  return (
    <BulkActs
      rows={keys}
      nameOf={({ name }) => name}
      lists={['api_key.list', 'credential.report']}
      onDone={onDone}
      acts={[
        {
          label: 'Revoke',
          operation: 'api_key.revoke',
          level: keys.every(({ id }) => granted.get(id) === 'manager') ? 'manager' : undefined,
          about: 'Programs that use them are refused within a second, and their open streams end. It cannot be undone.',
          run: ({ id }) => call('api_key.revoke', { params: { apiKeyId: id } }),
        },
      ]}
    />
  );
}
