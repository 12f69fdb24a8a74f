// Makes a project, or changes what it is called and what it is for.
import { call, type Reply } from '../api/client.ts';
import { NamedForm } from '../ui/named-form.tsx';
import { useProjectChanged } from './project-changed.ts';

type Props = {
  /** One that there is, to be changed. */
  readonly project?: Reply<'project.get'>;
  readonly onDone: (id: string) => void;
};

export function ProjectForm({ project, onDone }: Props) {
  const changed = useProjectChanged();
  const save = async (body: { readonly name: string; readonly description: string }) => {
    const saved =
      project === undefined
        ? await call('project.create', { body })
        : await call('project.update', { params: { projectId: project.id }, body, version: project.version });
    await changed();
    return saved.id;
  };
  return <NamedForm before={project} make="Make the project" save={save} onDone={onDone} />;
}
