// Who is in a project and who leads it: added, taken out one by one or several at once, and leaving by oneself.
import { Badge, Group } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import { sessionQuery } from '../api/session.ts';
import { AddMember } from '../ui/add-member.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Empty } from '../ui/empty.tsx';
import { BulkActs } from '../ui/list/bulk-acts.tsx';
import { optionsOf } from '../ui/list/column.ts';
import { type RowOf, ServerTable, type ServerColumn } from '../ui/list/server-table.tsx';
import { MayButton } from '../ui/may.tsx';
import { Section } from '../ui/page.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { Time } from '../ui/time.tsx';
import { holdsForAll, usePermissions } from './authority.ts';
import { PROJECT_LISTS, useProjectChanged } from './project-changed.ts';

type Project = Reply<'project.get'>;
type Place = RowOf<'project.list_members'>;

const columns: readonly ServerColumn<'project.list_members'>[] = [
  { title: 'Name', text: ({ name }) => name, sort: 'name' },
  { title: 'E-mail address', text: ({ email }) => email, sort: 'email' },
  {
    title: 'Place',
    text: ({ isLead }) => (isLead ? 'lead' : 'member'),
    show: ({ isLead }) => <Badge color={isLead ? 'hold' : 'gray'}>{isLead ? 'lead' : 'member'}</Badge>,
  },
  {
    title: 'Since',
    text: ({ addedAt }) => addedAt,
    show: ({ addedAt }) => <Time at={addedAt} />,
    sort: 'addedAt',
  },
];

const ABOUT_LEAVING =
  'What the project shows, and what is shared with it, ends with the next request. The membership in the organization stays.';

const filters = [{ name: 'place', label: 'Place', options: optionsOf('lead', 'member') }] as const;

type Props = { readonly project: Project; readonly onGone: () => void };

export function ProjectMembers({ project, onGone }: Props) {
  const changed = useProjectChanged();
  const session = useQuery(sessionQuery).data ?? undefined;
  const why = useReasons(project);
  const [leaving, setLeaving] = useState<Place>();
  const placing = useMutation({
    mutationFn: async ({ memberId, isLead }: Pick<Place, 'memberId' | 'isLead'>) => {
      await call('project.place_member', { params: { projectId: project.id, memberId }, body: { isLead } });
      await changed();
    },
    meta: { done: 'Who leads the project is saved' },
  });
  const isSelf = ({ email }: Place): boolean => email === session?.user?.email;
  const whyNotOut = (places: readonly Place[]) =>
    why.toTakeOut ?? (places.some(({ isLead }) => isLead) ? why.toManage : undefined);
  return (
    <Section title="Members" about="Leads add members and take them out; whoever manages all projects says who leads.">
      <AddMember
        reason={why.toAdd}
        add={async (memberId) => {
          await call('project.place_member', { params: { projectId: project.id, memberId }, body: {} });
          await changed();
        }}
        done="The member is added"
      />
      <ProblemBox error={placing.error} />
      <ServerTable
        name="Members of the project"
        operation="project.list_members"
        params={{ projectId: project.id }}
        filters={filters}
        columns={columns}
        rowKey={({ memberId }) => memberId}
        bulk={(places, clear) => (
          <BulkActs
            rows={places}
            nameOf={({ name, email }) => `${name} (${email})`}
            lists={PROJECT_LISTS}
            onDone={clear}
            acts={[
              {
                label: 'Take them out',
                operation: 'project.take_out_member',
                unless: places.some(isSelf) ? 'You are among them: leave with “Leave” in your row.' : whyNotOut(places),
                about: ABOUT_LEAVING,
                run: ({ memberId }) => call('project.take_out_member', { params: { projectId: project.id, memberId } }),
              },
            ]}
          />
        )}
        actions={(place) => (
          <PlaceActions
            place={place}
            isSelf={isSelf(place)}
            why={why}
            whyNotOut={whyNotOut([place])}
            onLead={() => placing.mutate({ memberId: place.memberId, isLead: !place.isLead })}
            onLeave={() => setLeaving(place)}
          />
        )}
        empty={
          <Empty title="Nobody is in it yet">Add members first; then make one of them its lead, who adds others.</Empty>
        }
      />
      <TakeOut
        project={project}
        place={leaving}
        isSelf={leaving !== undefined && isSelf(leaving)}
        onClose={() => setLeaving(undefined)}
        onGone={onGone}
      />
    </Section>
  );
}

type ActionsProps = {
  readonly place: Place;
  readonly isSelf: boolean;
  readonly why: Reasons;
  readonly whyNotOut: string | undefined;
  readonly onLead: () => void;
  readonly onLeave: () => void;
};

function PlaceActions({ place: { name, isLead }, isSelf, why, whyNotOut, onLead, onLeave }: ActionsProps) {
  return (
    <Group gap={4} wrap="nowrap" justify="flex-end">
      <MayButton
        operation="project.place_member"
        unless={why.toManage ?? why.toAdd}
        size="compact-sm"
        variant="default"
        aria-label={isLead ? `${name} no longer leads` : `${name} leads`}
        onClick={onLead}
      >
        {isLead ? 'No longer leads' : 'Leads'}
      </MayButton>
      <MayButton
        operation={isSelf ? 'project.leave' : 'project.take_out_member'}
        unless={isSelf ? undefined : whyNotOut}
        size="compact-sm"
        variant="subtle"
        color="red"
        aria-label={isSelf ? 'Leave the project' : `Take out ${name}`}
        onClick={onLeave}
      >
        {isSelf ? 'Leave' : 'Take out'}
      </MayButton>
    </Group>
  );
}

type TakeOutProps = {
  readonly project: Project;
  readonly place: Place | undefined;
  readonly isSelf: boolean;
  readonly onClose: () => void;
  readonly onGone: () => void;
};

function TakeOut({ project, place, isSelf, onClose, onGone }: TakeOutProps) {
  const navigate = useNavigate();
  const changed = useProjectChanged();
  const seesAll = holdsForAll(usePermissions().data, 'project:read');
  const { name = '', memberId = '' } = place ?? {};
  const confirm = async () => {
    const params = { projectId: project.id };
    if (isSelf) await call('project.leave', { params });
    else await call('project.take_out_member', { params: { ...params, memberId } });
    if (isSelf && !seesAll) {
      onGone();
      void navigate({ to: '/projects' });
    }
    await changed();
  };
  return (
    <Confirm
      isOpen={place !== undefined}
      title={isSelf ? `Leave ${project.name}?` : `Take ${name} out?`}
      action={isSelf ? 'Leave the project' : 'Take out of the project'}
      done={isSelf ? 'You have left the project' : `Taken out: ${name}`}
      onConfirm={confirm}
      onClose={onClose}
    >
      {isSelf && !seesAll ? 'You will not see it any more. Somebody who leads it can add you again.' : ABOUT_LEAVING}
    </Confirm>
  );
}

type Reasons = {
  readonly toAdd: string | undefined;
  readonly toTakeOut: string | undefined;
  readonly toManage: string | undefined;
};

/** Why the caller may not add and take out members, or say who leads; undefined when they may. */
function useReasons({ isLedByYou, status }: Project): Reasons {
  const managesAll = holdsForAll(usePermissions().data, 'project:manage_members');
  const toTakeOut = isLedByYou || managesAll ? undefined : 'You do not lead this project.';
  return {
    toTakeOut,
    toAdd: toTakeOut ?? (status === 'archived' ? 'The project is archived: nobody is added.' : undefined),
    toManage: managesAll ? undefined : 'Whoever manages the members of all projects says who leads them.',
  };
}
