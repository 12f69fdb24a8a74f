// Finds one of many by its name: what is typed is searched by the server.
import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../api/client.ts';
import { ProblemBox } from './problem-box.tsx';

const PAUSE_MS = 250;
const FOUND_MAX = 20;

type Found = { readonly value: string; readonly label: string; readonly userId?: string };

const FINDERS = {
  member: async (search: string, signal: AbortSignal) =>
    (await call('member.list', { query: { search, limit: FOUND_MAX } }, signal)).items.map(({ id, name, email }) => ({
      value: id,
      label: `${name} · ${email}`,
    })),
  /** Who can answer for keys of the organization: active, and no guest. */
  successor: async (search: string, signal: AbortSignal) =>
    (await call('member.list', { query: { search, status: 'active', limit: FOUND_MAX } }, signal)).items
      .filter(({ role }) => role !== 'guest')
      .map(({ id, userId, name, email }) => ({ value: id, label: `${name} · ${email}`, userId })),
  team: async (search: string, signal: AbortSignal) =>
    named(await call('team.list', { query: { search, limit: FOUND_MAX } }, signal)),
  project: async (search: string, signal: AbortSignal) =>
    named(await call('project.list', { query: { search, limit: FOUND_MAX } }, signal)),
} as const;

function named({ items }: { readonly items: readonly { readonly id: string; readonly name: string }[] }) {
  return items.map(({ id, name }) => ({ value: id, label: name }));
}

const PLACEHOLDERS = {
  member: 'Name or e-mail address',
  successor: 'Name or e-mail address',
  team: 'Name of a team',
  project: 'Name of a project',
} as const;

type Props = {
  readonly kind: keyof typeof FINDERS;
  readonly label: string;
  /** Its id; null for none. */
  readonly value: string | null;
  readonly onChange: (id: string | null) => void;
  /** Ids of people who are not offered. */
  readonly except?: readonly string[];
};

export function FindOne({ kind, label, value, onChange, except = [] }: Props) {
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed, PAUSE_MS);
  const found = useQuery({
    queryKey: [`${kind}.list`, 'to choose', search],
    queryFn: ({ signal }): Promise<readonly Found[]> => FINDERS[kind](search.slice(0, 100), signal),
    placeholderData: (before) => before,
  });
  return (
    <>
      <ProblemBox error={found.error} />
      <Select
        label={label}
        placeholder={PLACEHOLDERS[kind]}
        searchable
        searchValue={typed}
        onSearchChange={setTyped}
        data={(found.data ?? []).filter(({ userId }) => userId === undefined || !except.includes(userId))}
        // The server has searched already.
        filter={({ options }) => options}
        nothingFoundMessage="Nobody and nothing is called like that"
        value={value}
        onChange={onChange}
        w={340}
        maw="100%"
      />
    </>
  );
}
