// Finds some of many by their names: what is typed is searched by the server, so that nobody is out of reach for standing late in a list.
import { MultiSelect } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { type FinderKind, FINDERS } from './finders.ts';
import { ProblemBox } from './problem-box.tsx';
import { useFound, withChosen } from './use-found.ts';

type Props = {
  readonly kind: FinderKind;
  readonly label: string;
  readonly description: string;
  /** Their ids. */
  readonly value: readonly string[];
  readonly onChange: (ids: string[]) => void;
  readonly error?: ReactNode;
};

export function FindSeveral({ kind, label, description, value, onChange, error }: Props) {
  const [typed, setTyped] = useState('');
  const found = useFound(kind, typed, value);
  return (
    <>
      <ProblemBox error={found.error} />
      <MultiSelect
        label={label}
        description={description}
        placeholder={value.length === 0 ? FINDERS[kind].placeholder : ''}
        searchable
        searchValue={typed}
        onSearchChange={setTyped}
        data={withChosen(found)}
        // The server has searched already; what is chosen stands in the field, and not among what is offered.
        filter={({ options }) => options}
        hidePickedOptions
        nothingFoundMessage="Nobody and nothing is called like that"
        value={[...value]}
        onChange={onChange}
        error={error}
      />
    </>
  );
}
