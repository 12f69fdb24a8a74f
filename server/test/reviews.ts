// Reviews of access in a world: started, looked at, decided, and brought to their due date.
import assert from 'node:assert/strict';
import { decodeId } from '@holdfast/protocol/ids.ts';
import type { Credential } from '#kernel/credential.ts';
import { workThrough } from './outbox.ts';
import type { World } from './world.ts';

export const REASON = 'still needed for their work';

export type Review = {
  readonly id: string;
  readonly state: string;
  readonly items: number;
  readonly done: number;
  readonly revoked: number;
  readonly isFull: boolean;
  readonly isYours: boolean;
  readonly dueAt: string;
  readonly evidenceSha256: string | null;
};
export type ReviewItem = {
  readonly id: string;
  readonly kind: string;
  readonly accessId: string;
  readonly title: string;
  readonly decision: string | null;
  readonly outcome: string | null;
  readonly note: string | null;
  readonly isOwn: boolean;
  readonly isYours: boolean;
};

export async function startReview(world: World, credential: Credential, body: object = {}): Promise<Review> {
  return (await world.call('access_review.start', { credential, body: { name: 'Quarter', ...body } })).body as Review;
}

export async function lookAtReview(world: World, credential: Credential, reviewId: string): Promise<Review> {
  return (await world.call('access_review.get', { credential, params: { reviewId } })).body as Review;
}

export async function itemsOf(
  world: World,
  credential: Credential,
  reviewId: string,
  query: object = {},
): Promise<readonly ReviewItem[]> {
  const listed = await world.call('access_review.list_items', {
    credential,
    params: { reviewId },
    query: { limit: 200, ...query },
  });
  return (listed.body as { readonly items: readonly ReviewItem[] }).items;
}

/** The item about an access of this id; any kind of it unless told. */
export async function itemAbout(
  world: World,
  credential: Credential,
  reviewId: string,
  accessId: string,
): Promise<ReviewItem> {
  const found = (await itemsOf(world, credential, reviewId)).find((item) => item.accessId === accessId);
  return found ?? assert.fail(`nothing about ${accessId} in the review`);
}

export function decideOn(
  world: World,
  credential: Credential,
  reviewId: string,
  { items, decision }: { readonly items: readonly string[]; readonly decision: 'keep' | 'revoke' },
) {
  const body = { items, decision, reason: REASON };
  return world.call('access_review.decide', { credential, params: { reviewId }, body });
}

/** As if its time had come; then everything that is to be done now is done. */
export async function bringToDueDate(world: World, reviewId: string): Promise<void> {
  const id = decodeId('rev', reviewId);
  await world.admin(
    `update holdfast.review_campaign set due_at = now(), started_at = started_at - interval '30 days' where id = $1`,
    [id],
  );
  await world.admin(
    "update holdfast.job set run_at = now() where kind = 'access_review.close_when_due' and payload ->> 'review' = $1",
    [id],
  );
  await workThrough(world);
}
