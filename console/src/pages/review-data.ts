// What pages of a review share: how its states look, what an item is, and that all of it is asked for anew when something was decided.
import { useQueryClient } from '@tanstack/react-query';
import type { Reply } from '../api/client.ts';

export type ReviewItem = Reply<'access_review.list_items'>['items'][number];

export const STATE_COLORS = { open: 'hold', closed: 'green', canceled: 'gray' } as const;

/** The review, its items, and the list of reviews. */
export function useReviewChanged() {
  const client = useQueryClient();
  return () =>
    client.invalidateQueries({
      predicate: ({ queryKey: [first] }) => typeof first === 'string' && first.startsWith('access_review'),
    });
}
