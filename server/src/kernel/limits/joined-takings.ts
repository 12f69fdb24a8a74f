// Takings of one trip that want the same of the same key, asked as one: hundreds of calls share a few budgets.
import { type Draft, takenOf } from './gcra.ts';
import type { Taken } from './limits.ts';

export type Asked = { readonly key: string; readonly draft: Draft };
/** One question for the takings at these places of the trip, in their order; each of them costs `draft.costUs`. */
export type Joined = Asked & { readonly places: readonly number[] };

/** Looks and returns go alone, and so do takings of a key that are not all alike or do not fit its burst together. */
export function joinAlike(items: readonly Asked[]): readonly Joined[] {
  const byKey = Map.groupBy(items.entries(), ([, { key }]) => key);
  return [...byKey].flatMap(([key, ofKey]) => {
    const drafts = ofKey.map(([, { draft }]) => draft);
    const [draft] = drafts;
    if (draft !== undefined && drafts.every((one) => isAlike(one, draft)) && fit(drafts.length, draft))
      return { key, draft, places: ofKey.map(([place]) => place) };
    return ofKey.map(([place, item]) => ({ ...item, places: [place] }));
  });
}

/** Each taking of a question on its own. */
export function split({ key, draft, places }: Joined): readonly Joined[] {
  return places.map((place) => ({ key, draft, places: [place] }));
}

/** What the n-th of them was told when all were allowed and left the key with `usedUs`: the state as it was after it. */
export function shareOf({ draft, places }: Joined, usedUs: number, n: number): Taken {
  return takenOf(usedUs - (places.length - 1 - n) * draft.costUs, 0, draft);
}

function isAlike(one: Draft, other: Draft): boolean {
  return one.emissionUs === other.emissionUs && one.windowUs === other.windowUs && one.costUs === other.costUs;
}

function fit(count: number, { costUs, windowUs }: Draft): boolean {
  return costUs > 0 && costUs * count <= windowUs;
}
