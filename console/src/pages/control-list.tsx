// Every promise with its verdict: searched, held to one verdict, saved, and opened for what it rests on.
import { Accordion, Badge, Button, Group, Stack, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { Empty } from '../ui/empty.tsx';
import { arrange } from '../ui/list/arrange.ts';
import { useAskedHere } from '../ui/list/asked-here.ts';
import { type Column, type Filter, type ListSource, optionsOf } from '../ui/list/column.ts';
import { Toolbar } from '../ui/list/toolbar.tsx';
import { type Control, ControlDetails } from './control-details.tsx';

type Verdict = Control['verdict'];

const COLORS: Readonly<Record<Verdict, string>> = {
  pass: 'green',
  fail: 'red',
  error: 'orange',
  unknown: 'yellow',
  manual: 'blue',
  not_applicable: 'gray',
};
/** What needs a look stands first. */
const ORDER: readonly Verdict[] = ['fail', 'error', 'unknown', 'manual', 'pass', 'not_applicable'];

const columns: readonly Column<Control>[] = [
  { title: 'Id', text: ({ id }) => id },
  { title: 'Promise', text: ({ title }) => title },
  { title: 'Verdict', text: ({ verdict }) => verdict },
  { title: 'Severity', text: ({ severity }) => severity },
  {
    title: 'Findings',
    text: ({ findings }) => findings.map(({ subject, observed }) => `${subject}: ${observed}`).join('; '),
  },
  { title: 'What mends it', text: ({ remedy }) => remedy },
];
const filters: readonly Filter[] = [
  { name: 'verdict', label: 'Verdict', options: optionsOf(...ORDER) },
  { name: 'severity', label: 'Severity', options: optionsOf('critical', 'high', 'medium', 'low') },
];

const sortable = columns.map((column) => ({ ...column, sort: column.title }));

/** A list that is here as a whole; its rows open in place. */
function useControls(controls: readonly Control[]): ListSource<Control> {
  const [asked, ask] = useAskedHere();
  const rows = useMemo(() => {
    const kept = controls.filter(
      ({ verdict, severity }) =>
        [undefined, '', verdict].includes(asked['verdict']) && [undefined, '', severity].includes(asked['severity']),
    );
    const ordered = kept.toSorted((one, other) => ORDER.indexOf(one.verdict) - ORDER.indexOf(other.verdict));
    return arrange(ordered, sortable, asked['search'] ?? '', undefined);
  }, [controls, asked]);
  return {
    rows,
    isPending: false,
    isUpdating: false,
    error: null,
    asked,
    ask,
    more: undefined,
    loadAll: async () => ({ rows, isWhole: true }),
  };
}

export function ControlList({ controls }: { readonly controls: readonly Control[] }) {
  const source = useControls(controls);
  const [open, setOpen] = useState<string[]>([]);
  const showAll = () => source.ask({ search: '', verdict: '', severity: '' });
  return (
    <Stack gap="sm">
      <Toolbar name="Controls" source={source} columns={columns} filters={filters} />
      {source.rows.length === 0 ? (
        <Empty
          title="No promise is like that"
          action={
            <Button variant="default" onClick={showAll}>
              Show all
            </Button>
          }
        >
          Search for an id such as TN1, or for a word of the promise.
        </Empty>
      ) : (
        <Accordion multiple value={open} onChange={setOpen} variant="contained" order={2} className="dense">
          {source.rows.map((control) => (
            <One key={control.id} control={control} isOpen={open.includes(control.id)} />
          ))}
        </Accordion>
      )}
    </Stack>
  );
}

function One({ control, isOpen }: { readonly control: Control; readonly isOpen: boolean }) {
  return (
    <Accordion.Item value={control.id}>
      <Accordion.Control>
        <Group gap="sm" wrap="nowrap" className="promise">
          <Badge color={COLORS[control.verdict]} w={126} className="verdict">
            {control.verdict.replaceAll('_', ' ')}
          </Badge>
          <Text size="sm" fw={600} span w={44}>
            {control.id}
          </Text>
          <Text size="sm" span>
            {control.title}
          </Text>
        </Group>
      </Accordion.Control>
      <Accordion.Panel>{isOpen ? <ControlDetails control={control} /> : null}</Accordion.Panel>
    </Accordion.Item>
  );
}
