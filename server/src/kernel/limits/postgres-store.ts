// Limits shared by every replica, in PostgreSQL: its clock decides, one trip carries many keys, each once, and a refused key
// is answered here until its time has come.
import { DatabaseError } from '#db/errors.ts';
import type { Lookup } from '#db/lookup.ts';
import { createBatches } from './batches.ts';
import { type ClockUs, monotonicUs } from './clock.ts';
import { draftOf } from './gcra.ts';
import { type Asked, joinAlike, type Joined, shareOf, split } from './joined-takings.ts';
import { createKnownDenials, type KnownDenials } from './known-denials.ts';
import { type LimitStore, storedKey, type Taken, type Taking } from './limits.ts';

export type PostgresStoreOptions = {
  readonly clock?: ClockUs;
  /** How long a trip may take; the calls in it then fail and the next trip starts. */
  readonly timeoutMs?: number;
};

/** Whole numbers of PostgreSQL arrive as text. */
type Row = {
  readonly allowed: unknown;
  readonly remaining: string;
  readonly retry_us: string | null;
  readonly reset_us: string;
};

const TRIP_ITEMS_MAX = 512;
const WAITING_ITEMS_MAX = 8_192;
const DENIALS_MAX = 20_000;

/**
 * Rejects with DatabaseError `unavailable` (or the driver's error) when the database does not answer; put `failClosed`
 * around it. Refusals are remembered for this process: what another replica gives back is seen here once the refusal is over.
 */
export function createPostgresStore(lookup: Lookup, options: PostgresStoreOptions = {}): LimitStore {
  const { clock = monotonicUs, timeoutMs = 500 } = options;
  const denials = createKnownDenials(DENIALS_MAX);
  const batches = createBatches<Asked, Taken>({
    trip: (items) => ask(lookup, items, denials, clock),
    itemsMax: TRIP_ITEMS_MAX,
    waitingMax: WAITING_ITEMS_MAX,
    timeoutMs,
    failure: (detail) => new DatabaseError('unavailable', { detail: `rate limits: ${detail}` }),
  });
  return {
    take: async (takings) => {
      const asked = takings.map(toAsked);
      const now = clock();
      const known = asked.map(({ key, draft }) => denials.find(key, draft, now));
      const answers = await batches.run(asked.filter((_, index) => known[index] === undefined));
      return interleave(known, answers);
    },
  };
}

/** Deletes up to `rowsMax` rows that say nothing any more, and says how many; call it again while that many went. */
export async function forgetRefilled(lookup: Lookup, rowsMax: number): Promise<number> {
  const [row] = await lookup<{ readonly forgotten: string }>('forget_refilled_limits', [rowsMax], 'jobs');
  return toWhole(row?.forgotten);
}

function toAsked(taking: Taking): Asked {
  return { key: storedKey(taking.key), draft: draftOf(taking) };
}

function interleave(known: readonly (Taken | undefined)[], answers: readonly Taken[]): readonly Taken[] {
  let next = 0;
  return known.map((taken) => {
    const answer = taken ?? answers[next++];
    if (answer === undefined) throw new DatabaseError('unavailable', { detail: 'rate limits: an answer is missing' });
    return answer;
  });
}

/** Takings that are alike are granted together; together refused, each is asked for on its own, in the same order. */
async function ask(
  lookup: Lookup,
  items: readonly Asked[],
  denials: KnownDenials,
  clock: ClockUs,
): Promise<readonly Taken[]> {
  const answers: (Taken | undefined)[] = items.map(() => undefined);
  const refused = spread(answers, await askOnce(lookup, joinAlike(items), denials, clock));
  if (refused.length > 0) spread(answers, await askOnce(lookup, refused, denials, clock));
  // A place without an answer makes the answers too few, which fails the trip.
  return answers.flatMap((taken) => taken ?? []);
}

type Answered = { readonly joined: Joined; readonly row: Row | undefined };

/** Gives each taking its own answer; what was refused only together comes back to be asked again. */
function spread(answers: (Taken | undefined)[], answered: readonly Answered[]): readonly Joined[] {
  return answered.flatMap(({ joined, row }) => {
    if (row === undefined) return [];
    const { places } = joined;
    if (places.length > 1 && row.allowed !== true) return split(joined);
    const usedUs = toWhole(row.reset_us);
    for (const [n, place] of places.entries())
      answers[place] = places.length === 1 ? toTaken(row) : shareOf(joined, usedUs, n);
    return [];
  });
}

async function askOnce(
  lookup: Lookup,
  questions: readonly Joined[],
  denials: KnownDenials,
  clock: ClockUs,
): Promise<readonly Answered[]> {
  // The moment before the trip: counted from here, a refusal known locally ends no later than the store's own.
  const sentAt = clock();
  const rows = await lookup<Row>('take_tokens', [
    questions.map(({ key }) => key),
    questions.map(({ draft }) => draft.emissionUs),
    questions.map(({ draft }) => draft.windowUs),
    questions.map(({ draft, places }) => draft.costUs * places.length),
  ]);
  for (const [index, { key, draft }] of questions.entries()) {
    const row = rows[index];
    if (row === undefined) continue;
    if (draft.costUs < 0) denials.forget(key);
    else denials.learn(key, sentAt + toWhole(row.reset_us), row.allowed !== true);
  }
  return questions.map((joined, index) => ({ joined, row: rows[index] }));
}

function toTaken(row: Row): Taken {
  return {
    // Nothing but the literal truth allows.
    allowed: row.allowed === true,
    remaining: toWhole(row.remaining),
    retryAfterMs: row.retry_us === null ? Number.POSITIVE_INFINITY : Math.ceil(toWhole(row.retry_us) / 1_000),
    resetMs: Math.ceil(toWhole(row.reset_us) / 1_000),
  };
}

function toWhole(value: unknown): number {
  const whole = typeof value === 'string' ? Number(value) : value;
  if (typeof whole === 'number' && Number.isSafeInteger(whole)) return whole;
  throw new DatabaseError('unavailable', { detail: 'rate limits: the answer is not a number' });
}
