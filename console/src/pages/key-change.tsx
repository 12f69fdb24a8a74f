// Changing a key, or giving it a new secret that is shown once while the old one works on for a while.
import { Modal, MultiSelect, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../api/client.ts';
import { fieldError } from '../api/problem.ts';
import { ActButton } from '../ui/act-button.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { Origins, ShownKey } from './key-new.tsx';
import { KeyPeople } from './key-people.tsx';
import { blocksIn, faultIn } from './blocks.ts';
import type { Key } from './key-words.ts';

type Props = { readonly apiKey: Key; readonly onClose: () => void };

const OVERLAPS = [
  { value: '0', label: 'End it at once' },
  { value: '1', label: 'An hour' },
  { value: '24', label: 'A day' },
  { value: '168', label: 'A week' },
];

export function RotateKey({ apiKey, onClose }: Props) {
  const client = useQueryClient();
  const [overlap, setOverlap] = useState('24');
  const rotating = useMutation({
    mutationFn: () =>
      call('api_key.rotate', {
        params: { apiKeyId: apiKey.id },
        body: { overlapHours: Number(overlap) },
        version: apiKey.version,
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['api_key.list'] }),
    meta: { done: 'The key has a new text' },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rotating.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={`Rotate ${apiKey.name}`} closeOnClickOutside={false}>
      {rotating.data === undefined ? (
        <form onSubmit={submit}>
          <Stack gap="sm">
            <Text size="sm">The key gets a new text and lives as long again; its name, scopes and history stay.</Text>
            <Select
              label="The old text works on for"
              data={OVERLAPS}
              value={overlap}
              onChange={(value) => setOverlap(value ?? '0')}
              allowDeselect={false}
            />
            <ProblemBox error={rotating.error} />
            <ActButton type="submit" loading={rotating.isPending}>
              Rotate the key
            </ActButton>
          </Stack>
        </form>
      ) : (
        <ShownKey text={rotating.data.key} onDone={onClose} />
      )}
    </Modal>
  );
}

export function ChangeKey({ apiKey, onClose }: Props) {
  const client = useQueryClient();
  const [name, setName] = useState(apiKey.name);
  const [scopes, setScopes] = useState<string[]>([...apiKey.scopes]);
  const [people, setPeople] = useState<string[]>([...(apiKey.actsFor ?? [])]);
  const [origins, setOrigins] = useState(apiKey.origins.join('\n'));
  const [perMinute, setPerMinute] = useState<number | string>(apiKey.perMinute ?? '');
  const saving = useMutation({
    mutationFn: () =>
      call('api_key.update', {
        params: { apiKeyId: apiKey.id },
        version: apiKey.version,
        body: {
          name,
          scopes,
          perMinute: perMinute === '' ? null : Number(perMinute),
          ...(apiKey.actsFor === null ? {} : { actsFor: people }),
          ...(apiKey.kind === 'publishable' ? { origins: blocksIn(origins) } : {}),
        },
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['api_key.list'] });
      onClose();
    },
    meta: { done: 'The key is changed, and that holds' },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={`Change ${apiKey.name}`} closeOnClickOutside={false}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            label="What it is for"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={fieldError(saving.error, 'name')}
            required
            data-autofocus
          />
          <MultiSelect
            label="What it may do"
            description="It can only become less. For more, make a new key."
            data={[...apiKey.scopes]}
            value={scopes}
            onChange={setScopes}
            error={faultIn(saving.error, 'scopes', scopes)}
            required
          />
          {apiKey.actsFor === null ? null : (
            <KeyPeople
              value={people}
              onChange={setPeople}
              error={faultIn(saving.error, 'actsFor', people)}
              isChanging
            />
          )}
          {apiKey.kind === 'publishable' ? (
            <Origins value={origins} onChange={setOrigins} error={saving.error} />
          ) : null}
          <NumberInput
            label="Calls a minute"
            description="Empty: what this installation gives every key."
            value={perMinute}
            onChange={setPerMinute}
            min={1}
            error={fieldError(saving.error, 'perMinute')}
          />
          <ProblemBox error={saving.error} />
          <ActButton type="submit" loading={saving.isPending}>
            Save
          </ActButton>
        </Stack>
      </form>
    </Modal>
  );
}
