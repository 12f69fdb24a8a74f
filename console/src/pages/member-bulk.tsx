// What is done with several members at once: signed out, given another role, suspended, removed.
import { useState } from 'react';
import { call } from '../api/client.ts';
import { endedIn } from '../api/ended.ts';
import type { InsideRole } from '../api/roles.ts';
import { BulkActs } from '../ui/list/bulk-acts.tsx';
import type { RowOf } from '../ui/list/server-table.tsx';
import { RoleChoice } from '../ui/role-choice.tsx';
import { removeMember } from './member-changes.tsx';
import { NOTHING_SAID, OrganizationKeysChoice } from './organization-keys-choice.tsx';

type Member = RowOf<'member.list'>;

export function MemberBulk({ rows, onDone }: { readonly rows: readonly Member[]; readonly onDone: () => void }) {
  const [role, setRole] = useState<InsideRole>('member');
  const [keys, setKeys] = useState(NOTHING_SAID);
  return (
    <BulkActs
      rows={rows}
      nameOf={({ name, email }) => `${name} (${email})`}
      lists={['member.list', 'member.permissions']}
      onDone={onDone}
      acts={[
        {
          label: 'Sign out',
          operation: 'session.end_all_of_member',
          about: 'Every session of theirs in this organization ends within a second, on every device.',
          isGentle: true,
          run: ({ id }) => call('session.end_all_of_member', { params: { memberId: id } }),
        },
        {
          label: 'Change the role',
          operation: 'member.update',
          about:
            'All of them get this built-in role, and sign in again. Roles of the organization that they have stay theirs.',
          choice: <RoleChoice value={role} onChange={setRole} />,
          isGentle: true,
          run: ({ id }) => call('member.update', { params: { memberId: id }, body: { role } }),
          tell: endedIn,
        },
        {
          label: 'Suspend',
          operation: 'member.suspend',
          about:
            'Their sessions end within a second, their keys do nothing while they are suspended, and open invitations they made are canceled.',
          run: ({ id }) => call('member.suspend', { params: { memberId: id } }),
          tell: endedIn,
        },
        {
          label: 'Remove',
          operation: 'member.remove',
          about:
            'Sessions, keys that act as them, open invitations they made, and offers of ownership end in the same step. It cannot be undone: they would have to be invited again.',
          choice: <OrganizationKeysChoice value={keys} onChange={setKeys} leavers={rows.map(({ userId }) => userId)} />,
          onAsk: () => setKeys(NOTHING_SAID),
          run: ({ id }) => removeMember(id, keys),
          tell: endedIn,
        },
      ]}
    />
  );
}
