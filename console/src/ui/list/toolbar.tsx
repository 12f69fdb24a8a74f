// What is asked of a list: words, filters, and the way out as a file.
import { Button, Group, Text, VisuallyHidden } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { FILE_ROWS_MAX } from '../../api/load-all.ts';
import { downloadCsv } from '../download-csv.ts';
import { downloadJson } from '../download-json.ts';
import type { Column, Filter, ListSource } from './column.ts';
import { FilterField } from './filter-field.tsx';
import { LateText } from './late-text.tsx';

type Props<Row> = {
  readonly name: string;
  readonly source: ListSource<Row>;
  readonly columns: readonly Column<Row>[];
  readonly filters: readonly Filter[];
};

export function Toolbar<Row>({ name, source, columns, filters }: Props<Row>) {
  const { asked, ask, toJson } = source;
  return (
    <Group justify="space-between" gap="sm">
      <Group gap="xs">
        <LateText
          type="search"
          label={`Search ${name}`}
          placeholder="Search"
          asked={asked['search'] ?? ''}
          onAsk={(search) => ask({ search })}
        />
        {filters.map((filter) => (
          <FilterField
            key={filter.name}
            filter={filter}
            value={asked[filter.name] ?? ''}
            onAsk={(value) => ask({ [filter.name]: value })}
          />
        ))}
      </Group>
      <Group gap="xs">
        <Count source={source} />
        <Csv name={name} source={source} columns={columns} />
        {toJson === undefined ? null : (
          <Button variant="default" onClick={() => downloadJson(name, toJson())}>
            JSON
          </Button>
        )}
      </Group>
    </Group>
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
          The file does not have all of it, but {FILE_ROWS_MAX.toLocaleString()} rows at most; ask for less, or use the
          API.
        </Text>
      ) : null}
      <Button variant="default" disabled={saving.isPending} onClick={() => saving.mutate()}>
        {count === undefined ? 'CSV' : `CSV: ${count.toLocaleString()} rows`}
      </Button>
    </>
  );
}
