// Units of time of reviews.
export const DAY_MS = 86_400_000;
