// Makes a project, or changes what it is called and what it is for.
import { Stack, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import { fieldError } from '../api/problem.ts';
import { ActButton } from '../ui/act-button.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { useProjectChanged } from './project-changed.ts';

type Props = {
  /** One that there is, to be changed. */
  readonly project?: Reply<'project.get'>;
  readonly onDone: (id: string) => void;
};

export function ProjectForm({ project, onDone }: Props) {
  const changed = useProjectChanged();
  const [name, setName] = useState(project?.name ?? '');
  const [description, setDescription] = useState(project?.description ?? '');
  const saving = useMutation({
    mutationFn: async () => {
      const body = { name, description };
      const saved =
        project === undefined
          ? await call('project.create', { body })
          : await call('project.update', { params: { projectId: project.id }, body, version: project.version });
      await changed();
      return saved.id;
    },
    onSuccess: onDone,
    meta: { done: project === undefined ? `${name} is made` : `${name} is saved` },
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
          {project === undefined ? 'Make the project' : 'Save'}
        </ActButton>
      </Stack>
    </form>
  );
}
