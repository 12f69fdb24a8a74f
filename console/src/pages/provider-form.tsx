// Connecting a model provider: what each kind needs, and nothing else.
import { Button, Select, Stack, Switch, TagsInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import type { Operations } from '../api/operations.ts';
import { fieldError } from '../api/problem.ts';
import { PasswordField } from '../ui/password-field.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';

type Kind = Operations['provider.create']['body']['kind'];

const KINDS: readonly { readonly value: Kind; readonly label: string; readonly needsUrl: boolean }[] = [
  { value: 'openai', label: 'OpenAI', needsUrl: false },
  { value: 'anthropic', label: 'Anthropic', needsUrl: false },
  { value: 'google', label: 'Google', needsUrl: false },
  { value: 'openai_compatible', label: 'Speaks as OpenAI does', needsUrl: true },
  { value: 'ollama', label: 'Ollama', needsUrl: true },
];

type Props = {
  readonly onDone: () => void;
  readonly action: string;
  /** One that there is, to be changed; its kind stays. */
  readonly provider?: Reply<'provider.list'>['items'][number];
};

export function ProviderForm({ onDone, action, provider }: Props) {
  const client = useQueryClient();
  const [kind, setKind] = useState<Kind>(provider?.kind ?? 'openai');
  const [name, setName] = useState(provider?.name ?? '');
  const [baseUrl, setBaseUrl] = useState(provider?.baseUrl ?? '');
  const [apiKey, setApiKey] = useState('');
  const [models, setModels] = useState<string[]>([...(provider?.models ?? [])]);
  const [isLocal, setIsLocal] = useState(provider?.local ?? false);
  const connecting = useMutation({
    mutationFn: () => {
      const body = {
        name,
        local: isLocal,
        ...(baseUrl === '' ? {} : { baseUrl }),
        ...(apiKey === '' ? {} : { apiKey }),
      };
      if (provider !== undefined) {
        const change = { ...body, models: models.length === 0 ? null : models };
        return call('provider.update', { params: { providerId: provider.id }, body: change });
      }
      return call('provider.create', { body: { ...body, kind, ...(models.length === 0 ? {} : { models }) } });
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['providers'] });
      onDone();
    },
  });
  const { needsUrl } = KINDS.find(({ value }) => value === kind) ?? { needsUrl: true };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    connecting.mutate();
  };
  const { error } = connecting;
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Select
          label="Kind"
          data={KINDS.map(({ value, label }) => ({ value, label }))}
          value={kind}
          onChange={(value) => setKind(value ?? 'openai')}
          allowDeselect={false}
          disabled={provider !== undefined}
        />
        <TextInput
          label="Name"
          description="How you call it."
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={fieldError(error, 'name')}
          required
        />
        <TextInput
          label="Address"
          description={
            needsUrl ? 'Up to the version, such as https://models.example.org/v1.' : 'Only if it is not the usual one.'
          }
          value={baseUrl}
          onChange={(event) => setBaseUrl(event.currentTarget.value)}
          error={fieldError(error, 'baseUrl')}
          required={needsUrl}
        />
        <PasswordField
          label="Key of the provider"
          description={provider === undefined ? 'Sealed at rest; nobody sees it again.' : 'Empty: as it is.'}
          value={apiKey}
          onChange={(event) => setApiKey(event.currentTarget.value)}
          autoComplete="off"
          error={fieldError(error, 'apiKey')}
        />
        <TagsInput
          label="Models"
          description="Names that callers may ask for; none asks the provider what it has."
          value={models}
          onChange={setModels}
          error={fieldError(error, 'models')}
        />
        <Switch
          label="It runs on machines of ours"
          checked={isLocal}
          onChange={(event) => setIsLocal(event.currentTarget.checked)}
        />
        <ProblemBox error={error} />
        <Button type="submit" loading={connecting.isPending}>
          {action}
        </Button>
      </Stack>
    </form>
  );
}
