// A new secret for a webhook: how long the one before signs too, and the new one, shown once.
import { NumberInput, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../api/client.ts';
import { fieldError } from '../api/problem.ts';
import { ActButton } from '../ui/act-button.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { ShownSecret } from './webhook-form.tsx';
import type { Webhook } from './webhook-words.ts';

export function WebhookRotation({ webhook, onDone }: { readonly webhook: Webhook; readonly onDone: () => void }) {
  const client = useQueryClient();
  const [hours, setHours] = useState<number | string>(24);
  const rotating = useMutation({
    mutationFn: () =>
      call('webhook.rotate', { params: { webhookId: webhook.id }, body: { overlapHours: Number(hours) } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['webhooks'] }),
    meta: { done: `${webhook.name} has a new secret` },
  });
  if (rotating.data !== undefined) return <ShownSecret secret={rotating.data.secret} onDone={onDone} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rotating.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">
          Messages are signed with both secrets for a while, so that the receiver can change in its own time.
        </Text>
        <NumberInput
          label="Hours that the old secret signs too"
          description="0 when others have seen it."
          value={hours}
          onChange={setHours}
          min={0}
          max={168}
          error={fieldError(rotating.error, 'overlapHours')}
          required
          data-autofocus
        />
        <ProblemBox error={rotating.error} shownAt={['overlapHours']} />
        <ActButton type="submit" loading={rotating.isPending}>
          Make a new secret
        </ActButton>
      </Stack>
    </form>
  );
}
