// Names of the jobs of reviews, for what enqueues them and is run by them.
export const CLOSE = { id: 'access_review.close_when_due' } as const;
export const REMIND = { id: 'access_review.remind' } as const;
export const START_NEXT = { id: 'access_review.start_next' } as const;
