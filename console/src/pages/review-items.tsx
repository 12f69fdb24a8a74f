// What is reviewed: searched, filtered, and decided about, one by one or many at once.
import { Badge, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import { sessionQuery } from '../api/session.ts';
import { Empty } from '../ui/empty.tsx';
import { optionsOf } from '../ui/list/column.ts';
import { ServerTable, type ServerColumn } from '../ui/list/server-table.tsx';
import { MayButton } from '../ui/may.tsx';
import { Time } from '../ui/time.tsx';
import { holdsForAll, usePermissions } from './authority.ts';
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
  const why = useReasons(review);
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
                <Bulk rows={rows} why={why} onAsk={(items, decision) => setAsked({ items, decision, clear })} />
              ),
              actions: (row: ReviewItem) =>
                row.outcome === null ? (
                  <One
                    item={row}
                    why={why}
                    onAsk={(decision) => setAsked({ items: [row], decision, clear: () => undefined })}
                  />
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
  readonly why: Reasons;
  readonly rows: readonly ReviewItem[];
  readonly onAsk: (items: readonly ReviewItem[], decision: 'keep' | 'revoke') => void;
};

function Bulk({ rows, why, onAsk }: BulkProps) {
  const waiting = rows.filter(({ outcome, isYours }) => outcome === null && !isYours);
  const count =
    waiting.length === 0
      ? 'None of them waits for you.'
      : waiting.length > DECISIONS_MAX
        ? `At most ${String(DECISIONS_MAX)} at once.`
        : undefined;
  const reason = why.toDecide ?? count;
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

type OneProps = {
  readonly item: ReviewItem;
  readonly why: Reasons;
  readonly onAsk: (decision: 'keep' | 'revoke') => void;
};

function One({ item, why, onAsk }: OneProps) {
  const of = `${item.title} of ${item.holder}`;
  const shared = {
    operation: 'access_review.decide',
    unless: why.toDecide ?? (item.isYours ? why.toDecideAboutOneself : undefined),
    size: 'compact-sm',
  } as const;
  return (
    <Group gap={4} wrap="nowrap" justify="flex-end">
      <MayButton {...shared} variant="default" aria-label={`Keep ${of}`} onClick={() => onAsk('keep')}>
        Keep
      </MayButton>
      <MayButton {...shared} variant="subtle" color="red" aria-label={`Revoke ${of}`} onClick={() => onAsk('revoke')}>
        Revoke
      </MayButton>
    </Group>
  );
}

type Reasons = { readonly toDecide: string | undefined; readonly toDecideAboutOneself: string | undefined };

/** Why the caller may not decide in this review, or not about their own access; undefined when they may, and until it is known. */
function useReasons({ isYours }: Reply<'access_review.get'>): Reasons {
  const decidesAll = holdsForAll(usePermissions().data, 'access_review:decide');
  const own = useQuery(sessionQuery).data?.user?.id;
  const owners = useQuery({
    queryKey: ['member.list', 'active owners'],
    queryFn: ({ signal }) => call('member.list', { query: { role: 'owner', status: 'active', limit: 2 } }, signal),
  });
  const isAlone = owners.data?.items.length === 1 && owners.data.items[0]?.userId === own;
  return {
    toDecide: decidesAll || isYours ? undefined : 'You are no reviewer of it.',
    toDecideAboutOneself:
      owners.isPending || isAlone ? undefined : 'It is your own access: somebody else decides about it.',
  };
}
