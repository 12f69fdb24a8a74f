// Projects: those one is in, or all of the organization for whoever sees all.
import { Anchor, Badge, Modal } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useDialogInAddress } from '../shell/dialog-in-address.ts';
import { Empty } from '../ui/empty.tsx';
import { optionsOf } from '../ui/list/column.ts';
import { ServerTable, type ServerColumn } from '../ui/list/server-table.tsx';
import { MayButton } from '../ui/may.tsx';
import { Page } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import { ProjectForm } from './project-form.tsx';

const columns: readonly ServerColumn<'project.list'>[] = [
  {
    title: 'Name',
    text: ({ name }) => name,
    show: ({ id, name }) => (
      <Anchor inherit renderRoot={(props: object) => <Link {...props} to="/projects/project" search={{ id }} />}>
        {name}
      </Anchor>
    ),
    sort: 'name',
  },
  { title: 'What it is for', text: ({ description }) => description },
  { title: 'Members', text: ({ members }) => String(members), isNumber: true },
  {
    title: 'You',
    text: ({ isYours, isLedByYou }) => (isLedByYou ? 'lead' : isYours ? 'member' : ''),
    show: ({ isYours, isLedByYou }) =>
      isYours ? <Badge color={isLedByYou ? 'hold' : 'gray'}>{isLedByYou ? 'lead' : 'member'}</Badge> : null,
  },
  { title: 'State', text: ({ status }) => status },
  {
    title: 'Made',
    text: ({ createdAt }) => createdAt,
    show: ({ createdAt }) => <Time at={createdAt} />,
    sort: 'createdAt',
  },
];

const filters = [{ name: 'status', label: 'State', options: optionsOf('active', 'archived') }] as const;

export function Projects() {
  const navigate = useNavigate();
  const [isMaking, setMaking] = useDialogInAddress('new');
  const make = (
    <MayButton operation="project.create" onClick={() => setMaking(true)}>
      Make a project
    </MayButton>
  );
  return (
    <Page
      title="Projects"
      about="Parts of the organization with members of their own. Whoever is not in one does not see it, unless they see all."
      actions={make}
    >
      <ServerTable
        name="Projects"
        operation="project.list"
        filters={filters}
        columns={columns}
        rowKey={({ id }) => id}
        empty={
          <Empty title="No project yet" action={make}>
            Make one for each piece of work whose people are not those of all the rest, then add members and say who
            leads. Projects that others make are here when somebody adds you.
          </Empty>
        }
      />
      <Modal opened={isMaking} onClose={() => setMaking(false)} title="Make a project" closeOnClickOutside={false}>
        <ProjectForm onDone={(id) => void navigate({ to: '/projects/project', search: { id } })} />
      </Modal>
    </Page>
  );
}
