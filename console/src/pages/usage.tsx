// What was used, by whom: sums of the server, as bars whose numbers stand beside them.
import { Group, Progress, SegmentedControl, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import { downloadCsv } from '../ui/download-csv.ts';
import { Empty } from '../ui/empty.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';

type Group = 'model' | 'provider' | 'api_key' | 'user' | 'day';
type Item = Reply<'usage.sum'>['items'][number];

const GROUPS: readonly { readonly value: Group; readonly label: string }[] = [
  { value: 'model', label: 'Model' },
  { value: 'provider', label: 'Provider' },
  { value: 'api_key', label: 'Key' },
  { value: 'user', label: 'Person' },
  { value: 'day', label: 'Day' },
];

const columns = [
  { title: 'Group', text: (item: Item) => item.group ?? '' },
  { title: 'Calls', text: (item: Item) => String(item.calls) },
  { title: 'Failures', text: (item: Item) => String(item.failures) },
  { title: 'Tokens in', text: (item: Item) => String(item.inputTokens) },
  { title: 'Tokens out', text: (item: Item) => String(item.outputTokens) },
];

export function Usage() {
  const [groupBy, setGroupBy] = useState<Group>('model');
  const usage = useQuery({
    queryKey: ['usage', groupBy],
    queryFn: ({ signal }) => call('usage.sum', { query: { groupBy } }, signal),
    placeholderData: (before) => before,
  });
  const items = usage.data?.items ?? [];
  return (
    <Page
      title="Usage"
      about="The last 30 days. Numbers that a provider did not give are estimates."
      actions={
        <Group>
          <SegmentedControl
            aria-label="Sum by"
            data={GROUPS.map(({ value, label }) => ({ value, label }))}
            value={groupBy}
            onChange={(value) => setGroupBy(value)}
          />
          <Button variant="default" onClick={() => downloadCsv('usage', columns, items)}>
            CSV
          </Button>
        </Group>
      }
    >
      <ProblemBox error={usage.error} />
      {usage.isPending ? <Loading height={240} /> : null}
      {usage.data !== undefined && items.length === 0 ? (
        <Empty
          title="No call yet"
          action={
            <Button component={Link} to="/keys">
              Make a key
            </Button>
          }
        >
          Calls of models through this server are summed here, by model, provider, key, person and day.
        </Empty>
      ) : null}
      {items.length > 0 ? <Bars items={items} /> : null}
    </Page>
  );
}

function Bars({ items }: { readonly items: readonly Item[] }) {
  const most = Math.max(1, ...items.map(({ calls }) => calls));
  return (
    <Table.ScrollContainer minWidth={520} type="native">
      <Table aria-label="Usage">
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ title }, at) => (
              <Table.Th key={title} ta={at === 0 ? 'left' : 'right'}>
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
                  <Text size="sm">{item.group ?? 'none'}</Text>
                  <Progress value={(item.calls / most) * 100} size="xs" aria-hidden="true" />
                </Stack>
              </Table.Td>
              {columns.slice(1).map(({ title, text }) => (
                <Table.Td key={title} className="number">
                  {Number(text(item)).toLocaleString()}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
