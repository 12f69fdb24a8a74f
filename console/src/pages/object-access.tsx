// Who was granted one object, and granting it to others.
import { Group, Modal, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call, type Input } from '../api/client.ts';
import { type Level, LEVELS } from '../api/levels.ts';
import { ActButton } from '../ui/act-button.tsx';
import { Empty } from '../ui/empty.tsx';
import { FindOne } from '../ui/find-one.tsx';
import { WholeTable } from '../ui/list/whole-table.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { EndGrant } from './end-grant.tsx';
import { type Grant, grantColumns, useGrantsChanged } from './grant-words.tsx';

type Thing = { readonly id: string; readonly name: string };
type Props = { readonly object: Thing | undefined; readonly onClose: () => void };

export function ObjectAccess({ object, onClose }: Props) {
  return (
    <Modal opened={object !== undefined} onClose={onClose} title={`Access to ${object?.name ?? ''}`} size="xl">
      {object === undefined ? null : <Content object={object} />}
    </Modal>
  );
}

const SHOWN_MAX = 200;

function Content({ object }: { readonly object: Thing }) {
  const [ending, setEnding] = useState<Grant>();
  return (
    <Stack gap="md">
      <Give object={object} />
      <WholeTable
        name={`Who was granted ${object.name}`}
        queryKey={['grant.list', object.id]}
        load={async (signal) =>
          (await call('grant.list', { query: { objectId: object.id, limit: SHOWN_MAX } }, signal)).items
        }
        columns={grantColumns}
        rowKey={({ id }) => id}
        actions={(grant) => (
          <ActButton
            size="compact-sm"
            variant="subtle"
            color="red"
            aria-label={`End the grant to ${grant.to.name}`}
            onClick={() => setEnding(grant)}
          >
            End
          </ActButton>
        )}
        empty={<Empty title="Nobody was granted it">Whoever may see all of its kind sees it anyway.</Empty>}
      />
      <EndGrant grant={ending} onClose={() => setEnding(undefined)} />
    </Stack>
  );
}

const KINDS = [
  { value: 'member', label: 'a member' },
  { value: 'team', label: 'a team' },
  { value: 'project', label: 'a project' },
  { value: 'everybody', label: 'everybody' },
] as const;
type Kind = (typeof KINDS)[number]['value'];

function Give({ object }: { readonly object: Thing }) {
  const changed = useGrantsChanged();
  const [kind, setKind] = useState<Kind>('member');
  const [chosen, setChosen] = useState<string | null>(null);
  const [level, setLevel] = useState<Level>('viewer');
  const [until, setUntil] = useState('');
  const giving = useMutation({
    mutationFn: async () => {
      const body = {
        level,
        ...granteeOf(kind, chosen),
        expiresAt: until === '' ? null : new Date(until).toISOString(),
      };
      await call('grant.give', { params: { objectId: object.id }, body });
      await changed();
    },
    onSuccess: () => setChosen(null),
    meta: { done: `${object.name} is granted` },
  });
  return (
    <Stack gap="xs">
      <ProblemBox error={giving.error} />
      <Group align="flex-end" gap="xs">
        <NativeSelect
          label="Grant it to"
          data={[...KINDS]}
          value={kind}
          onChange={(event) => {
            setKind(event.currentTarget.value as Kind);
            setChosen(null);
          }}
        />
        {kind === 'everybody' ? null : (
          <FindOne key={kind} kind={kind} label="Which one" value={chosen} onChange={setChosen} />
        )}
        <NativeSelect
          label="As"
          data={[...LEVELS]}
          value={level}
          onChange={(event) => setLevel(event.currentTarget.value as Level)}
        />
        <TextInput
          type="date"
          label="Until (empty: without end)"
          value={until}
          onChange={(event) => setUntil(event.currentTarget.value)}
        />
        <ActButton
          loading={giving.isPending}
          disabled={kind !== 'everybody' && chosen === null}
          onClick={() => giving.mutate()}
        >
          Grant
        </ActButton>
      </Group>
    </Stack>
  );
}

type Grantee = Pick<Input<'grant.give'>['body'], 'memberId' | 'teamId' | 'projectId' | 'toEverybody'>;

function granteeOf(kind: Kind, id: string | null): Grantee {
  if (kind === 'everybody') return { toEverybody: true };
  if (id === null) return {};
  return { member: { memberId: id }, team: { teamId: id }, project: { projectId: id } }[kind];
}
