// Finds one of many by its name: what is typed is searched by the server.
import { Select } from '@mantine/core';
import { useState } from 'react';
import { type FinderKind, FINDERS } from './finders.ts';
import { ProblemBox } from './problem-box.tsx';
import { useFound, withChosen } from './use-found.ts';

type Props = {
  readonly kind: FinderKind;
  readonly label: string;
  /** Its id; null for none. */
  readonly value: string | null;
  readonly onChange: (id: string | null) => void;
  /** Ids of people who are not offered. */
  readonly except?: readonly string[];
};

export function FindOne({ kind, label, value, onChange, except = [] }: Props) {
  const [typed, setTyped] = useState('');
  const found = useFound(kind, typed, value === null ? [] : [value]);
  return (
    <>
      <ProblemBox error={found.error} />
      <Select
        label={label}
        placeholder={FINDERS[kind].placeholder}
        searchable
        searchValue={typed}
        onSearchChange={setTyped}
        data={withChosen(found).filter(({ userId }) => userId === undefined || !except.includes(userId))}
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
