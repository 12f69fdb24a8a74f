// A first key, what to do with it, and the first call as it arrives.
import { Stack, Tabs, Text } from '@mantine/core';
import { ActButton } from '../ui/act-button.tsx';
import { Arrived } from '../ui/arrived.tsx';
import { Notice } from '../ui/notice.tsx';
import { useMutation, useQuery } from '@tanstack/react-query';
import { call } from '../api/client.ts';
import { CopyText } from '../ui/copy-text.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';

const ASK_AGAIN_MS = 1_500;

export function FirstCall() {
  const making = useMutation({
    mutationFn: () => call('api_key.create', { body: { name: 'First key', scopes: ['models:use'] } }),
    meta: { done: null },
  });
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
  return <TryIt apiKey={making.data.key} />;
}

function TryIt({ apiKey }: { readonly apiKey: string }) {
  const { origin } = window.location;
  const calls = useQuery({
    queryKey: ['usage', 'first'],
    queryFn: ({ signal }) => call('usage.sum', { query: { groupBy: 'model' } }, signal),
    refetchInterval: ({ state }) => ((state.data?.items.length ?? 0) > 0 ? false : ASK_AGAIN_MS),
  });
  const seen = calls.data?.items[0];
  return (
    <Arrived label="Your first key">
      <Text size="sm">Your key, shown this one time:</Text>
      <CopyText label="API key" text={apiKey} />
      <Tabs defaultValue="curl">
        <Tabs.List>
          <Tabs.Tab value="curl">curl</Tabs.Tab>
          <Tabs.Tab value="openai">openai for Node</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="curl" pt="xs">
          <CopyText label="curl command" text={curlOf(origin, apiKey)} />
        </Tabs.Panel>
        <Tabs.Panel value="openai" pt="xs">
          <CopyText label="openai snippet" text={nodeOf(origin, apiKey)} />
        </Tabs.Panel>
      </Tabs>
      <div aria-live="polite">
        {seen === undefined ? (
          <Text size="sm" c="dimmed">
            Waiting for the first call…
          </Text>
        ) : (
          <Notice tone="green" title="The first call arrived">
            It is on record, with its usage and an entry in the audit log.
          </Notice>
        )}
      </div>
      <ProblemBox error={calls.error} />
    </Arrived>
  );
}

function curlOf(origin: string, key: string): string {
  return `curl ${origin}/v1/chat/completions \\
  -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' \\
  -d '{"model":"MODEL","messages":[{"role":"user","content":"Say hello"}]}'`;
}

function nodeOf(origin: string, key: string): string {
  return `import OpenAI from 'openai';
const client = new OpenAI({ baseURL: '${origin}/v1', apiKey: '${key}' });
const reply = await client.chat.completions.create({
  model: 'MODEL',
  messages: [{ role: 'user', content: 'Say hello' }],
});
console.log(reply.choices[0].message.content);`;
}
