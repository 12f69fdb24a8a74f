// Adding and changing a webhook: a name, and where events go. The secret of a new one is shown once.
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../api/client.ts';
import { fieldError } from '../api/problem.ts';
import { ActButton } from '../ui/act-button.tsx';
import { Arrived } from '../ui/arrived.tsx';
import { CopyText } from '../ui/copy-text.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import type { Webhook } from './webhook-words.ts';

type Props = { readonly webhook?: Webhook; readonly onDone: () => void };

export function WebhookForm({ webhook, onDone }: Props) {
  const client = useQueryClient();
  const [name, setName] = useState(webhook?.name ?? '');
  const [url, setUrl] = useState(webhook?.url ?? 'https://');
  const saving = useMutation({
    mutationFn: async (): Promise<string | undefined> => {
      const body = { name, url };
      if (webhook === undefined) return (await call('webhook.create', { body })).secret;
      await call('webhook.update', { params: { webhookId: webhook.id }, body });
      return undefined;
    },
    onSuccess: async (secret) => {
      await client.invalidateQueries({ queryKey: ['webhooks'] });
      if (secret === undefined) onDone();
    },
    meta: { done: webhook === undefined ? `${name} is added` : `${name} is saved` },
  });
  if (saving.data !== undefined) return <ShownSecret secret={saving.data} onDone={onDone} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label="Name"
          description="How you call it."
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={fieldError(saving.error, 'name')}
          required
          data-autofocus
        />
        <TextInput
          label="Address"
          description="Where alarms are sent, such as https://pager.example/hooks. The reason of a break-glass goes there."
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
          error={fieldError(saving.error, 'url')}
          required
        />
        <ProblemBox error={saving.error} shownAt={['name', 'url']} />
        <ActButton type="submit" loading={saving.isPending}>
          {webhook === undefined ? 'Add' : 'Save'}
        </ActButton>
      </Stack>
    </form>
  );
}

/** The whole text, this once. */
export function ShownSecret({ secret, onDone }: { readonly secret: string; readonly onDone: () => void }) {
  return (
    <Arrived label="The secret of the webhook">
      <Text size="sm">
        Give it to the receiver: with it the receiver checks that a message is from here. It is shown this once.
      </Text>
      <CopyText label="secret" text={secret} />
      <Group justify="flex-end">
        <Button onClick={onDone}>I have kept it</Button>
      </Group>
    </Arrived>
  );
}
