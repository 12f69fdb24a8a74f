// Makes a team, or changes what it is called and what it is for.
import { Stack, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import { fieldError } from '../api/problem.ts';
import { ActButton } from '../ui/act-button.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { useAuthorityChanged } from './authority.ts';

type Props = {
  /** One that there is, to be changed. */
  readonly team?: Reply<'team.get'>;
  readonly onDone: (id: string) => void;
};

export function TeamForm({ team, onDone }: Props) {
  const changed = useAuthorityChanged();
  const [name, setName] = useState(team?.name ?? '');
  const [description, setDescription] = useState(team?.description ?? '');
  const saving = useMutation({
    mutationFn: async () => {
      const body = { name, description };
      const saved =
        team === undefined
          ? await call('team.create', { body })
          : await call('team.update', { params: { teamId: team.id }, body, version: team.version });
      await changed();
      return saved.id;
    },
    onSuccess: onDone,
    meta: { done: team === undefined ? `${name} is made` : `${name} is saved` },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label="Name"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={fieldError(saving.error, 'name')}
          required
          data-autofocus
        />
        <Textarea
          label="What it is for"
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
          error={fieldError(saving.error, 'description')}
          autosize
          minRows={2}
        />
        <ProblemBox error={saving.error} shownAt={['name', 'description']} />
        <ActButton type="submit" loading={saving.isPending}>
          {team === undefined ? 'Make the team' : 'Save'}
        </ActButton>
      </Stack>
    </form>
  );
}
