// Who has which access to the organization: one list, searched and sorted here, and saved as CSV or JSON.
import { Badge, Group } from '@mantine/core';
import { call, type Reply } from '../api/client.ts';
import { Empty } from '../ui/empty.tsx';
import { type Column, optionsOf } from '../ui/list/column.ts';
import { WholeTable } from '../ui/list/whole-table.tsx';
import { Page } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import { FLAGS, flagWords, KINDS, wordOf } from './review-words.ts';

type Access = Reply<'access_report.get'>['items'][number];

const columns: readonly Column<Access>[] = [
  { title: 'Whose', text: ({ holder }) => holder },
  { title: 'Address', text: ({ email }) => email ?? '' },
  { title: 'What', text: ({ kind }) => wordOf(kind) },
  { title: 'Which', text: ({ title }) => title },
  {
    title: 'Look at',
    text: ({ flags }) => flagWords(flags),
    show: ({ flags }) => (
      <Group gap={4}>
        {flags.map((flag) => (
          <Badge key={flag} color="gray">
            {flag.replaceAll('_', ' ')}
          </Badge>
        ))}
      </Group>
    ),
  },
  { title: 'Gives', text: ({ gives }) => gives.join(', ') },
  { title: 'Since', text: ({ grantedAt }) => grantedAt, show: ({ grantedAt }) => <Time at={grantedAt} /> },
  {
    title: 'Last used',
    text: ({ lastUsedAt }) => lastUsedAt ?? '',
    show: ({ lastUsedAt }) => <Time at={lastUsedAt} />,
  },
  { title: 'Ends', text: ({ expiresAt }) => expiresAt ?? '', show: ({ expiresAt }) => <Time at={expiresAt} /> },
];

const filters = [
  { name: 'kind', label: 'What', options: Object.entries(KINDS).map(([value, label]) => ({ value, label })) },
  { name: 'flag', label: 'Look at', options: optionsOf(...FLAGS) },
];

export function AccessReport() {
  return (
    <Page
      title="Report of access"
      about="Everything that lets anybody do something in the organization, with its last use. Looking at it stands in the audit log."
    >
      <WholeTable
        name="Access"
        queryKey={['access_report.get']}
        load={async (signal, query) => {
          const { items, isWhole, ...about } = await call('access_report.get', { query }, signal);
          return { rows: items, isWhole, about };
        }}
        columns={columns}
        filters={filters}
        isJsonToo
        rowKey={({ kind, id }) => `${kind} ${id}`}
        empty={<Empty title="Nobody has access">That cannot be: you are looking at it.</Empty>}
      />
    </Page>
  );
}
