// Who is in the organization, what they may do and why, and the help an admin gives: sign them out, take lost factors away.
import { Badge, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../api/client.ts';
import { whyNotActUpon } from '../api/roles.ts';
import { sessionQuery } from '../api/session.ts';
import { Confirm } from '../ui/confirm.tsx';
import { optionsOf } from '../ui/list/column.ts';
import { type RowOf, ServerTable, type ServerColumn } from '../ui/list/server-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { MayButton } from '../ui/may.tsx';
import { Page } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import { holdsForAll, usePermissions } from './authority.ts';
import { MemberBulk } from './member-bulk.tsx';
import { type Change, ManageMenu, MemberChange } from './member-changes.tsx';
import { MemberPermissions } from './member-permissions.tsx';
import { MemberSessions } from './member-sessions.tsx';
import { OwnershipOffer } from './ownership-offer.tsx';
import { PeopleTabs } from './people-tabs.tsx';

type Member = RowOf<'member.list'>;
type Act = { readonly member: Member; readonly what: keyof typeof ACTS };

/** The help of an admin, each in the words that say what will end. */
const ACTS = {
  signOut: {
    title: (name: string) => `Sign ${name} out?`,
    action: 'Sign out everywhere',
    done: (name: string) => `${name} is signed out`,
    about: 'Every session of theirs in this organization ends within a second, on every device.',
    run: (memberId: string) => call('session.end_all_of_member', { params: { memberId } }),
  },
  reset: {
    title: (name: string) => `Reset the factors of ${name}?`,
    action: 'Take the factors away',
    done: (name: string) => `The factors of ${name} are reset`,
    about:
      'Authenticator apps, passkeys and recovery codes go, every session ends, and they are told by mail. Be sure who asked you.',
    run: (memberId: string) => call('factor.reset_of_member', { params: { memberId } }),
  },
  unlock: {
    title: (name: string) => `End the lock of ${name}?`,
    action: 'End the lock',
    done: (name: string) => `${name} is not locked any more`,
    about: 'Whoever guesses their password may go on guessing. If they are not locked, nothing changes.',
    run: (memberId: string) => call('account.unlock_member', { params: { memberId } }),
  },
} as const;

const columns: readonly ServerColumn<'member.list'>[] = [
  { title: 'Name', text: ({ name }) => name, sort: 'name' },
  { title: 'E-mail address', text: ({ email }) => email, sort: 'email' },
  { title: 'Role', text: ({ role }) => role, show: ({ role }) => <Badge>{role}</Badge>, sort: 'role' },
  { title: 'State', text: ({ status }) => status, sort: 'status' },
  {
    title: 'Since',
    text: ({ createdAt }) => createdAt,
    show: ({ createdAt }) => <Time at={createdAt} />,
    sort: 'createdAt',
  },
];

const filters = [
  { name: 'role', label: 'Role', options: optionsOf('owner', 'admin', 'member', 'viewer', 'guest') },
  { name: 'status', label: 'State', options: optionsOf('active', 'suspended') },
] as const;

export function Members() {
  const [act, setAct] = useState<Act>();
  const [looking, setLooking] = useState<Member>();
  const [change, setChange] = useState<Change>();
  const [explaining, setExplaining] = useState<Member>();
  return (
    <Page title="Members" about="People of the organization and their roles.">
      <PeopleTabs current="/members" />
      <OwnershipOffer />
      <ServerTable
        name="Members"
        operation="member.list"
        filters={filters}
        columns={columns}
        rowKey={({ id }) => id}
        bulk={(rows, clear) => <MemberBulk rows={rows} onDone={clear} />}
        actions={(member) => (
          <Actions
            member={member}
            onAct={(what) => setAct({ member, what })}
            onLook={() => setLooking(member)}
            onChange={(what) => setChange({ member, what })}
            onExplain={() => setExplaining(member)}
          />
        )}
        empty={<Empty title="Nobody is here">That cannot be: you are.</Empty>}
      />
      <Confirm
        isOpen={act !== undefined}
        title={act === undefined ? '' : ACTS[act.what].title(act.member.name)}
        action={act === undefined ? '' : ACTS[act.what].action}
        done={act === undefined ? '' : ACTS[act.what].done(act.member.name)}
        onConfirm={async () => {
          if (act !== undefined) await ACTS[act.what].run(act.member.id);
        }}
        onClose={() => setAct(undefined)}
      >
        {act === undefined ? '' : ACTS[act.what].about}
      </Confirm>
      <MemberChange change={change} onClose={() => setChange(undefined)} />
      <MemberPermissions member={explaining} onClose={() => setExplaining(undefined)} />
      <MemberSessions member={looking} onClose={() => setLooking(undefined)} />
    </Page>
  );
}

type ActionsProps = {
  readonly member: Member;
  readonly onAct: (what: Act['what']) => void;
  readonly onLook: () => void;
  readonly onChange: (what: Change['what']) => void;
  readonly onExplain: () => void;
};

function Actions({ member, onAct, onLook, onChange, onExplain }: ActionsProps) {
  const { name } = member;
  const own = useQuery(sessionQuery).data?.role;
  const unless = own === undefined ? undefined : whyNotActUpon(own, member.role);
  const small = { size: 'compact-sm', variant: 'default' } as const;
  return (
    <Group gap={4} justify="flex-end" w={320} ml="auto">
      <ExplainButton member={member} onClick={onExplain} />
      <MayButton
        operation="session.list_of_member"
        unless={unless}
        {...small}
        aria-label={`Sessions of ${name}`}
        onClick={onLook}
      >
        Sessions
      </MayButton>
      <MayButton
        operation="session.end_all_of_member"
        unless={unless}
        {...small}
        aria-label={`Sign out ${name}`}
        onClick={() => onAct('signOut')}
      >
        Sign out
      </MayButton>
      <MayButton
        operation="account.unlock_member"
        {...small}
        aria-label={`Unlock ${name}`}
        onClick={() => onAct('unlock')}
      >
        Unlock
      </MayButton>
      <MayButton
        operation="factor.reset_of_member"
        unless={unless}
        aria-label={`Reset factors of ${name}`}
        {...small}
        variant="subtle"
        color="red"
        onClick={() => onAct('reset')}
      >
        Reset factors
      </MayButton>
      <ManageMenu member={member} onChange={onChange} />
    </Group>
  );
}

/** Whoever may not see those of others may see their own. */
function ExplainButton({ member, onClick }: { readonly member: Member; readonly onClick: () => void }) {
  const known = usePermissions().data;
  const self = useQuery(sessionQuery).data?.user?.id;
  const isExplained = holdsForAll(known, 'role:explain') || member.userId === self;
  return (
    <MayButton
      operation="member.permissions"
      unless={isExplained ? undefined : 'You may see your own permissions, not those of others.'}
      size="compact-sm"
      variant="default"
      aria-label={`Permissions of ${member.name}`}
      onClick={onClick}
    >
      Permissions
    </MayButton>
  );
}
