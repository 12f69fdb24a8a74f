// What is reviewed: searched, filtered, and decided about, one by one or many at once.
import { Badge, Button, Group } from '@mantine/core';
import { useState } from 'react';
import type { Reply } from '../api/client.ts';
import { Empty } from '../ui/empty.tsx';
import { optionsOf } from '../ui/list/column.ts';
import { ServerTable, type ServerColumn } from '../ui/list/server-table.tsx';
import { MayButton } from '../ui/may.tsx';
import { Time } from '../ui/time.tsx';
import type { ReviewItem } from './review-data.ts';
import { ReviewDecision } from './review-decision.tsx';
import { FLAGS, flagWords, KINDS, wordOf } from './review-words.ts';

const COLORS = { kept: 'green', revoked: 'red', gone: 'gray', unreviewed: 'yellow', exception: 'yellow' } as const;

const columns: readonly ServerColumn<'access_review.list_items'>[] = [
  { title: 'Whose', text: ({ holder }) => holder, sort: 'holder' },
  { title: 'What', text: ({ kind }) => wordOf(kind), sort: 'kind' },
  { title: 'Which', text: ({ title }) => title, sort: 'title' },
  { title: 'Look at', text: ({ flags }) => flagWords(flags) },
  {
    title: 'Last used',
    text: ({ lastUsedAt }) => lastUsedAt ?? '',
    show: ({ lastUsedAt }) => <Time at={lastUsedAt} />,
    sort: 'lastUsedAt',
  },
  {
    title: 'Decided',
    text: ({ outcome, note }) => [outcome ?? '', note ?? ''].filter((word) => word !== '').join(': '),
    show: ({ outcome, isYours }) =>
      outcome === null ? isYours ? 'your own' : '–' : <Badge color={COLORS[outcome]}>{outcome}</Badge>,
  },
  { title: 'Reason', text: ({ reason, note }) => reason ?? note ?? '' },
];

const filters = [
  {
    name: 'state',
    label: 'Decided',
    options: [
      { value: 'open', label: 'waits' },
      { value: 'done', label: 'done' },
    ],
  },
  { name: 'kind', label: 'What', options: Object.entries(KINDS).map(([value, label]) => ({ value, label })) },
  { name: 'flag', label: 'Look at', options: optionsOf(...FLAGS) },
] as const;

type Asked = {
  readonly items: readonly ReviewItem[];
  readonly decision: 'keep' | 'revoke';
  readonly clear: () => void;
};

export function ReviewItems({ review }: { readonly review: Reply<'access_review.get'> }) {
  const [asked, setAsked] = useState<Asked>();
  const isOpen = review.state === 'open';
  return (
    <>
      <ServerTable
        name="Items"
        operation="access_review.list_items"
        params={{ reviewId: review.id }}
        columns={columns}
        filters={filters}
        rowKey={({ id }) => id}
        {...(isOpen
          ? {
              bulk: (rows: readonly ReviewItem[], clear: () => void) => (
                <Bulk rows={rows} onAsk={(items, decision) => setAsked({ items, decision, clear })} />
              ),
              actions: (row: ReviewItem) =>
                row.outcome === null ? (
                  <One item={row} onAsk={(decision) => setAsked({ items: [row], decision, clear: () => undefined })} />
                ) : null,
            }
          : {})}
        empty={<Empty title="Nothing was there">When the review began there was nothing in its scope.</Empty>}
      />
      {asked === undefined ? null : (
        <ReviewDecision
          reviewId={review.id}
          items={asked.items}
          decision={asked.decision}
          onClose={() => setAsked(undefined)}
          onDone={asked.clear}
        />
      )}
    </>
  );
}

/** As many as the server takes at once. */
const DECISIONS_MAX = 100;

type BulkProps = {
  readonly rows: readonly ReviewItem[];
  readonly onAsk: (items: readonly ReviewItem[], decision: 'keep' | 'revoke') => void;
};

function Bulk({ rows, onAsk }: BulkProps) {
  const waiting = rows.filter(({ outcome, isYours }) => outcome === null && !isYours);
  const reason =
    waiting.length === 0
      ? 'None of them waits for you.'
      : waiting.length > DECISIONS_MAX
        ? `At most ${String(DECISIONS_MAX)} at once.`
        : undefined;
  return (
    <>
      <MayButton
        operation="access_review.decide"
        unless={reason}
        size="compact-sm"
        onClick={() => onAsk(waiting, 'keep')}
      >
        {`Keep ${String(waiting.length)}`}
      </MayButton>
      <MayButton
        operation="access_review.decide"
        unless={reason}
        size="compact-sm"
        color="red"
        onClick={() => onAsk(waiting, 'revoke')}
      >
        {`Revoke ${String(waiting.length)}`}
      </MayButton>
    </>
  );
}

function One({ item, onAsk }: { readonly item: ReviewItem; readonly onAsk: (decision: 'keep' | 'revoke') => void }) {
  const of = `${item.title} of ${item.holder}`;
  return (
    <Group gap={4} wrap="nowrap" justify="flex-end">
      <Button size="compact-sm" variant="default" aria-label={`Keep ${of}`} onClick={() => onAsk('keep')}>
        Keep
      </Button>
      <Button
        size="compact-sm"
        variant="subtle"
        color="red"
        aria-label={`Revoke ${of}`}
        onClick={() => onAsk('revoke')}
      >
        Revoke
      </Button>
    </Group>
  );
}
