// Who was granted what in the organization: found, changed to another level, ended one by one or several at once.
import { useState } from 'react';
import { call } from '../api/client.ts';
import { useGranted } from '../api/granted.ts';
import { LEVELS } from '../api/levels.ts';
import { Empty } from '../ui/empty.tsx';
import { BulkActs } from '../ui/list/bulk-acts.tsx';
import { optionsOf } from '../ui/list/column.ts';
import { ServerTable, type ServerColumn } from '../ui/list/server-table.tsx';
import { Page } from '../ui/page.tsx';
import { EditGrant } from './edit-grant.tsx';
import { EndGrant } from './end-grant.tsx';
import { GrantActions } from './grant-row.tsx';
import { type Grant, GRANT_LISTS, grantColumns, nameOfObject } from './grant-words.tsx';

const columns: readonly ServerColumn<'grant.list'>[] = [
  { title: 'What', text: nameOfObject },
  { title: 'Kind', text: ({ object }) => object.kind.replaceAll('_', ' ') },
  ...grantColumns,
];

const filters = [
  { name: 'level', label: 'As', options: optionsOf(...LEVELS) },
  { name: 'objectId', label: 'On', find: 'object' },
  { name: 'memberId', label: 'To a member', find: 'member' },
  { name: 'teamId', label: 'To a team', find: 'team' },
  { name: 'projectId', label: 'To a project', find: 'project' },
] as const;

export function Grants() {
  const granted = useGranted();
  const [editing, setEditing] = useState<Grant>();
  const [ending, setEnding] = useState<Grant>();
  return (
    <Page title="Grants" about="Single objects that somebody may use beside what their role lets them do.">
      <ServerTable
        name="Grants"
        operation="grant.list"
        filters={filters}
        columns={columns}
        rowKey={({ id }) => id}
        bulk={(grants, clear) => (
          <BulkActs
            rows={grants}
            nameOf={(grant) => `${grant.to.name} on ${nameOfObject(grant)}`}
            lists={GRANT_LISTS}
            onDone={clear}
            acts={[
              {
                label: 'End them',
                operation: 'grant.end',
                level: grants.every(({ object }) => granted.get(object.id) === 'manager') ? 'manager' : undefined,
                about: 'They give nothing any more, at once.',
                run: ({ id }) => call('grant.end', { params: { grantId: id } }),
              },
            ]}
          />
        )}
        actions={(grant) => (
          <GrantActions
            grant={grant}
            level={granted.get(grant.object.id)}
            onEdit={() => setEditing(grant)}
            onEnd={() => setEnding(grant)}
          />
        )}
        empty={
          <Empty title="Nothing is granted">
            Grant a provider or a key with “Access” in its row: to a member, a team, a project or everybody.
          </Empty>
        }
      />
      <EditGrant grant={editing} onClose={() => setEditing(undefined)} />
      <EndGrant grant={ending} onClose={() => setEnding(undefined)} />
    </Page>
  );
}
