// Before a role is deleted: who has it, and what ends for them.
import { call } from '../api/client.ts';
import { Confirm } from '../ui/confirm.tsx';
import { countText, type CustomRole, useAuthorityChanged } from './authority.ts';

type Props = {
  readonly role: CustomRole | undefined;
  readonly onClose: () => void;
  /** When it is deleted, before other things are read anew. */
  readonly onGone?: () => void;
};

export function DeleteRole({ role, onClose, onGone }: Props) {
  const changed = useAuthorityChanged();
  return (
    <Confirm
      isOpen={role !== undefined}
      title={`Delete ${role?.name ?? ''}?`}
      action="Delete the role"
      done={`${role?.name ?? 'The role'} is deleted`}
      onConfirm={async () => {
        await call('role.delete', { params: { roleId: role?.id ?? '' } });
        onGone?.();
        await changed();
      }}
      onClose={onClose}
    >
      {role === undefined ? '' : whatEnds(role)}
    </Confirm>
  );
}

function whatEnds({ members, teams, permissions }: CustomRole): string {
  if (members + teams === 0) return 'Nobody has it. It cannot be undone.';
  const who = [countText(members, 'member', 'members'), countText(teams, 'team', 'teams')].join(' and ');
  return `${who} have it. What they hold by it alone ends for their next request: ${permissions.join(', ')}. It cannot be undone.`;
}
