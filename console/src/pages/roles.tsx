// Roles: the four that are always there, and those that the organization made of single permissions.
import { Anchor, Group } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Empty } from '../ui/empty.tsx';
import { type RowOf, ServerTable, type ServerColumn } from '../ui/list/server-table.tsx';
import { MayButton } from '../ui/may.tsx';
import { Page, Section } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import { usePermissions, whyBeyond } from './authority.ts';
import { BuiltInRoles } from './built-in-roles.tsx';
import { DeleteRole } from './delete-role.tsx';

type Role = RowOf<'role.list'>;

const columns: readonly ServerColumn<'role.list'>[] = [
  {
    title: 'Name',
    text: ({ name }) => name,
    show: ({ id, name }) => (
      <Anchor inherit renderRoot={(props: object) => <Link {...props} to="/roles/role" search={{ id }} />}>
        {name}
      </Anchor>
    ),
    sort: 'name',
  },
  { title: 'What it is for', text: ({ description }) => description },
  {
    title: 'Permissions',
    text: ({ permissions }) => permissions.join(' '),
    show: ({ permissions }) => permissions.length.toLocaleString(),
    isNumber: true,
  },
  { title: 'Members', text: ({ members }) => String(members), isNumber: true },
  { title: 'Teams', text: ({ teams }) => String(teams), isNumber: true },
  {
    title: 'Made',
    text: ({ createdAt }) => createdAt,
    show: ({ createdAt }) => <Time at={createdAt} />,
    sort: 'createdAt',
  },
];

export function Roles() {
  const navigate = useNavigate();
  const known = usePermissions().data;
  const [ending, setEnding] = useState<Role>();
  const open = (id?: string) => void navigate({ to: '/roles/role', search: id === undefined ? {} : { id } });
  const make = (
    <MayButton operation="role.create" onClick={() => open()}>
      Make a role
    </MayButton>
  );
  return (
    <Page
      title="Roles"
      about="What people may do. Beside a built-in role a member can have roles of yours, which hold from the moment they are given."
      actions={make}
    >
      <BuiltInRoles />
      <Section title="Yours" about="Nobody makes, changes, gives or takes a role that holds more than they do.">
        <ServerTable
          name="Roles"
          operation="role.list"
          columns={columns}
          rowKey={({ id }) => id}
          actions={(role) => (
            <Group gap={4} wrap="nowrap" justify="flex-end">
              <MayButton
                operation="role.update"
                unless={whyBeyond(known, role.permissions)}
                aria-label={`Change ${role.name}`}
                size="compact-sm"
                variant="default"
                onClick={() => open(role.id)}
              >
                Change
              </MayButton>
              <MayButton
                operation="role.delete"
                unless={whyBeyond(known, role.permissions)}
                aria-label={`Delete ${role.name}`}
                size="compact-sm"
                variant="subtle"
                color="red"
                onClick={() => setEnding(role)}
              >
                Delete
              </MayButton>
            </Group>
          )}
          empty={
            <Empty title="No role of yours yet" action={make}>
              Make one when a built-in role is too much or too little: choose permissions, then give it to members or to
              a team.
            </Empty>
          }
        />
      </Section>
      <DeleteRole role={ending} onClose={() => setEnding(undefined)} />
    </Page>
  );
}
