// What a member may do and why; custom roles are given and taken here.
import { Badge, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { call, type Reply } from '../api/client.ts';
import { sessionQuery, whyNot } from '../api/session.ts';
import { Empty } from '../ui/empty.tsx';
import type { Column } from '../ui/list/column.ts';
import { WholeTable } from '../ui/list/whole-table.tsx';
import { Loading } from '../ui/loading.tsx';
import { MayButton } from '../ui/may.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { useAuthorityChanged, usePermissions, useRoles, whyBeyond } from './authority.ts';
import { GiveRole } from './give-role.tsx';
import { MemberGrants, useGrantsOf } from './member-grants.tsx';
import { MemberProjects, useProjectsOf } from './member-projects.tsx';

type Member = Pick<Reply<'member.list'>['items'][number], 'id' | 'name' | 'userId'>;
type Effective = Reply<'member.permissions'>;
type Item = Effective['items'][number];
type Role = { readonly id: string; readonly name: string };

const columns: readonly Column<Item>[] = [
  { title: 'Permission', text: ({ permission }) => permission },
  { title: 'For', text: ({ reach }) => (reach === 'all' ? 'everything' : 'their own') },
  { title: 'Why', text: ({ from }) => from.join(', ') },
];

type Props = { readonly member: Member | undefined; readonly onClose: () => void };

export function MemberPermissions({ member, onClose }: Props) {
  return (
    <Modal opened={member !== undefined} onClose={onClose} title={`Permissions of ${member?.name ?? ''}`} size="xl">
      {member === undefined ? null : <Content member={member} />}
    </Modal>
  );
}

function Content({ member }: { readonly member: Member }) {
  const queryKey = ['member.permissions', member.id];
  const load = (signal: AbortSignal) => call('member.permissions', { params: { memberId: member.id } }, signal);
  const found = useQuery({ queryKey, queryFn: ({ signal }) => load(signal) });
  const projects = useProjectsOf(member);
  const grants = useGrantsOf(member);
  const isPending = found.isPending || projects.isPending || grants.isPending;
  return (
    <Stack gap="md">
      <ProblemBox error={found.error} />
      {isPending ? <Loading height={420} /> : null}
      {found.data === undefined || isPending ? null : (
        <>
          <Roles member={member} effective={found.data} />
          <MemberProjects found={projects} />
          <MemberGrants found={grants} />
          <WholeTable
            name={`Permissions of ${member.name}`}
            queryKey={[...queryKey, 'items']}
            load={async (signal) => (await load(signal)).items}
            columns={columns}
            rowKey={({ permission }) => permission}
            empty={<Empty title="Nothing">No role of theirs holds anything.</Empty>}
          />
        </>
      )}
    </Stack>
  );
}

function Roles({ member, effective }: { readonly member: Member; readonly effective: Effective }) {
  const changed = useAuthorityChanged();
  const session = useQuery(sessionQuery).data;
  const known = usePermissions().data;
  const roles = useRoles().data ?? [];
  const reason = session === undefined || session === null ? undefined : whyNot(session, 'role.give');
  const giving = useMutation({
    mutationFn: async ({ id }: Role) => {
      await call('role.give', { params: { roleId: id, memberId: member.id } });
      await changed();
    },
    meta: { done: `The role is given to ${member.name}` },
  });
  const taking = useMutation({
    mutationFn: async ({ id }: Role) => {
      await call('role.take', { params: { roleId: id, memberId: member.id } });
      await changed();
    },
    meta: { done: `The role is taken from ${member.name}` },
  });
  const beyond = (id: string) => whyBeyond(known, roles.find((one) => one.id === id)?.permissions ?? []);
  return (
    <Stack gap="xs">
      <ProblemBox error={giving.error ?? taking.error} />
      <Group gap="xs">
        <Badge>{effective.role}</Badge>
        <Text size="sm" c="dimmed">
          the built-in role
        </Text>
      </Group>
      {effective.roles.map(({ id, name, team }) => (
        <Group key={`${id} ${team?.id ?? ''}`} gap="xs">
          <Text size="sm">{name}</Text>
          {team === null ? (
            <MayButton
              operation="role.take"
              unless={beyond(id)}
              size="compact-sm"
              variant="subtle"
              color="red"
              aria-label={`Take ${name}`}
              loading={taking.isPending && taking.variables.id === id}
              onClick={() => taking.mutate({ id, name })}
            >
              Take
            </MayButton>
          ) : (
            <Text size="sm" c="dimmed">
              by the team {team.name}
            </Text>
          )}
        </Group>
      ))}
      <GiveRole
        given={effective.roles.filter(({ team }) => team === null).map(({ id }) => id)}
        reason={reason}
        isGiving={giving.isPending}
        onGive={(role) => giving.mutate(role)}
      />
    </Stack>
  );
}
