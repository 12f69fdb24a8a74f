// Who was granted what in the organization: found, changed to another level, ended one by one or several at once.
import { Group, NativeSelect } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../api/client.ts';
import { type Level, LEVELS } from '../api/levels.ts';
import { Empty } from '../ui/empty.tsx';
import { BulkActs } from '../ui/list/bulk-acts.tsx';
import { optionsOf } from '../ui/list/column.ts';
import { ServerTable, type ServerColumn } from '../ui/list/server-table.tsx';
import { MayButton } from '../ui/may.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { EndGrant } from './end-grant.tsx';
import { type Grant, GRANT_LISTS, grantColumns, useGrantsChanged } from './grant-words.tsx';

const columns: readonly ServerColumn<'grant.list'>[] = [
  { title: 'What', text: ({ object }) => object.name ?? object.id },
  { title: 'Kind', text: ({ object }) => object.kind.replaceAll('_', ' ') },
  ...grantColumns,
];

const filters = [{ name: 'level', label: 'As', options: optionsOf(...LEVELS) }] as const;

export function Grants() {
  const changed = useGrantsChanged();
  const [ending, setEnding] = useState<Grant>();
  const changing = useMutation({
    mutationFn: async ({ grant, level }: { readonly grant: Grant; readonly level: Level }) => {
      await call('grant.update', { params: { grantId: grant.id }, body: { level } });
      await changed();
    },
    meta: { done: 'The grant is changed' },
  });
  return (
    <Page title="Grants" about="Single objects that somebody may use beside what their role lets them do.">
      <ProblemBox error={changing.error} />
      <ServerTable
        name="Grants"
        operation="grant.list"
        filters={filters}
        columns={columns}
        rowKey={({ id }) => id}
        bulk={(grants, clear) => (
          <BulkActs
            rows={grants}
            nameOf={({ to, object }) => `${to.name} on ${object.name ?? object.id}`}
            lists={GRANT_LISTS}
            onDone={clear}
            acts={[
              {
                label: 'End them',
                operation: 'grant.end',
                level: 'manager',
                about: 'They give nothing any more, at once.',
                run: ({ id }) => call('grant.end', { params: { grantId: id } }),
              },
            ]}
          />
        )}
        actions={(grant) => (
          <Group gap={4} wrap="nowrap" justify="flex-end">
            <NativeSelect
              size="xs"
              aria-label={`Level of ${grant.to.name} on ${grant.object.name ?? grant.object.id}`}
              data={[...LEVELS]}
              value={grant.level}
              onChange={(event) => changing.mutate({ grant, level: event.currentTarget.value as Level })}
            />
            <MayButton
              operation="grant.end"
              level="manager"
              size="compact-sm"
              variant="subtle"
              color="red"
              aria-label={`End the grant to ${grant.to.name} on ${grant.object.name ?? grant.object.id}`}
              onClick={() => setEnding(grant)}
            >
              End
            </MayButton>
          </Group>
        )}
        empty={
          <Empty title="Nothing is granted">
            Grant a provider or a key with “Access” in its row: to a member, a team, a project or everybody.
          </Empty>
        }
      />
      <EndGrant grant={ending} onClose={() => setEnding(undefined)} />
    </Page>
  );
}
