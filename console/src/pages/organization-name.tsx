// The name of the organization, as everybody in it sees it.
import { Group, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../api/client.ts';
import { fieldError } from '../api/problem.ts';
import { Loading } from '../ui/loading.tsx';
import { MayButton } from '../ui/may.tsx';
import { Section } from '../ui/page.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';

export function OrganizationName() {
  const client = useQueryClient();
  const organization = useQuery({
    queryKey: ['organization'],
    queryFn: ({ signal }) => call('organization.get', {}, signal),
  });
  const [typed, setTyped] = useState<string>();
  const saving = useMutation({
    mutationFn: (name: string) => call('organization.update', { body: { name } }),
    onSuccess: async () => {
      setTyped(undefined);
      await client.invalidateQueries();
    },
    meta: { done: 'The organization is renamed' },
  });
  if (organization.data === undefined)
    return organization.error === null ? <Loading height={120} /> : <ProblemBox error={organization.error} />;
  const { name, slug } = organization.data;
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
      <ProblemBox error={saving.error} />
    </Section>
  );
}
