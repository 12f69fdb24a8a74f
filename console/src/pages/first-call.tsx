// A first key, what to do with it, and the first call as it arrives.
import { NativeSelect, Stack, Tabs, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import { ActButton } from '../ui/act-button.tsx';
import { Arrived } from '../ui/arrived.tsx';
import { CopyText } from '../ui/copy-text.tsx';
import { Notice } from '../ui/notice.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { chatModels } from './chat-models.ts';

const ASK_AGAIN_MS = 1_500;

export function FirstCall() {
  const making = useMutation({
    mutationFn: () => call('api_key.create', { body: { name: 'First key', scopes: ['models:use'] } }),
    meta: { done: null },
  });
  const models = useQuery({ queryKey: ['setup', 'models'], queryFn: () => findModels(), staleTime: Infinity });
  if (making.data === undefined) {
    return (
      <Stack gap="sm">
        <Text size="sm">A key lets a program call models under the rules of your organization.</Text>
        <ProblemBox error={making.error} />
        <ActButton loading={making.isPending} onClick={() => making.mutate()}>
          Make the first key
        </ActButton>
      </Stack>
    );
  }
  return <TryIt apiKey={making.data.key} models={models.data ?? []} />;
}

/** What the provider of the step before says it serves. A provider that cannot say leaves it to the person. */
async function findModels(): Promise<readonly string[]> {
  const [provider] = (await call('provider.list', { query: { limit: 1 } })).items;
  if (provider === undefined) return [];
  if (provider.models !== null) return chatModels(provider.models);
  const tried = await call('provider.test', { params: { providerId: provider.id } });
  return chatModels(tried.models);
}

type TryProps = { readonly apiKey: string; readonly models: readonly string[] };

function TryIt({ apiKey, models }: TryProps) {
  const { origin } = window.location;
  const [chosen, setChosen] = useState('');
  const model = chosen === '' ? (models[0] ?? '') : chosen;
  const calls = useQuery({
    queryKey: ['usage', 'first'],
    queryFn: ({ signal }) => call('usage.sum', { query: { groupBy: 'model' } }, signal),
    refetchInterval: ({ state }) => ((state.data?.items.length ?? 0) > 0 ? false : ASK_AGAIN_MS),
  });
  return (
    <Arrived label="Your first key">
      <Text size="sm">Your key, shown this one time:</Text>
      <CopyText label="API key" text={apiKey} />
      <ChooseModel models={models} model={model} onChoose={setChosen} />
      {model === '' ? null : (
        <Tabs defaultValue="curl">
          <Tabs.List>
            <Tabs.Tab value="curl">curl</Tabs.Tab>
            <Tabs.Tab value="openai">openai for Node</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="curl" pt="xs">
            <CopyText label="curl command" text={curlOf(origin, apiKey, model)} />
          </Tabs.Panel>
          <Tabs.Panel value="openai" pt="xs">
            <CopyText label="openai snippet" text={nodeOf(origin, apiKey, model)} />
          </Tabs.Panel>
        </Tabs>
      )}
      <div aria-live="polite">
        <FirstSeen seen={calls.data?.items[0]} />
      </div>
      <ProblemBox error={calls.error} />
    </Arrived>
  );
}

type ChooseProps = {
  readonly models: readonly string[];
  readonly model: string;
  readonly onChoose: (model: string) => void;
};

function ChooseModel({ models, model, onChoose }: ChooseProps) {
  const choose = (event: { readonly currentTarget: { readonly value: string } }) => onChoose(event.currentTarget.value);
  if (models.length > 0)
    return <NativeSelect label="Model to try" data={[...models]} value={model} onChange={choose} />;
  return (
    <TextInput
      label="Model to try"
      description="As the provider calls it. What to run stands here then."
      value={model}
      onChange={choose}
    />
  );
}

type Sum = Reply<'usage.sum'>['items'][number];

function FirstSeen({ seen }: { readonly seen: Sum | undefined }) {
  if (seen === undefined)
    return (
      <Text size="sm" c="dimmed">
        Waiting for the first call…
      </Text>
    );
  const { group, failures, inputTokens, outputTokens } = seen;
  const tokens = `${inputTokens.toLocaleString()} tokens in, ${outputTokens.toLocaleString()} out`;
  if (failures > 0)
    return (
      <Notice tone="yellow" title="The first call arrived, and the provider did not answer it">
        {group ?? 'The model'} failed. Try the provider under Providers; the audit log has the call.
      </Notice>
    );
  return (
    <Notice tone="green" title="The first call arrived">
      {group ?? 'The model'} answered: {tokens}. It is on record, with its usage and an entry in the audit log.
    </Notice>
  );
}

/** As JSON within single quotes of a shell. */
const inShell = (value: object): string => JSON.stringify(value).replaceAll("'", String.raw`'\''`);

function curlOf(origin: string, key: string, model: string): string {
  return `curl ${origin}/v1/chat/completions \\
  -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' \\
  -d '${inShell({ model, messages: [{ role: 'user', content: 'Say hello' }] })}'`;
}

function nodeOf(origin: string, key: string, model: string): string {
  return `import OpenAI from 'openai';
const client = new OpenAI({ baseURL: '${origin}/v1', apiKey: '${key}' });
const reply = await client.chat.completions.create({
  model: ${JSON.stringify(model)},
  messages: [{ role: 'user', content: 'Say hello' }],
});
console.log(reply.choices[0].message.content);`;
}
