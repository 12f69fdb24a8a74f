// Your name, as everybody sees it who is in an organization with you.
import { Group, TextInput } from '@mantine/core';
import { ActButton } from '../ui/act-button.tsx';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import { fieldError, isProblem } from '../api/problem.ts';
import { Section } from '../ui/page.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';

export function AccountName({ account }: { readonly account: Reply<'account.get'> }) {
  const client = useQueryClient();
  const [typed, setTyped] = useState<string>();
  const again = () =>
    Promise.all([['account'], ['session'], ['member.list']].map((queryKey) => client.invalidateQueries({ queryKey })));
  const saving = useMutation({
    mutationFn: (name: string) => call('account.update', { body: { name }, version: account.version }),
    onSuccess: async () => {
      await again();
      setTyped(undefined);
    },
    onError: async (error) => {
      // Somebody else's hand, or another tab's: what is there now stands beside what was typed.
      if (isProblem(error, 'resource.changed')) await again();
    },
    meta: { done: 'Your name is changed' },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate(typed ?? account.name);
  };
  return (
    <Section title="Name" about="Whoever is in an organization with you sees it.">
      <form onSubmit={submit}>
        <Group align="flex-end">
          <TextInput
            label="Your name"
            value={typed ?? account.name}
            onChange={(event) => setTyped(event.currentTarget.value)}
            error={fieldError(saving.error, 'name')}
            autoComplete="name"
            maxLength={100}
            w={300}
            required
          />
          <ActButton type="submit" variant="default" loading={saving.isPending}>
            Save
          </ActButton>
        </Group>
      </form>
      <ProblemBox error={saving.error} shownAt={['name']} />
    </Section>
  );
}
