// The form of a role: its name, what it is for, and its permissions, with a look at whom a change concerns.
import { Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { call } from '../api/client.ts';
import { fieldError } from '../api/problem.ts';
import { sessionQuery, whyNot } from '../api/session.ts';
import { ActButton } from '../ui/act-button.tsx';
import { Notice } from '../ui/notice.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { countText, type CustomRole, type Permission, useAuthorityChanged, whyBeyond } from './authority.ts';
import { PermissionMatrix } from './permission-matrix.tsx';
import { RolePreview } from './role-preview.tsx';

type Props = {
  /** One that there is, to be changed. */
  readonly role: CustomRole | undefined;
  readonly permissions: readonly Permission[];
  readonly onDone: () => void;
  /** What else can be done with it. */
  readonly children: ReactNode;
};

export function RoleForm({ role, permissions, onDone, children }: Props) {
  const changed = useAuthorityChanged();
  const reason = useReason(role, permissions);
  const [draft, setDraft] = useState(() => draftOf(role, permissions));
  const [isAsking, setAsking] = useState(false);
  const { name, description, chosen } = draft;
  const save = async (): Promise<void> => {
    const body = { name, description, permissions: [...chosen] };
    if (role === undefined) await call('role.create', { body });
    else await call('role.update', { params: { roleId: role.id }, body, version: role.version });
    await changed();
    onDone();
  };
  const saving = useMutation({
    mutationFn: save,
    meta: { done: role === undefined ? `${name} is made` : `${name} is saved` },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (concernsSomebody(role, chosen)) setAsking(true);
    else saving.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <NotYours reason={reason} />
        <Fields draft={draft} onChange={setDraft} error={saving.error} isReadOnly={reason !== undefined} />
        <Text size="sm" role="status">
          {statusOf(chosen.size, role)}
        </Text>
        <PermissionMatrix
          permissions={permissions}
          chosen={chosen}
          onChange={(next) => setDraft((before) => ({ ...before, chosen: next }))}
          isReadOnly={reason !== undefined}
        />
        <ChosenFault error={saving.error} />
        <ProblemBox error={saving.error} shownAt={['name', 'description', 'permissions']} />
        <Group>
          {reason === undefined ? (
            <ActButton type="submit" loading={saving.isPending}>
              {role === undefined ? 'Make the role' : 'Save'}
            </ActButton>
          ) : null}
          {children}
        </Group>
      </Stack>
      {isAsking && role !== undefined ? (
        <RolePreview
          roleId={role.id}
          name={role.name}
          permissions={[...chosen]}
          onConfirm={save}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </form>
  );
}

type Draft = { readonly name: string; readonly description: string; readonly chosen: ReadonlySet<string> };

/** Names that no release knows any more go with the next change. */
function draftOf(role: CustomRole | undefined, permissions: readonly Permission[]): Draft {
  if (role === undefined) return { name: '', description: '', chosen: new Set() };
  const known = new Set(permissions.map(({ name }) => name));
  const chosen = new Set(role.permissions.filter((name) => known.has(name)));
  return { name: role.name, description: role.description, chosen };
}

/** Why the caller may not make or change it. */
function useReason(role: CustomRole | undefined, permissions: readonly Permission[]): string | undefined {
  const session = useQuery(sessionQuery).data ?? undefined;
  const operation = role === undefined ? 'role.create' : 'role.update';
  const general = session === undefined ? undefined : whyNot(session, operation);
  return general ?? whyBeyond(permissions, role?.permissions ?? []);
}

function concernsSomebody(role: CustomRole | undefined, chosen: ReadonlySet<string>): boolean {
  if (role === undefined || role.members + role.teams === 0) return false;
  return chosen.size !== role.permissions.length || !role.permissions.every((name) => chosen.has(name));
}

function statusOf(count: number, role: CustomRole | undefined): string {
  const chosen = `${countText(count, 'permission', 'permissions')} chosen`;
  if (role === undefined) return `${chosen}.`;
  const [members, teams] = [countText(role.members, 'member', 'members'), countText(role.teams, 'team', 'teams')];
  return `${chosen}. Given to ${members} and ${teams}.`;
}

function NotYours({ reason }: { readonly reason: string | undefined }) {
  if (reason === undefined) return null;
  return (
    <Notice tone="yellow" title="You can look at it, and not change it">
      {reason}
    </Notice>
  );
}

type FieldsProps = {
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
  readonly error: unknown;
  readonly isReadOnly: boolean;
};

function Fields({ draft, onChange, error, isReadOnly }: FieldsProps) {
  return (
    <>
      <TextInput
        label="Name"
        value={draft.name}
        onChange={(event) => onChange({ ...draft, name: event.currentTarget.value })}
        error={fieldError(error, 'name')}
        readOnly={isReadOnly}
        required
        maw={420}
      />
      <Textarea
        label="What it is for"
        value={draft.description}
        onChange={(event) => onChange({ ...draft, description: event.currentTarget.value })}
        error={fieldError(error, 'description')}
        readOnly={isReadOnly}
        autosize
        minRows={2}
        maw={640}
      />
    </>
  );
}

function ChosenFault({ error }: { readonly error: unknown }) {
  const fault = fieldError(error, 'permissions');
  if (fault === undefined) return null;
  return (
    <Text size="sm" c="red">
      Permissions: {fault}
    </Text>
  );
}
