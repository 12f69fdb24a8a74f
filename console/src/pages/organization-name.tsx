// The name of the organization, as everybody in it sees it.
import { Group, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../api/client.ts';
import { sessionQuery } from '../api/session.ts';
import { fieldError } from '../api/problem.ts';
import { MayButton } from '../ui/may.tsx';
import { Section } from '../ui/page.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';

export function OrganizationName() {
  const client = useQueryClient();
  const organization = useQuery({
    queryKey: ['organization'],
    queryFn: ({ signal }) => call('organization.get', {}, signal),
  });
  const session = useQuery(sessionQuery).data;
  const [typed, setTyped] = useState<string>();
  const saving = useMutation({
    mutationFn: (name: string) => call('organization.update', { body: { name } }),
    onSuccess: async () => {
      setTyped(undefined);
      await client.invalidateQueries();
    },
    meta: { done: 'The organization is renamed' },
  });
  // The session knows both already, from when it was last asked.
  const { name, slug } = organization.data ?? session?.organization ?? { name: '', slug: '' };
  return (
    <Section title="Organization" about={`Its short name, ${slug}, stands in addresses and stays as it is.`}>
      <Group align="flex-end">
        <TextInput
          label="Name of the organization"
          value={typed ?? name}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={fieldError(saving.error, 'name')}
          w={300}
        />
        <MayButton
          operation="organization.update"
          variant="default"
          loading={saving.isPending}
          onClick={() => saving.mutate(typed ?? name)}
        >
          Rename
        </MayButton>
      </Group>
      <ProblemBox error={organization.error ?? saving.error} />
    </Section>
  );
}
