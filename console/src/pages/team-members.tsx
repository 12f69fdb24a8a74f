// Who is in a team and who leads it: added, taken out, and leaving by oneself.
import { Badge, Group } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import { may, sessionQuery } from '../api/session.ts';
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
import { AUTHORITY_LISTS, holdsForAll, useAuthorityChanged, usePermissions, useRoles, whyBeyond } from './authority.ts';

type Team = Reply<'team.get'>;
type Place = RowOf<'team.list_members'>;

const columns: readonly ServerColumn<'team.list_members'>[] = [
  { title: 'Name', text: ({ name }) => name, sort: 'name' },
  { title: 'E-mail address', text: ({ email }) => email, sort: 'email' },
  {
    title: 'Place',
    text: ({ isLead }) => (isLead ? 'lead' : 'member'),
    show: ({ isLead }) => <Badge color={isLead ? 'hold' : 'gray'}>{isLead ? 'lead' : 'member'}</Badge>,
  },
  {
    title: 'Since',
    text: ({ joinedAt }) => joinedAt,
    show: ({ joinedAt }) => <Time at={joinedAt} />,
    sort: 'joinedAt',
  },
];

const filters = [{ name: 'place', label: 'Place', options: optionsOf('lead', 'member') }] as const;

export function TeamMembers({ team }: { readonly team: Team }) {
  const changed = useAuthorityChanged();
  const session = useQuery(sessionQuery).data ?? undefined;
  const why = useReasons(team);
  const [leaving, setLeaving] = useState<Place>();
  const placing = useMutation({
    mutationFn: async ({ memberId, isLead }: Pick<Place, 'memberId' | 'isLead'>) => {
      await call('team.place_member', { params: { teamId: team.id, memberId }, body: { isLead } });
      await changed();
    },
    meta: { done: 'Who leads the team is saved' },
  });
  const isSelf = ({ email }: Place): boolean => email === session?.user?.email;
  return (
    <Section title="Members" about="Leads add members and take them out; whoever manages teams says who leads.">
      <AddMember
        reason={why.toFill}
        add={async (memberId) => {
          await call('team.place_member', { params: { teamId: team.id, memberId }, body: {} });
          await changed();
        }}
        done="The member is added, and holds the roles of the team"
      />
      <ProblemBox error={placing.error} />
      <ServerTable
        name="Members of the team"
        operation="team.list_members"
        params={{ teamId: team.id }}
        filters={filters}
        columns={columns}
        rowKey={({ memberId }) => memberId}
        bulk={(places, clear) => (
          <BulkActs
            rows={places}
            nameOf={({ name, email }) => `${name} (${email})`}
            lists={AUTHORITY_LISTS}
            onDone={clear}
            acts={[
              {
                label: 'Take them out',
                operation: 'team.take_out_member',
                unless: why.toFill ?? (places.some(({ isLead }) => isLead) ? why.toManage : undefined),
                about: aboutLeaving(team),
                run: ({ memberId }) => call('team.take_out_member', { params: { teamId: team.id, memberId } }),
              },
            ]}
          />
        )}
        actions={(place) => (
          <PlaceActions
            place={place}
            isSelf={isSelf(place)}
            why={why}
            onLead={() => placing.mutate({ memberId: place.memberId, isLead: !place.isLead })}
            onLeave={() => setLeaving(place)}
          />
        )}
        empty={
          <Empty title="Nobody is in it yet">Add members first; then make one of them its lead, who adds others.</Empty>
        }
      />
      <TakeOut
        team={team}
        place={leaving}
        isSelf={leaving !== undefined && isSelf(leaving)}
        onClose={() => setLeaving(undefined)}
      />
    </Section>
  );
}

type ActionsProps = {
  readonly place: Place;
  readonly isSelf: boolean;
  readonly why: Reasons;
  readonly onLead: () => void;
  readonly onLeave: () => void;
};

function PlaceActions({ place: { name, isLead }, isSelf, why, onLead, onLeave }: ActionsProps) {
  const whyNotOut = why.toFill ?? (isLead ? why.toManage : undefined);
  return (
    <Group gap={4} wrap="nowrap" justify="flex-end">
      <MayButton
        operation="team.place_member"
        unless={why.toManage ?? (isLead ? undefined : why.toFill)}
        size="compact-sm"
        variant="default"
        aria-label={isLead ? `${name} no longer leads` : `${name} leads`}
        onClick={onLead}
      >
        {isLead ? 'No longer leads' : 'Leads'}
      </MayButton>
      <MayButton
        operation="team.take_out_member"
        unless={isSelf ? undefined : whyNotOut}
        size="compact-sm"
        variant="subtle"
        color="red"
        aria-label={isSelf ? 'Leave the team' : `Take out ${name}`}
        onClick={onLeave}
      >
        {isSelf ? 'Leave' : 'Take out'}
      </MayButton>
    </Group>
  );
}

type TakeOutProps = {
  readonly team: Team;
  readonly place: Place | undefined;
  readonly isSelf: boolean;
  readonly onClose: () => void;
};

function TakeOut({ team, place, isSelf, onClose }: TakeOutProps) {
  const changed = useAuthorityChanged();
  const name = place?.name ?? '';
  return (
    <Confirm
      isOpen={place !== undefined}
      title={isSelf ? `Leave ${team.name}?` : `Take ${name} out?`}
      action={isSelf ? 'Leave the team' : 'Take out of the team'}
      done={isSelf ? 'You have left the team' : `${name} is taken out`}
      onConfirm={async () => {
        const params = { teamId: team.id, memberId: place?.memberId ?? '' };
        await call('team.take_out_member', { params });
        await changed();
      }}
      onClose={onClose}
    >
      {aboutLeaving(team)}
    </Confirm>
  );
}

function aboutLeaving({ roles }: Team): string {
  if (roles.length === 0) return 'The team gives no role, so nothing else ends.';
  return `What they hold by the team alone ends for their next request: ${roles.map(({ name }) => name).join(', ')}.`;
}

type Reasons = { readonly toFill: string | undefined; readonly toManage: string | undefined };

/** Why the caller may not add and take out members, or say who leads; undefined when they may. */
function useReasons({ isLedByYou, roles }: Team): Reasons {
  const session = useQuery(sessionQuery).data ?? undefined;
  const known = usePermissions().data;
  const all = useRoles().data ?? [];
  const held = all.filter(({ id }) => roles.some((one) => one.id === id)).flatMap(({ permissions }) => permissions);
  const fills = isLedByYou || holdsForAll(known, 'team:fill');
  const manages = session === undefined || may(session, 'team.update');
  return {
    toFill: fills ? whyBeyond(known, [...new Set(held)]) : 'You do not lead this team.',
    toManage: manages ? undefined : 'Whoever manages teams says who leads them.',
  };
}
