// How long a model call may last, and when one that did not end counts as lost: the second is longer, else a call under way
// would be closed under its server.

/** From admission to settlement, whoever holds it up. */
export const CALL_MS_MAX = 32 * 60_000;
/** Beyond the longest call there are a slow admission and a slow settlement. */
export const LOST_AFTER_MINUTES = 35;
