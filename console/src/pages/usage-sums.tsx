// Usage by what it was for: sums of the period with the most calls first, as bars whose numbers stand beside them.
import { Button, Code, Group, Progress, SegmentedControl, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import { downloadCsv } from '../ui/download-csv.ts';
import { Loading } from '../ui/loading.tsx';
import { Section } from '../ui/page.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import type { Sum } from './usage-period.ts';

const GROUPS = [
  { value: 'model', label: 'Model' },
  { value: 'provider', label: 'Provider' },
  { value: 'api_key', label: 'Key' },
  { value: 'user', label: 'Person' },
] as const;
type Grouping = (typeof GROUPS)[number]['value'];

const numbers = [
  { title: 'Calls', text: ({ calls }: Sum) => String(calls) },
  { title: 'Failures', text: ({ failures }: Sum) => String(failures) },
  { title: 'Tokens in', text: ({ inputTokens }: Sum) => String(inputTokens) },
  { title: 'Tokens out', text: ({ outputTokens }: Sum) => String(outputTokens) },
];
const csvColumns = [
  { title: 'Name', text: ({ name }: Sum) => name ?? '' },
  { title: 'Group', text: ({ group }: Sum) => group ?? '' },
  ...numbers,
];

export function UsageSums({ from }: { readonly from: string }) {
  const [groupBy, setGroupBy] = useState<Grouping>('model');
  const usage = useQuery({
    queryKey: ['usage', groupBy, from],
    queryFn: ({ signal }) => call('usage.sum', { query: { groupBy, from } }, signal),
  });
  const label = GROUPS.find(({ value }) => value === groupBy)?.label ?? '';
  return (
    <Section
      title="By what it was for"
      actions={
        <Group gap="sm">
          <SegmentedControl
            aria-label="Sum by"
            data={GROUPS.map(({ value, label: text }) => ({ value, label: text }))}
            value={groupBy}
            onChange={(value) => setGroupBy(value)}
          />
          <Button
            variant="default"
            aria-label="CSV of the sums"
            disabled={usage.data === undefined}
            onClick={() => downloadCsv(`usage by ${label}`, csvColumns, usage.data?.items ?? [])}
          >
            CSV
          </Button>
        </Group>
      }
    >
      <ProblemBox error={usage.error} />
      {usage.isPending ? <Loading height={160} /> : null}
      {usage.data === undefined ? null : <Bars label={label} reply={usage.data} />}
    </Section>
  );
}

function Bars({ label, reply }: { readonly label: string; readonly reply: Reply<'usage.sum'> }) {
  const { items, isWhole } = reply;
  const most = Math.max(1, ...items.map(({ calls }) => calls));
  return (
    <Stack gap="xs">
      <Table.ScrollContainer minWidth={520} type="native" tabIndex={0} role="region" aria-label="Usage in sums">
        <Table aria-label={`Usage by ${label.toLowerCase()}`}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{label}</Table.Th>
              {numbers.map(({ title }) => (
                <Table.Th key={title} ta="right">
                  {title}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((item) => (
              <Table.Tr key={item.group ?? ''}>
                <Table.Td>
                  <Stack gap={4}>
                    <Name item={item} hasIds={label !== 'Model'} />
                    <Progress value={(item.calls / most) * 100} size="xs" aria-hidden="true" />
                  </Stack>
                </Table.Td>
                {numbers.map(({ title, text }) => (
                  <Table.Td key={title} className="number">
                    {Number(text(item)).toLocaleString()}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {isWhole ? null : (
        <Text size="sm" c="dimmed">
          The {items.length.toLocaleString()} with the most calls; there are more.
        </Text>
      )}
    </Stack>
  );
}

function Name({ item, hasIds }: { readonly item: Sum; readonly hasIds: boolean }) {
  if (item.group === null) return <Text size="sm">Without a key, in a session</Text>;
  if (item.name !== null || !hasIds) return <Text size="sm">{item.name ?? item.group}</Text>;
  // What is gone, or not for this person to see, is known by its id alone.
  return (
    <Text size="sm">
      <Code>{item.group}</Code>
    </Text>
  );
}
