// Levels of a grant, least first: each has all that the ones before it have.
export const LEVELS = ['viewer', 'editor', 'manager'] as const;
export type Level = (typeof LEVELS)[number];

/** A guest manages nothing. */
export const GUEST_LEVELS = ['viewer', 'editor'] as const;
