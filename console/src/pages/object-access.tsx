// Who was granted one object, and granting it to others.
import { Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call, type Input } from '../api/client.ts';
import { useGranted } from '../api/granted.ts';
import { GUEST_LEVELS, type Level, LEVELS } from '../api/levels.ts';
import { fieldError } from '../api/problem.ts';
import { may, sessionQuery } from '../api/session.ts';
import { endOfDay } from '../ui/day.ts';
import { Empty } from '../ui/empty.tsx';
import { FindOne } from '../ui/find-one.tsx';
import { ServerTable } from '../ui/list/server-table.tsx';
import { MayButton } from '../ui/may.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { EditGrant } from './edit-grant.tsx';
import { EndGrant } from './end-grant.tsx';
import { EndDay } from './grant-end.tsx';
import { GrantActions } from './grant-row.tsx';
import { type Grant, grantColumns, useGrantsChanged } from './grant-words.tsx';
import { useIsGuest } from './is-guest.ts';

type Thing = { readonly id: string; readonly name: string };
type Props = { readonly object: Thing | undefined; readonly onClose: () => void };

export function ObjectAccess({ object, onClose }: Props) {
  return (
    <Modal opened={object !== undefined} onClose={onClose} title={`Access to ${object?.name ?? ''}`} size="xl">
      {object === undefined ? null : <Content object={object} />}
    </Modal>
  );
}

function Content({ object }: { readonly object: Thing }) {
  const level = useGranted().get(object.id);
  const [editing, setEditing] = useState<Grant>();
  const [ending, setEnding] = useState<Grant>();
  return (
    <Stack gap="md">
      <Give object={object} level={level} />
      <ServerTable
        name={`Who was granted ${object.name}`}
        operation="grant.list"
        only={{ objectId: object.id }}
        isApart
        columns={grantColumns}
        rowKey={({ id }) => id}
        actions={(grant) => (
          <GrantActions grant={grant} level={level} onEdit={() => setEditing(grant)} onEnd={() => setEnding(grant)} />
        )}
        empty={<Empty title="Nobody was granted it">Whoever may see all of its kind sees it anyway.</Empty>}
      />
      <EditGrant grant={editing} onClose={() => setEditing(undefined)} />
      <EndGrant grant={ending} onClose={() => setEnding(undefined)} />
    </Stack>
  );
}

const KINDS = [
  { value: 'member', label: 'a member' },
  { value: 'team', label: 'a team' },
  { value: 'project', label: 'a project' },
  { value: 'everybody', label: 'everybody' },
  { value: 'guest', label: 'somebody from elsewhere' },
] as const;
type Kind = (typeof KINDS)[number]['value'];

type Wanted = { readonly kind: Kind; readonly chosen: string | null; readonly level: Level; readonly until: string };
const NOTHING_YET: Wanted = { kind: 'member', chosen: null, level: 'viewer', until: '' };

async function give(object: Thing, { kind, chosen, level, until }: Wanted): Promise<void> {
  const params = { objectId: object.id };
  const expiresAt = until === '' ? null : endOfDay(until);
  if (kind === 'guest') {
    const guestLevel = GUEST_LEVELS.find((one) => one === level) ?? 'viewer';
    await call('guest.invite', { params, body: { email: chosen ?? '', level: guestLevel, expiresAt } });
  } else await call('grant.give', { params, body: { level, ...granteeOf(kind, chosen), expiresAt } });
}

type GiveProps = {
  readonly object: Thing;
  /** What the caller was granted on it. */
  readonly level: Level | undefined;
};

function Give({ object, level: own }: GiveProps) {
  const changed = useGrantsChanged();
  const [wanted, setWanted] = useState(NOTHING_YET);
  const { kind, chosen, until } = wanted;
  const { levels, level } = useLevels(wanted);
  const set = (part: Partial<Wanted>) => setWanted({ ...wanted, ...part });
  const giving = useMutation({
    mutationFn: async () => {
      await give(object, { ...wanted, level });
      await changed();
    },
    onSuccess: () => set({ chosen: null }),
    meta: { done: kind === 'guest' ? `${chosen ?? 'Nobody'} is invited` : `${object.name} is granted` },
  });
  return (
    <Stack gap="xs">
      <ProblemBox error={giving.error} shownAt={['email', 'expiresAt']} />
      <Group align="flex-end" gap="xs">
        <KindChoice
          value={kind}
          onChange={(one) => {
            set({ kind: one, chosen: null, level: 'viewer' });
            giving.reset();
          }}
        />
        <Whom kind={kind} value={chosen} onChange={(one) => set({ chosen: one })} error={giving.error} />
        <NativeSelect
          label="As"
          data={[...levels]}
          value={level}
          onChange={(event) => set({ level: event.currentTarget.value as Level })}
        />
        <EndDay value={until} onChange={(day) => set({ until: day })} error={giving.error} />
        <MayButton
          operation={kind === 'guest' ? 'guest.invite' : 'grant.give'}
          level={own}
          loading={giving.isPending}
          disabled={kind !== 'everybody' && (chosen ?? '') === ''}
          onClick={() => giving.mutate()}
        >
          {kind === 'guest' ? 'Invite' : 'Grant'}
        </MayButton>
      </Group>
      {kind === 'guest' ? <AboutGuests name={object.name} level={level} /> : null}
    </Stack>
  );
}

/** Those that whoever is chosen can have, and the one that is chosen. */
function useLevels({ kind, chosen, level }: Wanted): { readonly levels: readonly Level[]; readonly level: Level } {
  const isGuest = useIsGuest(kind === 'member' ? chosen : null) || kind === 'guest';
  const levels = isGuest ? GUEST_LEVELS : LEVELS;
  return { levels, level: levels.find((one) => one === level) ?? 'viewer' };
}

function AboutGuests({ name, level }: { readonly name: string; readonly level: Level }) {
  return (
    <Text size="sm" c="dimmed">
      They come as a guest, by a link that goes to the address, and see {name} and nothing else.
      {level === 'editor' ? ' As an editor they also change it, such as where the calls of a provider go.' : ''} Open
      invitations stand on the page of invitations.
    </Text>
  );
}

/** Somebody from elsewhere is offered to who may invite. */
function KindChoice({ value, onChange }: { readonly value: Kind; readonly onChange: (kind: Kind) => void }) {
  const session = useQuery(sessionQuery).data;
  const mayInvite = session !== undefined && session !== null && may(session, 'guest.invite');
  return (
    <NativeSelect
      label="Grant it to"
      data={KINDS.filter((one) => one.value !== 'guest' || mayInvite)}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value as Kind)}
    />
  );
}

type WhomProps = {
  readonly kind: Kind;
  readonly value: string | null;
  readonly onChange: (chosen: string | null) => void;
  readonly error: unknown;
};

function Whom({ kind, value, onChange, error }: WhomProps) {
  if (kind === 'everybody') return null;
  if (kind !== 'guest') return <FindOne key={kind} kind={kind} label="Which one" value={value} onChange={onChange} />;
  return (
    <TextInput
      type="email"
      label="E-mail address"
      value={value ?? ''}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={fieldError(error, 'email')}
    />
  );
}

type Grantee = Pick<Input<'grant.give'>['body'], 'memberId' | 'teamId' | 'projectId' | 'toEverybody'>;

function granteeOf(kind: Exclude<Kind, 'guest'>, id: string | null): Grantee {
  if (kind === 'everybody') return { toEverybody: true };
  if (id === null) return {};
  return { member: { memberId: id }, team: { teamId: id }, project: { projectId: id } }[kind];
}
