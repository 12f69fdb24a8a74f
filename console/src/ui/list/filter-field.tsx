// One filter of a list: a few words to choose from, one of many found by the server, a word of one's own, or a day.
import { NativeSelect, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { isDay } from '../day.ts';
import type { FinderKind } from '../finders.ts';
import { useFound, withChosen } from '../use-found.ts';
import type { Filter } from './column.ts';
import { LateText } from './late-text.tsx';

type Props = {
  readonly filter: Filter;
  /** Empty for none. */
  readonly value: string;
  readonly onAsk: (value: string) => void;
};

export function FilterField({ filter, value, onAsk }: Props) {
  const { label } = filter;
  if ('options' in filter)
    return (
      <NativeSelect
        aria-label={label}
        value={value}
        onChange={(event) => onAsk(event.currentTarget.value)}
        data={[{ value: '', label: `${label}: any` }, ...filter.options]}
      />
    );
  if ('find' in filter) return <FindFilter kind={filter.find} label={label} value={value} onAsk={onAsk} />;
  if ('day' in filter) return <DayFilter label={label} value={value} onAsk={onAsk} />;
  return <LateText type="text" label={label} placeholder={`${label}: ${filter.example}`} asked={value} onAsk={onAsk} />;
}

type FindProps = Omit<Props, 'filter'> & { readonly kind: FinderKind; readonly label: string };

function FindFilter({ kind, label, value, onAsk }: FindProps) {
  const [typed, setTyped] = useState('');
  const [isWanted, setWanted] = useState(false);
  const found = useFound(kind, typed, value === '' ? [] : [value], isWanted);
  return (
    <Select
      aria-label={label}
      placeholder={`${label}: any`}
      searchable
      clearable
      searchValue={typed}
      onSearchChange={(text) => {
        setTyped(text);
        // With the keyboard alone: what is taken out of the field is asked for no more.
        if (text === '' && value !== '') onAsk('');
      }}
      onDropdownOpen={() => setWanted(true)}
      data={withChosen(found)}
      // The server has searched already.
      filter={({ options }) => options}
      nothingFoundMessage={found.error === null ? 'Nobody and nothing is called like that' : found.error.message}
      value={value === '' ? null : value}
      onChange={(chosen) => onAsk(chosen ?? '')}
      w={220}
    />
  );
}

/** A field of a date says a day when all of it is there, and nothing before. */
function DayFilter({ label, value, onAsk }: Omit<FindProps, 'kind'>) {
  return (
    <TextInput
      type="date"
      aria-label={label}
      leftSection={label}
      leftSectionWidth={56}
      value={isDay(value) ? value : ''}
      onChange={(event) => onAsk(event.currentTarget.value)}
      w={210}
    />
  );
}
