// Makes a team, or changes what it is called and what it is for.
import { call, type Reply } from '../api/client.ts';
import { NamedForm } from '../ui/named-form.tsx';
import { useAuthorityChanged } from './authority.ts';

type Props = {
  /** One that there is, to be changed. */
  readonly team?: Reply<'team.get'>;
  readonly onDone: (id: string) => void;
};

export function TeamForm({ team, onDone }: Props) {
  const changed = useAuthorityChanged();
  const save = async (body: { readonly name: string; readonly description: string }) => {
    const saved =
      team === undefined
        ? await call('team.create', { body })
        : await call('team.update', { params: { teamId: team.id }, body, version: team.version });
    await changed();
    return saved.id;
  };
  return <NamedForm before={team} make="Make the team" save={save} onDone={onDone} />;
}
