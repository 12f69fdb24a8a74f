// Valid calls of the routes of access reviews; whoever makes one is asked to review, about an access that everybody covers.
import type { MakeExample, Stage } from './example.ts';
import { memberIdOf } from './memberships.ts';
import type { Person } from './people.ts';
import { decideOn, itemsOf, startReview } from './reviews.ts';

let made = 0;

async function inviteViewer({ world, owner }: Stage): Promise<void> {
  const email = `reviewed${String((made += 1))}@acme.example`;
  await world.call('invitation.create', { credential: owner.credential, body: { email, role: 'viewer' } });
}

async function reviewBy(stage: Stage, reviewer: Person): Promise<string> {
  await inviteViewer(stage);
  const { world, owner } = stage;
  const reviewers = [await memberIdOf(world, reviewer.slug === owner.slug ? reviewer : owner)];
  const body = { kinds: ['invitation'], reviewers, recurrence: 'none' };
  return (await startReview(world, owner.credential, body)).id;
}

async function waitingItem({ world, owner }: Stage, reviewId: string): Promise<string> {
  const waiting = await itemsOf(world, owner.credential, reviewId, { state: 'open' });
  // Everybody holds what a viewer is invited to.
  return waiting.find(({ title }) => title === 'viewer')?.id ?? '';
}

const about: MakeExample = async (stage, actor) => ({ call: { params: { reviewId: await reviewBy(stage, actor) } } });

async function decidedReview(stage: Stage, actor: Person): Promise<string> {
  const { world, owner } = stage;
  const reviewId = await reviewBy(stage, actor);
  const items = (await itemsOf(world, owner.credential, reviewId, { state: 'open' })).map(({ id }) => id);
  await decideOn(world, owner.credential, reviewId, { items, decision: 'keep' });
  return reviewId;
}

export const reviewExamples: Readonly<Record<string, MakeExample>> = {
  'access_report.get': () => ({ call: {} }),
  'access_review.list': async (stage, actor) => {
    await reviewBy(stage, actor);
    return { call: {} };
  },
  'access_review.get': about,
  'access_review.list_items': about,
  'access_review.start': () => ({
    call: { body: { name: 'Of members', kinds: ['membership'], recurrence: 'none' } },
  }),
  'access_review.decide': async (stage, actor) => {
    const reviewId = await reviewBy(stage, actor);
    const items = [await waitingItem(stage, reviewId)];
    return { call: { params: { reviewId }, body: { items, decision: 'keep', reason: 'still expected' } } };
  },
  'access_review.close': async (stage, actor) => ({
    call: { params: { reviewId: await decidedReview(stage, actor) } },
  }),
  'access_review.cancel': about,
  'access_review.evidence': async (stage, actor) => {
    const reviewId = await decidedReview(stage, actor);
    await stage.world.call('access_review.close', { credential: stage.owner.credential, params: { reviewId } });
    return { call: { params: { reviewId } } };
  },
  'access_review.get_schedule': () => ({ call: {} }),
  'access_review.update_schedule': () => ({ call: { body: { recurrence: 'monthly' } } }),
};
