// Who is in the organization, and the help an admin gives: sign them out, take lost factors away.
import { Badge, Group } from '@mantine/core';
import { useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import { Confirm } from '../ui/confirm.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { MayButton } from '../ui/may.tsx';
import { Page } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';

type Member = Reply<'member.list'>['items'][number];
type Act = { readonly member: Member; readonly what: 'sign_out' | 'reset' };

const columns: readonly Column<Member>[] = [
  { title: 'Name', text: ({ name }) => name },
  { title: 'E-mail address', text: ({ email }) => email },
  { title: 'Role', text: ({ role }) => role, show: ({ role }) => <Badge>{role}</Badge> },
  { title: 'State', text: ({ status }) => status },
  { title: 'Since', text: ({ createdAt }) => createdAt, show: ({ createdAt }) => <Time at={createdAt} /> },
];

export function Members() {
  const [act, setAct] = useState<Act>();
  return (
    <Page title="Members" about="People of the organization and their roles.">
      <DataTable
        name="Members"
        queryKey={['members']}
        load={(cursor, signal) => call('member.list', { query: { cursor } }, signal)}
        columns={columns}
        rowKey={({ id }) => id}
        actions={(member) => (
          <Group gap={4} justify="flex-end" wrap="nowrap">
            <MayButton
              operation="session.end_all_of_member"
              size="compact-sm"
              variant="default"
              onClick={() => setAct({ member, what: 'sign_out' })}
            >
              Sign out
            </MayButton>
            <MayButton
              operation="factor.reset_of_member"
              size="compact-sm"
              variant="subtle"
              color="red"
              onClick={() => setAct({ member, what: 'reset' })}
            >
              Reset factors
            </MayButton>
          </Group>
        )}
        empty={<Empty title="Nobody is here">That cannot be: you are.</Empty>}
      />
      <Confirm
        isOpen={act !== undefined}
        title={
          act?.what === 'reset' ? `Reset the factors of ${act.member.name}?` : `Sign ${act?.member.name ?? ''} out?`
        }
        action={act?.what === 'reset' ? 'Take the factors away' : 'Sign out everywhere'}
        onConfirm={async () => {
          const params = { memberId: act?.member.id ?? '' };
          await (act?.what === 'reset'
            ? call('factor.reset_of_member', { params })
            : call('session.end_all_of_member', { params }));
        }}
        onClose={() => setAct(undefined)}
      >
        {act?.what === 'reset'
          ? 'Authenticator apps, passkeys and recovery codes go, every session ends, and they are told by mail. Be sure who asked you.'
          : 'Every session of theirs in this organization ends within a second, on every device.'}
      </Confirm>
    </Page>
  );
}
