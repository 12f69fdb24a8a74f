// Connecting a model provider: what each kind needs, and nothing else.
import { Select, Stack, Switch, TagsInput, TextInput } from '@mantine/core';
import { ActButton } from '../ui/act-button.tsx';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import type { Operations } from '../api/operations.ts';
import { fieldError } from '../api/problem.ts';
import { PasswordField } from '../ui/password-field.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { PricesFields } from './prices-fields.tsx';
import { badPriceLine, readPrices, writePrices } from './prices.ts';

type Kind = Operations['provider.create']['body']['kind'];

const KINDS: readonly { readonly value: Kind; readonly label: string; readonly needsUrl: boolean }[] = [
  { value: 'openai', label: 'OpenAI', needsUrl: false },
  { value: 'anthropic', label: 'Anthropic', needsUrl: false },
  { value: 'google', label: 'Google', needsUrl: false },
  { value: 'openai_compatible', label: 'Speaks as OpenAI does', needsUrl: true },
  { value: 'ollama', label: 'Ollama', needsUrl: true },
];

type Provider = Reply<'provider.list'>['items'][number];

type Draft = {
  readonly kind: Kind;
  readonly name: string;
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly models: string[];
  readonly isLocal: boolean;
  readonly currency: string;
  readonly prices: string;
};

const NOTHING: Draft = {
  kind: 'openai',
  name: '',
  baseUrl: '',
  apiKey: '',
  models: [],
  isLocal: false,
  currency: 'USD',
  prices: '',
};

function draftOf(provider: Provider | undefined): Draft {
  if (provider === undefined) return NOTHING;
  const { kind, name, baseUrl, models, local, currency, prices } = provider;
  const shown = writePrices(prices);
  return { kind, name, baseUrl, apiKey: '', models: [...(models ?? [])], isLocal: local, currency, prices: shown };
}

/** What was left empty is not sent: a new one has the usual, one that there is stays as it is. */
function save(
  { kind, name, baseUrl, apiKey, models, isLocal, currency, prices }: Draft,
  provider: Provider | undefined,
) {
  const body = {
    name,
    local: isLocal,
    currency,
    prices: readPrices(prices),
    ...(baseUrl === '' ? {} : { baseUrl }),
    ...(apiKey === '' ? {} : { apiKey }),
  };
  if (provider === undefined)
    return call('provider.create', { body: { ...body, kind, ...(models.length === 0 ? {} : { models }) } });
  const params = { providerId: provider.id };
  return call('provider.update', { params, body: { ...body, models: models.length === 0 ? null : models } });
}

type Props = {
  readonly onDone: () => void;
  readonly action: string;
  /** One that there is, to be changed; its kind stays. */
  readonly provider?: Provider;
};

export function ProviderForm({ onDone, action, provider }: Props) {
  const client = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(provider));
  const { kind } = draft;
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const connecting = useMutation({
    mutationFn: () => save(draft, provider),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['provider.list'] });
      onDone();
    },
    meta: { done: provider === undefined ? `${draft.name} is connected` : `${draft.name} is saved` },
  });
  const { needsUrl } = KINDS.find(({ value }) => value === kind) ?? { needsUrl: true };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (badPriceLine(draft.prices) === undefined) connecting.mutate();
  };
  const { error } = connecting;
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Select
          label="Kind"
          data={KINDS.map(({ value, label }) => ({ value, label }))}
          value={kind}
          onChange={(value) => change({ kind: value ?? 'openai' })}
          allowDeselect={false}
          disabled={provider !== undefined}
        />
        <TextInput
          label="Name"
          description="How you call it."
          value={draft.name}
          onChange={(event) => change({ name: event.currentTarget.value })}
          error={fieldError(error, 'name')}
          required
        />
        <TextInput
          label="Address"
          description={
            needsUrl ? 'Up to the version, such as https://models.example.org/v1.' : 'Only if it is not the usual one.'
          }
          value={draft.baseUrl}
          onChange={(event) => change({ baseUrl: event.currentTarget.value })}
          error={fieldError(error, 'baseUrl')}
          required={needsUrl}
        />
        <PasswordField
          label="Key of the provider"
          description={provider === undefined ? 'Sealed at rest; nobody sees it again.' : 'Empty: as it is.'}
          value={draft.apiKey}
          onChange={(event) => change({ apiKey: event.currentTarget.value })}
          autoComplete="off"
          error={fieldError(error, 'apiKey')}
        />
        <TagsInput
          label="Models"
          description="Names that callers may ask for; none asks the provider what it has."
          value={draft.models}
          onChange={(models) => change({ models })}
          error={fieldError(error, 'models')}
        />
        <PricesFields currency={draft.currency} prices={draft.prices} onChange={change} error={error} />
        <Switch
          label="It runs on machines of ours"
          checked={draft.isLocal}
          onChange={(event) => change({ isLocal: event.currentTarget.checked })}
        />
        <ProblemBox error={error} />
        <ActButton type="submit" loading={connecting.isPending}>
          {action}
        </ActButton>
      </Stack>
    </form>
  );
}
