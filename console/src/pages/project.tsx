// One project: what it is, whether it stands still, and who is in it.
import { Badge, Group, Modal } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import { Confirm } from '../ui/confirm.tsx';
import { LIST, LoadingParts } from '../ui/loading-parts.tsx';
import { MayButton } from '../ui/may.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { countText } from './authority.ts';
import { useProjectChanged } from './project-changed.ts';
import { ProjectForm } from './project-form.tsx';
import { ProjectMembers } from './project-members.tsx';

type ProjectReply = Reply<'project.get'>;

export function Project() {
  const { id = '' } = useSearch({ strict: false });
  const [isGone, setGone] = useState(false);
  const found = useQuery({
    queryKey: ['project', id],
    queryFn: ({ signal }) => call('project.get', { params: { projectId: id } }, signal),
  });
  const project = isGone ? undefined : found.data;
  return (
    <Page
      title={project?.name ?? 'Project'}
      about={project?.description}
      actions={project === undefined ? null : <Changes project={project} onGone={() => setGone(true)} />}
    >
      <ProblemBox error={isGone ? null : found.error} />
      {found.isPending ? <LoadingParts parts={['head', 'line', 'field', ...LIST]} /> : null}
      {project === undefined ? null : <ProjectMembers project={project} onGone={() => setGone(true)} />}
    </Page>
  );
}

type Props = { readonly project: ProjectReply; readonly onGone: () => void };

function Changes({ project, onGone }: Props) {
  const changed = useProjectChanged();
  const [isChanging, setChanging] = useState(false);
  const [isEnding, setEnding] = useState(false);
  const isArchived = project.status === 'archived';
  const restoring = useMutation({
    mutationFn: async () => {
      await call('project.restore', { params: { projectId: project.id } });
      await changed();
    },
    meta: { done: `${project.name} is back` },
  });
  return (
    <Group gap="xs">
      <ProblemBox error={restoring.error} />
      {isArchived ? <Badge color="gray">archived</Badge> : null}
      <MayButton
        operation="project.update"
        unless={isArchived ? 'It is archived: bring it back first.' : undefined}
        variant="default"
        onClick={() => setChanging(true)}
      >
        Change
      </MayButton>
      {isArchived ? (
        <MayButton
          operation="project.restore"
          variant="default"
          loading={restoring.isPending}
          onClick={() => restoring.mutate()}
        >
          Bring back
        </MayButton>
      ) : null}
      <MayButton
        operation={isArchived ? 'project.delete' : 'project.archive'}
        variant="subtle"
        color="red"
        onClick={() => setEnding(true)}
      >
        {isArchived ? 'Delete' : 'Archive'}
      </MayButton>
      <Modal opened={isChanging} onClose={() => setChanging(false)} title={`Change ${project.name}`}>
        <ProjectForm project={project} onDone={() => setChanging(false)} />
      </Modal>
      <Archive project={project} isOpen={isEnding && !isArchived} onClose={() => setEnding(false)} />
      <Delete project={project} isOpen={isEnding && isArchived} onClose={() => setEnding(false)} onGone={onGone} />
    </Group>
  );
}

type DialogProps = { readonly project: ProjectReply; readonly isOpen: boolean; readonly onClose: () => void };

function Archive({ project, isOpen, onClose }: DialogProps) {
  const changed = useProjectChanged();
  return (
    <Confirm
      isOpen={isOpen}
      title={`Archive ${project.name}?`}
      action="Archive the project"
      done={`${project.name} is archived`}
      onConfirm={async () => {
        await call('project.archive', { params: { projectId: project.id } });
        await changed();
      }}
      onClose={onClose}
    >
      It stands still: nobody is added, nothing about it changes, and its name is free. It can be brought back.
    </Confirm>
  );
}

function Delete({ project, isOpen, onClose, onGone }: DialogProps & Pick<Props, 'onGone'>) {
  const navigate = useNavigate();
  const changed = useProjectChanged();
  return (
    <Confirm
      isOpen={isOpen}
      title={`Delete ${project.name}?`}
      action="Delete the project"
      done={`${project.name} is deleted`}
      onConfirm={async () => {
        await call('project.delete', { params: { projectId: project.id } });
        onGone();
        void navigate({ to: '/projects' });
        await changed();
      }}
      onClose={onClose}
    >
      {`${countText(project.members, 'member', 'members')} in it stay in the organization. It cannot be undone.`}
    </Confirm>
  );
}
