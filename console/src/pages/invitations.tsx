// Invitations: written, sent again, canceled, and what became of them.
import { Badge, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { ActButton } from '../ui/act-button.tsx';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../api/client.ts';
import { fieldError } from '../api/problem.ts';
import type { InsideRole } from '../api/roles.ts';
import { useDialogInAddress } from '../shell/dialog-in-address.ts';
import { Confirm } from '../ui/confirm.tsx';
import { Empty } from '../ui/empty.tsx';
import { BulkActs } from '../ui/list/bulk-acts.tsx';
import { optionsOf } from '../ui/list/column.ts';
import { type RowOf, ServerTable, type ServerColumn } from '../ui/list/server-table.tsx';
import { MayButton } from '../ui/may.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { RoleChoice } from '../ui/role-choice.tsx';
import { Time } from '../ui/time.tsx';
import { PeopleTabs } from './people-tabs.tsx';

type Invitation = RowOf<'invitation.list'>;

const COLORS = { open: 'blue', accepted: 'green', expired: 'gray', canceled: 'gray' } as const;

const columns: readonly ServerColumn<'invitation.list'>[] = [
  { title: 'E-mail address', text: ({ email }) => email, sort: 'email' },
  { title: 'Role', text: ({ role }) => role, show: ({ role }) => <Badge>{role}</Badge>, sort: 'role' },
  { title: 'Into', text: ({ shares }) => (shares === null ? 'the organization' : sharedText(shares)) },
  {
    title: 'State',
    text: ({ state }) => state,
    show: ({ state }) => <Badge color={COLORS[state]}>{state}</Badge>,
  },
  { title: 'Invited by', text: ({ invitedBy }) => invitedBy?.name ?? 'somebody who has left' },
  { title: 'Sent', text: ({ sentAt }) => sentAt, show: ({ sentAt }) => <Time at={sentAt} />, sort: 'sentAt' },
  {
    title: 'Ends',
    text: ({ expiresAt }) => expiresAt,
    show: ({ expiresAt }) => <Time at={expiresAt} />,
    sort: 'expiresAt',
  },
];

function sharedText({ object, level }: NonNullable<Invitation['shares']>): string {
  return `${object.name ?? object.id} (${level})`;
}

const filters = [
  { name: 'state', label: 'State', options: optionsOf('open', 'accepted', 'expired', 'canceled') },
  { name: 'role', label: 'Role', options: optionsOf('owner', 'admin', 'member', 'viewer', 'guest') },
] as const;

export function Invitations() {
  const client = useQueryClient();
  const [isInviting, setInviting] = useDialogInAddress('new');
  const [ending, setEnding] = useState<Invitation>();
  const again = () => client.invalidateQueries({ queryKey: ['invitation.list'] });
  const renewing = useMutation({
    mutationFn: ({ id }: Invitation) => call('invitation.renew', { params: { invitationId: id } }),
    onSuccess: again,
    meta: { done: 'A new link is on its way; the old one opens nothing any more' },
  });
  const invite = (
    <MayButton operation="invitation.create" onClick={() => setInviting(true)}>
      Invite somebody
    </MayButton>
  );
  return (
    <Page
      title="Invitations"
      about="A link goes to the address, works once, for a week, and for that address alone."
      actions={invite}
    >
      <PeopleTabs current="/invitations" />
      <ProblemBox error={renewing.error} />
      <ServerTable
        name="Invitations"
        operation="invitation.list"
        filters={filters}
        columns={columns}
        rowKey={({ id }) => id}
        bulk={(rows, clear) => <Several rows={rows} onDone={clear} />}
        actions={(invitation) => (
          <Actions
            invitation={invitation}
            onRenew={() => renewing.mutate(invitation)}
            onCancel={() => setEnding(invitation)}
          />
        )}
        empty={
          <Empty title="Nobody was invited" action={invite}>
            People come into the organization by a link that goes to their address.
          </Empty>
        }
      />
      <Modal opened={isInviting} onClose={() => setInviting(false)} title="Invite somebody">
        <Invite
          onDone={async () => {
            setInviting(false);
            await again();
          }}
        />
      </Modal>
      <Confirm
        isOpen={ending !== undefined}
        title={`Cancel the invitation of ${ending?.email ?? ''}?`}
        action="Cancel the invitation"
        done={`${ending?.email ?? 'Nobody'} is not invited any more`}
        onConfirm={async () => {
          await call('invitation.cancel', { params: { invitationId: ending?.id ?? '' } });
          await again();
        }}
        onClose={() => setEnding(undefined)}
      >
        The link that was mailed opens nothing any more.
      </Confirm>
    </Page>
  );
}

function Several({ rows, onDone }: { readonly rows: readonly Invitation[]; readonly onDone: () => void }) {
  return (
    <BulkActs
      rows={rows}
      nameOf={({ email }) => email}
      lists={['invitation.list']}
      onDone={onDone}
      acts={[
        {
          label: 'Send again',
          operation: 'invitation.renew',
          about: 'New links go to these addresses; the old ones open nothing any more.',
          isGentle: true,
          run: ({ id }) => call('invitation.renew', { params: { invitationId: id } }),
        },
        {
          label: 'Cancel invitations',
          operation: 'invitation.cancel',
          about: 'The links that were mailed open nothing any more.',
          run: ({ id }) => call('invitation.cancel', { params: { invitationId: id } }),
        },
      ]}
    />
  );
}

type ActionsProps = {
  readonly invitation: Invitation;
  readonly onRenew: () => void;
  readonly onCancel: () => void;
};

/** What is over cannot be sent again or canceled; an expired one can be sent again. */
function Actions({ invitation: { state }, onRenew, onCancel }: ActionsProps) {
  if (state === 'accepted' || state === 'canceled') return null;
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      <MayButton operation="invitation.renew" size="compact-sm" variant="default" onClick={onRenew}>
        Send again
      </MayButton>
      <MayButton operation="invitation.cancel" size="compact-sm" variant="subtle" color="red" onClick={onCancel}>
        Cancel
      </MayButton>
    </Group>
  );
}

function Invite({ onDone }: { readonly onDone: () => Promise<void> }) {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<InsideRole>('member');
  const inviting = useMutation({
    mutationFn: () => call('invitation.create', { body: { email, role } }),
    onSuccess: onDone,
    meta: { done: `${email} is invited` },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    inviting.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label="E-mail address"
          type="email"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          error={fieldError(inviting.error, 'email')}
          required
          data-autofocus
        />
        <RoleChoice value={role} onChange={setRole} />
        <Text size="sm" c="dimmed">
          It holds as long as you may give this role: if you leave, somebody else sends it again.
        </Text>
        <ProblemBox error={inviting.error} shownAt={['email']} />
        <ActButton type="submit" loading={inviting.isPending}>
          Send the invitation
        </ActButton>
      </Stack>
    </form>
  );
}
