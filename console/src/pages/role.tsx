// The page of one role, or of a new one.
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../api/client.ts';
import { LIST, LoadingParts } from '../ui/loading-parts.tsx';
import { MayButton } from '../ui/may.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { type CustomRole, usePermissions, whyBeyond } from './authority.ts';
import { DeleteRole } from './delete-role.tsx';
import { RoleForm } from './role-form.tsx';

export function Role() {
  const { id } = useSearch({ strict: false });
  const navigate = useNavigate();
  const back = () => void navigate({ to: '/roles' });
  return (
    <Page
      title={id === undefined ? 'New role' : 'Role'}
      about="Of permissions that you hold yourself. It gives nothing until a member or a team has it."
      actions={
        <MayButton operation="role.list" variant="default" onClick={back}>
          All roles
        </MayButton>
      }
    >
      {id === undefined ? <NewRole onDone={back} /> : <KnownRole id={id} onDone={back} />}
    </Page>
  );
}

function NewRole({ onDone }: { readonly onDone: () => void }) {
  const permissions = usePermissions();
  return (
    <>
      <ProblemBox error={permissions.error} />
      {permissions.isPending ? <LoadingParts parts={['field', 'field', 'head', ...LIST]} /> : null}
      {permissions.data === undefined ? null : (
        <RoleForm role={undefined} permissions={permissions.data} onDone={onDone}>
          {null}
        </RoleForm>
      )}
    </>
  );
}

function KnownRole({ id, onDone }: { readonly id: string; readonly onDone: () => void }) {
  const permissions = usePermissions();
  const found = useQuery({
    queryKey: ['role', id],
    queryFn: ({ signal }) => call('role.get', { params: { roleId: id } }, signal),
  });
  const [ending, setEnding] = useState<CustomRole>();
  const role = found.data;
  return (
    <>
      <ProblemBox error={permissions.error ?? found.error} />
      {permissions.isPending || found.isPending ? <LoadingParts parts={['field', 'field', 'head', ...LIST]} /> : null}
      {permissions.data === undefined || role === undefined ? null : (
        // Another version than was read begins anew.
        <RoleForm key={role.version} role={role} permissions={permissions.data} onDone={onDone}>
          <MayButton
            operation="role.delete"
            unless={whyBeyond(permissions.data, role.permissions)}
            variant="subtle"
            color="red"
            onClick={() => setEnding(role)}
          >
            Delete the role
          </MayButton>
        </RoleForm>
      )}
      <DeleteRole role={ending} onClose={() => setEnding(undefined)} onGone={onDone} />
    </>
  );
}
