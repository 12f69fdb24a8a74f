// Another level for a grant, or another end: said in a dialog, and done when it was said.
import { Modal, NativeSelect, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call, type Input } from '../api/client.ts';
import { GUEST_LEVELS, type Level, LEVELS } from '../api/levels.ts';
import { ActButton } from '../ui/act-button.tsx';
import { dayOf, endOfDay } from '../ui/day.ts';
import { ProblemBox } from '../ui/problem-box.tsx';
import { EndDay } from './grant-end.tsx';
import { type Grant, nameOfObject, useGrantsChanged } from './grant-words.tsx';
import { useIsGuest } from './is-guest.ts';

export function EditGrant({ grant, onClose }: { readonly grant: Grant | undefined; readonly onClose: () => void }) {
  const [to, name] = [grant?.to.name ?? '', grant === undefined ? '' : nameOfObject(grant)];
  return (
    <Modal opened={grant !== undefined} onClose={onClose} title={`What ${to} may do with ${name}`}>
      {grant === undefined ? null : <Form grant={grant} onDone={onClose} />}
    </Modal>
  );
}

type Change = Input<'grant.update'>['body'];

/** What is the same as before is not sent: an end that is over stays over, and its instant stays what it was. */
function changeOf(grant: Grant, level: Level, day: string): Change {
  const before = grant.expiresAt === null ? '' : dayOf(grant.expiresAt);
  return {
    ...(level === grant.level ? {} : { level }),
    ...(day === before ? {} : { expiresAt: day === '' ? null : endOfDay(day) }),
  };
}

function Form({ grant, onDone }: { readonly grant: Grant; readonly onDone: () => void }) {
  const changed = useGrantsChanged();
  const isGuest = useIsGuest(grant.to.kind === 'member' ? grant.to.id : null);
  const [level, setLevel] = useState(grant.level);
  const [day, setDay] = useState(grant.expiresAt === null ? '' : dayOf(grant.expiresAt));
  const change = changeOf(grant, level, day);
  const changing = useMutation({
    mutationFn: async () => {
      await call('grant.update', { params: { grantId: grant.id }, body: change, version: grant.version });
      await changed();
    },
    onSuccess: onDone,
    meta: { done: 'The grant is changed' },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    changing.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <NativeSelect
          label="As"
          data={isGuest ? [...GUEST_LEVELS] : [...LEVELS]}
          value={level}
          onChange={(event) => setLevel(LEVELS.find((one) => one === event.currentTarget.value) ?? level)}
          data-autofocus
        />
        <EndDay value={day} onChange={setDay} error={changing.error} />
        {isGuest ? <Text size="sm">They are a guest, who manages nothing.</Text> : null}
        <ProblemBox error={changing.error} shownAt={['expiresAt']} />
        <ActButton type="submit" disabled={Object.keys(change).length === 0} loading={changing.isPending}>
          Save
        </ActButton>
      </Stack>
    </form>
  );
}
