// Teams: members together, with roles that everybody in a team holds.
import { Anchor, Badge, Modal } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useDialogInAddress } from '../shell/dialog-in-address.ts';
import { Empty } from '../ui/empty.tsx';
import { ServerTable, type ServerColumn } from '../ui/list/server-table.tsx';
import { MayButton } from '../ui/may.tsx';
import { Page } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import { TeamForm } from './team-form.tsx';

const columns: readonly ServerColumn<'team.list'>[] = [
  {
    title: 'Name',
    text: ({ name }) => name,
    show: ({ id, name }) => (
      <Anchor inherit renderRoot={(props: object) => <Link {...props} to="/teams/team" search={{ id }} />}>
        {name}
      </Anchor>
    ),
    sort: 'name',
  },
  { title: 'What it is for', text: ({ description }) => description },
  { title: 'Roles', text: ({ roles }) => roles.map(({ name }) => name).join(', ') },
  { title: 'Members', text: ({ members }) => String(members), isNumber: true },
  {
    title: 'You',
    text: ({ isYours, isLedByYou }) => (isLedByYou ? 'lead' : isYours ? 'member' : ''),
    show: ({ isYours, isLedByYou }) =>
      isYours ? <Badge color={isLedByYou ? 'hold' : 'gray'}>{isLedByYou ? 'lead' : 'member'}</Badge> : null,
  },
  {
    title: 'Made',
    text: ({ createdAt }) => createdAt,
    show: ({ createdAt }) => <Time at={createdAt} />,
    sort: 'createdAt',
  },
];

export function Teams() {
  const navigate = useNavigate();
  const [isMaking, setMaking] = useDialogInAddress('new');
  const make = (
    <MayButton operation="team.create" onClick={() => setMaking(true)}>
      Make a team
    </MayButton>
  );
  return (
    <Page
      title="Teams"
      about="Members together. What the roles of a team hold, everybody in it holds, from the moment they come until they leave."
      actions={make}
    >
      <ServerTable
        name="Teams"
        operation="team.list"
        columns={columns}
        rowKey={({ id }) => id}
        empty={
          <Empty title="No team yet" action={make}>
            Make one, say who leads it, and give it a role: then its leads decide who works with them.
          </Empty>
        }
      />
      <Modal opened={isMaking} onClose={() => setMaking(false)} title="Make a team" closeOnClickOutside={false}>
        <TeamForm onDone={(id) => void navigate({ to: '/teams/team', search: { id } })} />
      </Modal>
    </Page>
  );
}
