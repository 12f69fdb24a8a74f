// Choosing the members for whom a service key acts.
import { MultiSelect } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { call } from '../api/client.ts';

type Props = {
  readonly value: string[];
  readonly onChange: (value: string[]) => void;
  readonly error: ReactNode;
  /** A key that acts for people goes on to need one of them, also when none is left. */
  readonly isChanging?: true;
};

export const membersForKeys = queryOptions({
  queryKey: ['member.list', 'for keys'],
  queryFn: ({ signal }) => call('member.list', { query: { limit: 200, sort: 'name' } }, signal),
});

export function KeyPeople({ value, onChange, error, isChanging }: Props) {
  const members = useQuery(membersForKeys);
  const data = (members.data?.items ?? []).map(({ userId, name, email }) => ({
    value: userId,
    label: `${name} (${email})`,
  }));
  return (
    <MultiSelect
      label="Acts for"
      description={
        isChanging === true
          ? 'Each call names one of them. With nobody in the list the key does nothing.'
          : 'Each call names one of them. Leave it empty for a key that acts for nobody.'
      }
      data={data}
      value={value}
      onChange={onChange}
      error={error}
      searchable
      nothingFoundMessage="No such member"
    />
  );
}
