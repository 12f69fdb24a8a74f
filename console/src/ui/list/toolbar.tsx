// What is asked of a list: words, filters, and the way out as a file.
import { Button, Group, NativeSelect, Text, TextInput, VisuallyHidden } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { FILE_ROWS_MAX } from '../../api/load-all.ts';
import { downloadCsv } from '../download-csv.ts';
import type { Column, Filter, ListSource } from './column.ts';

type Props<Row> = {
  readonly name: string;
  readonly source: ListSource<Row>;
  readonly columns: readonly Column<Row>[];
  readonly filters: readonly Filter[];
};

/** Milliseconds without a keystroke after which a search is asked. */
const PAUSE_MS = 250;

export function Toolbar<Row>({ name, source, columns, filters }: Props<Row>) {
  const { asked, ask } = source;
  return (
    <Group justify="space-between" gap="sm">
      <Group gap="xs">
        <Search name={name} asked={asked['search'] ?? ''} onAsk={(search) => ask({ search })} />
        {filters.map((filter) => (
          <NativeSelect
            key={filter.name}
            aria-label={filter.label}
            value={asked[filter.name] ?? ''}
            onChange={(event) => ask({ [filter.name]: event.currentTarget.value })}
            data={[{ value: '', label: `${filter.label}: any` }, ...filter.options]}
          />
        ))}
      </Group>
      <Group gap="xs">
        <Count source={source} />
        <Csv name={name} source={source} columns={columns} />
      </Group>
    </Group>
  );
}

/** Typing waits for a pause; what the address says otherwise (the way back, “Show all”) stands there at once. */
function Search({ name, asked, onAsk }: { name: string; asked: string; onAsk: (search: string) => void }) {
  const [text, setText] = useState(asked);
  useEffect(() => setText(asked), [asked]);
  useEffect(() => {
    if (text === asked) return;
    const pause = setTimeout(() => onAsk(text), PAUSE_MS);
    return () => clearTimeout(pause);
  }, [text]);
  return (
    <TextInput
      type="search"
      aria-label={`Search ${name}`}
      placeholder="Search"
      maxLength={100}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      w={220}
    />
  );
}

/** Heard when it changes, and seen by nobody who sees the rows. */
function Count<Row>({ source: { rows, more, isPending, isUpdating } }: { readonly source: ListSource<Row> }) {
  const found = `${String(rows.length)}${more === undefined ? '' : ' or more'} found`;
  const text = isPending ? 'Loading' : isUpdating ? '' : found;
  return (
    <VisuallyHidden role="status" aria-live="polite">
      {text}
    </VisuallyHidden>
  );
}

function Csv<Row>({ name, source, columns }: Omit<Props<Row>, 'filters'>) {
  const [count, setCount] = useState<number>();
  const saving = useMutation({
    mutationFn: async () => {
      const { rows, isWhole } = await source.loadAll(setCount);
      downloadCsv(name, columns, rows);
      return isWhole;
    },
    onSettled: () => setCount(undefined),
    meta: { done: 'The list is saved as CSV' },
  });
  return (
    <>
      {saving.error === null ? null : (
        <Text size="sm" c="red" role="alert">
          The file was not made: {saving.error.message}
        </Text>
      )}
      {saving.data === false ? (
        <Text size="sm" role="alert">
          The file has the first {FILE_ROWS_MAX.toLocaleString()} rows only; search for less, or use the API.
        </Text>
      ) : null}
      <Button variant="default" disabled={saving.isPending} onClick={() => saving.mutate()}>
        {count === undefined ? 'CSV' : `CSV: ${count.toLocaleString()} rows`}
      </Button>
    </>
  );
}
