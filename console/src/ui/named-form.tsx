// Asks for a name and what it is for: of a team, of a project.
import { Stack, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { fieldError } from '../api/problem.ts';
import { ActButton } from './act-button.tsx';
import { ProblemBox } from './problem-box.tsx';

type Named = { readonly name: string; readonly description: string };
type Props = {
  /** What it is called now, where there is one to be changed. */
  readonly before: Named | undefined;
  /** What the button says when there is none yet. */
  readonly make: string;
  /** Gives the id. */
  readonly save: (named: Named) => Promise<string>;
  readonly onDone: (id: string) => void;
};

export function NamedForm({ before, make, save, onDone }: Props) {
  const [name, setName] = useState(before?.name ?? '');
  const [description, setDescription] = useState(before?.description ?? '');
  const saving = useMutation({
    mutationFn: () => save({ name, description }),
    onSuccess: onDone,
    meta: { done: before === undefined ? `${name} is made` : `${name} is saved` },
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
          {before === undefined ? make : 'Save'}
        </ActButton>
      </Stack>
    </form>
  );
}
