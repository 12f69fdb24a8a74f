// One review: how far it is, what waits for a decision, and the evidence when it is over.
import { Badge, Group, Progress, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import { Confirm } from '../ui/confirm.tsx';
import { LIST, LoadingParts } from '../ui/loading-parts.tsx';
import { MayButton } from '../ui/may.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { Time } from '../ui/time.tsx';
import { ReviewEvidence } from './review-evidence.tsx';
import { ReviewItems } from './review-items.tsx';
import { STATE_COLORS, useReviewChanged } from './review-data.ts';

type ReviewReply = Reply<'access_review.get'>;

export function Review() {
  const { id = '' } = useSearch({ strict: false });
  const found = useQuery({
    queryKey: ['access_review.get', id],
    queryFn: ({ signal }) => call('access_review.get', { params: { reviewId: id } }, signal),
  });
  const review = found.data;
  return (
    <Page
      title={review?.name ?? 'Review'}
      about={review === undefined ? undefined : aboutOf(review)}
      actions={review === undefined ? null : <Changes review={review} />}
    >
      <ProblemBox error={found.error} />
      {found.isPending ? <LoadingParts parts={['line', 'bar', ...LIST]} /> : null}
      {review === undefined ? null : (
        <>
          <State review={review} />
          <ReviewItems review={review} />
        </>
      )}
    </Page>
  );
}

function aboutOf({ isFull, reviewers, onUnreviewed }: ReviewReply): string {
  const names = reviewers.map(({ name }) => name ?? 'somebody who has left').join(', ');
  const then = onUnreviewed === 'revoke' ? 'is revoked when it is due' : 'stays';
  return `${isFull ? 'Everything' : 'A part of what there is'}. Reviewers: ${names}, and owners. What nobody decides about ${then}.`;
}

function State({ review }: { readonly review: ReviewReply }) {
  const { state, done, items, revoked, dueAt, endedAt } = review;
  return (
    <Stack gap={6}>
      <Group gap="xs">
        <Badge color={STATE_COLORS[state]}>{state}</Badge>
        <Text size="sm">
          {done.toLocaleString()} of {items.toLocaleString()} done, {revoked.toLocaleString()} revoked.{' '}
          {endedAt === null ? 'Due ' : 'Ended '}
          <Time at={endedAt ?? dueAt} />.
        </Text>
      </Group>
      <Progress value={items === 0 ? 100 : (done / items) * 100} aria-label="Progress of the review" />
    </Stack>
  );
}

function Changes({ review }: { readonly review: ReviewReply }) {
  const changed = useReviewChanged();
  const [asked, setAsked] = useState<'close' | 'cancel'>();
  if (review.state === 'closed') return <ReviewEvidence review={review} />;
  if (review.state === 'canceled') return null;
  const left = review.items - review.done;
  const params = { reviewId: review.id };
  return (
    <Group gap="xs">
      <MayButton
        operation="access_review.close"
        unless={
          left === 0 ? undefined : `${left.toLocaleString()} wait for a decision. It closes by itself when it is due.`
        }
        onClick={() => setAsked('close')}
      >
        Close it
      </MayButton>
      <MayButton operation="access_review.cancel" variant="subtle" color="red" onClick={() => setAsked('cancel')}>
        Cancel it
      </MayButton>
      <Confirm
        isOpen={asked === 'close'}
        title="Close the review?"
        action="Close the review"
        done="The review is closed, and its evidence is made"
        onConfirm={async () => {
          await call('access_review.close', { params });
          await changed();
        }}
        onClose={() => setAsked(undefined)}
      >
        Its evidence is made, and its hash goes into the audit log. Nothing in it changes any more.
      </Confirm>
      <Confirm
        isOpen={asked === 'cancel'}
        title="Cancel the review?"
        action="Cancel the review"
        done="The review is canceled"
        onConfirm={async () => {
          await call('access_review.cancel', { params });
          await changed();
        }}
        onClose={() => setAsked(undefined)}
      >
        What was revoked stays revoked. The review counts for nothing, and none follows it.
      </Confirm>
    </Group>
  );
}
