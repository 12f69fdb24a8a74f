// The audit log of the organization, newest first, and the proof that nothing of it was changed.
import { Badge, Button, Code, Modal, Stack, Text } from '@mantine/core';
import { Notice } from '../ui/notice.tsx';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import { optionsOf } from '../ui/list/column.ts';
import { type RowOf, ServerTable, type ServerColumn } from '../ui/list/server-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { MayButton } from '../ui/may.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { Time } from '../ui/time.tsx';

type Entry = RowOf<'audit.list'>;

const COLORS = { allowed: 'green', denied: 'orange', failed: 'red' } as const;

const columns: readonly ServerColumn<'audit.list'>[] = [
  { title: 'No.', text: ({ sequence }) => String(sequence), isNumber: true, sort: 'sequence' },
  { title: 'When', text: ({ at }) => at, show: ({ at }) => <Time at={at} /> },
  { title: 'What', text: ({ action }) => action },
  {
    title: 'Outcome',
    text: ({ outcome }) => outcome,
    show: ({ outcome }) => <Badge color={COLORS[outcome]}>{outcome}</Badge>,
  },
  { title: 'Who', text: ({ actor }) => whoOf(actor) },
];

const filters = [
  { name: 'outcome', label: 'Outcome', options: optionsOf('allowed', 'denied', 'failed') },
  { name: 'action', label: 'What', example: 'api_key.created' },
  { name: 'user', label: 'Who', find: 'person' },
  { name: 'from', label: 'From', day: 'from' },
  { name: 'until', label: 'Until', day: 'until' },
] as const;

/** Ids only: the log names nobody. */
function whoOf(actor: Entry['actor']): string {
  const { kind, user, id } = actor;
  return [kind, user ?? id].filter((part) => typeof part === 'string' && part !== '-').join(' ');
}

export function Audit() {
  const [open, setOpen] = useState<Entry>();
  const verifying = useMutation({
    mutationFn: () => call('audit.list', { query: { verify_chain: 'true', limit: 1 } }),
    meta: { done: null },
  });
  return (
    <Page
      title="Audit log"
      about="What was done, refused and failed. Each entry is chained to the one before, and all stand in one signed tree."
      actions={
        <MayButton operation="audit.checkpoint" loading={verifying.isPending} onClick={() => verifying.mutate()}>
          Verify the chain
        </MayButton>
      }
    >
      <ProblemBox error={verifying.error} />
      {verifying.data === undefined ? null : <Verified reply={verifying.data} />}
      <ServerTable
        name="Audit log"
        operation="audit.list"
        filters={filters}
        columns={columns}
        rowKey={({ eventId }) => eventId}
        actions={(entry) => (
          <Button
            size="compact-sm"
            variant="subtle"
            onClick={() => setOpen(entry)}
            aria-label={`Open entry ${String(entry.sequence)}`}
          >
            Open
          </Button>
        )}
        empty={
          <Empty title="Nothing is on record yet">
            Whatever is done in the organization appears here within seconds.
          </Empty>
        }
      />
      <Modal
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        title={`Entry ${String(open?.sequence ?? '')}`}
        size="lg"
      >
        <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {JSON.stringify(open, undefined, 2)}
        </Code>
      </Modal>
    </Page>
  );
}

function Verified({ reply }: { readonly reply: Reply<'audit.list'> }) {
  const isWhole = reply.chain_valid === true;
  return (
    <Notice tone={isWhole ? 'green' : 'red'} title={isWhole ? 'The chain is whole' : 'The chain is broken'}>
      <Stack gap={4}>
        <Text size="sm">
          {isWhole
            ? `Verified up to entry ${String(reply.verified_through ?? 0)}; ${String(reply.tree_size ?? 0)} entries in the signed tree.`
            : `${reply.fault?.reason ?? 'unknown'} at entry ${String(reply.fault?.at ?? 0)}.`}
        </Text>
      </Stack>
    </Notice>
  );
}
