// One team: its roles, which everybody in it holds, and who is in it.
import { Anchor, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import { sessionQuery, whyNot } from '../api/session.ts';
import { Confirm } from '../ui/confirm.tsx';
import { LIST, LoadingParts } from '../ui/loading-parts.tsx';
import { MayButton } from '../ui/may.tsx';
import { Page, Section } from '../ui/page.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { countText, useAuthorityChanged, usePermissions, useRoles, whyBeyond } from './authority.ts';
import { GiveRole } from './give-role.tsx';
import { TeamForm } from './team-form.tsx';
import { TeamMembers } from './team-members.tsx';

type TeamReply = Reply<'team.get'>;

export function Team() {
  const { id = '' } = useSearch({ strict: false });
  const [isGone, setGone] = useState(false);
  const found = useQuery({
    queryKey: ['team', id],
    queryFn: ({ signal }) => call('team.get', { params: { teamId: id } }, signal),
  });
  const team = found.data;
  return (
    <Page
      title={team?.name ?? 'Team'}
      about={team?.description}
      actions={team === undefined ? null : <Changes team={team} onGone={() => setGone(true)} />}
    >
      <ProblemBox error={isGone ? null : found.error} />
      {found.isPending ? <LoadingParts parts={['head', 'line', 'field', ...LIST]} /> : null}
      {team === undefined ? null : (
        <>
          <TeamRoles team={team} />
          <TeamMembers team={team} />
        </>
      )}
    </Page>
  );
}

/** What the roles of a team hold, once they are known. */
function useBeyond(roles: readonly { readonly id: string }[]): string | undefined {
  const known = usePermissions().data;
  const all = useRoles().data ?? [];
  const held = all.filter(({ id }) => roles.some((one) => one.id === id)).flatMap(({ permissions }) => permissions);
  return whyBeyond(known, [...new Set(held)]);
}

function Changes({ team, onGone }: { readonly team: TeamReply; readonly onGone: () => void }) {
  const navigate = useNavigate();
  const changed = useAuthorityChanged();
  const beyond = useBeyond(team.roles);
  const [isChanging, setChanging] = useState(false);
  const [isEnding, setEnding] = useState(false);
  return (
    <Group gap="xs">
      <MayButton operation="team.update" variant="default" onClick={() => setChanging(true)}>
        Change
      </MayButton>
      <MayButton operation="team.delete" unless={beyond} variant="subtle" color="red" onClick={() => setEnding(true)}>
        Delete
      </MayButton>
      <Modal opened={isChanging} onClose={() => setChanging(false)} title={`Change ${team.name}`}>
        <TeamForm team={team} onDone={() => setChanging(false)} />
      </Modal>
      <Confirm
        isOpen={isEnding}
        title={`Delete ${team.name}?`}
        action="Delete the team"
        done={`${team.name} is deleted`}
        onConfirm={async () => {
          await call('team.delete', { params: { teamId: team.id } });
          onGone();
          void navigate({ to: '/teams' });
          await changed();
        }}
        onClose={() => setEnding(false)}
      >
        {`${countText(team.members, 'member', 'members')} in it stay in the organization, without the ${countText(team.roles.length, 'role', 'roles')} it gave them. It cannot be undone.`}
      </Confirm>
    </Group>
  );
}

type RoleName = TeamReply['roles'][number];

function TeamRoles({ team }: { readonly team: TeamReply }) {
  const changed = useAuthorityChanged();
  const session = useQuery(sessionQuery).data;
  const reason = session === undefined || session === null ? undefined : whyNot(session, 'team.give_role');
  const giving = useMutation({
    mutationFn: async ({ id }: RoleName) => {
      await call('team.give_role', { params: { teamId: team.id, roleId: id } });
      await changed();
    },
    meta: { done: `Everybody in ${team.name} holds the role` },
  });
  const taking = useMutation({
    mutationFn: async ({ id }: RoleName) => {
      await call('team.take_role', { params: { teamId: team.id, roleId: id } });
      await changed();
    },
    meta: { done: `Nobody holds the role by ${team.name} any more` },
  });
  return (
    <Section title="Roles" about="Everybody in the team holds them.">
      <ProblemBox error={giving.error ?? taking.error} />
      <Stack gap={4}>
        {team.roles.length === 0 ? <Text size="sm">None yet: being in the team gives nothing.</Text> : null}
        {team.roles.map((role) => (
          <TeamRole key={role.id} role={role} isTaking={taking.isPending} onTake={() => taking.mutate(role)} />
        ))}
      </Stack>
      <GiveRole
        given={team.roles.map(({ id }) => id)}
        reason={reason}
        isGiving={giving.isPending}
        onGive={(role) => giving.mutate(role)}
      />
    </Section>
  );
}

type TeamRoleProps = { readonly role: RoleName; readonly isTaking: boolean; readonly onTake: () => void };

function TeamRole({ role, isTaking, onTake }: TeamRoleProps) {
  const beyond = useBeyond([role]);
  return (
    <Group gap="xs">
      <Anchor size="sm" renderRoot={(props: object) => <Link {...props} to="/roles/role" search={{ id: role.id }} />}>
        {role.name}
      </Anchor>
      <MayButton
        operation="team.take_role"
        unless={beyond}
        size="compact-sm"
        variant="subtle"
        color="red"
        aria-label={`Take ${role.name}`}
        loading={isTaking}
        onClick={onTake}
      >
        Take
      </MayButton>
    </Group>
  );
}
