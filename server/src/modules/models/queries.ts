// SQL of model calls: batched intents and endings, and sums for people.
import { sql } from 'kysely';
import { DatabaseError } from '#db/errors.ts';
import type { Lookup } from '#db/lookup.ts';
import type { OrgTx, SystemTx } from '#db/scope.ts';
import type { RowFilter } from '#kernel/authorize.ts';
import type { Actor, Standing } from '#kernel/principal.ts';
import type { StreamEnd } from '#kernel/stream.ts';
import type { Endpoint } from './model.ts';

export type Intent = {
  readonly org_id: string;
  readonly id: string;
  /** Null for a key that acts for nobody. */
  readonly owner_user_id: string | null;
  readonly key_id: string | null;
  readonly provider_id: string;
  readonly model: string;
  readonly endpoint: Endpoint;
  readonly request_id: string;
};

/** `standing` is what the caller's key stood for when it was looked up; undefined when that was for this very call. */
export type Admission = { readonly id: string; readonly intent: Intent; readonly standing: Standing | undefined };

export type Ending = {
  readonly org_id: string;
  readonly id: string;
  readonly event_id: string;
  readonly actor: Actor;
  readonly state: StreamEnd;
  readonly status: number | null;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly estimated: boolean;
  readonly duration_ms: number;
};

/**
 * Records all intents or none, save those whose caller does not stand any more as remembered; tells of each whether it is
 * on record.
 */
export async function admitCalls(lookup: Lookup, admissions: readonly Admission[]): Promise<readonly boolean[]> {
  const places = new Map<string, Placed>();
  const calls = admissions.map(({ intent, standing }) => ({ ...intent, standing: placeOf(places, standing) }));
  const [answer] = await lookup<{ readonly admitted: string; readonly held: readonly number[] }>(
    'admit_model_calls',
    [JSON.stringify(calls), ...columnsOf([...places.values()])],
    'requests',
  );
  const held = new Set(answer?.held);
  const admitted = calls.map(({ standing }) => standing === null || held.has(standing));
  if (Number(answer?.admitted) !== admitted.filter(Boolean).length)
    throw new DatabaseError('aborted', { detail: 'not every intent was recorded' });
  return admitted;
}

/** Callers with many calls in one trip are looked at once; places count from 1. */
function placeOf(places: Map<string, Placed>, standing: Standing | undefined): number | null {
  if (standing === undefined) return null;
  const placed = places.get(standing.digest) ?? { place: places.size + 1, standing };
  places.set(standing.digest, placed);
  return placed.place;
}

type Placed = { readonly place: number; readonly standing: Standing };

function columnsOf(placed: readonly Placed[]): readonly (readonly (string | null)[])[] {
  return [
    placed.map(({ standing }) => standing.keyId),
    placed.map(({ standing }) => standing.onBehalfOf),
    placed.map(({ standing }) => standing.digest),
  ];
}

/** Closes calls that are open or that the sweeper took for lost, all or none; tells of each whether it was closed. */
export async function settleCalls(lookup: Lookup, endings: readonly Ending[]): Promise<readonly boolean[]> {
  const [answer] = await lookup<{ readonly ended: string; readonly ids: readonly string[] | null }>(
    'end_model_calls',
    [JSON.stringify(endings)],
    'requests',
  );
  if (Number(answer?.ended) === endings.length) return endings.map(() => true);
  const closed = new Set(answer?.ids);
  return endings.map(({ id }) => closed.has(id));
}

/** Closes calls of servers that are gone, in the installation's scope; returns how many. */
export async function closeLostCalls(tx: SystemTx, olderThanMinutes: number): Promise<number> {
  const { rows } = await sql<{ readonly closed: string }>`
    select closed from close_lost_model_calls(make_interval(mins => ${olderThanMinutes}))`.execute(tx);
  return Number(rows[0]?.closed ?? 0);
}

export type Grouping = 'model' | 'provider' | 'api_key' | 'user' | 'day';

const GROUPS = {
  model: sql<string | null>`model`,
  provider: sql<string | null>`provider_id::text`,
  api_key: sql<string | null>`key_id::text`,
  user: sql<string | null>`owner_user_id::text`,
  day: sql<string | null>`to_char(started_at at time zone 'UTC', 'YYYY-MM-DD')`,
} as const;

export type Period = { readonly from: Date; readonly to: Date };

/** Sums over the calls that the filter lets the caller see: days in their order, others with the most calls first. */
export function sumUsage(
  tx: OrgTx,
  rows: RowFilter<'model_call'>,
  { from, to }: Period,
  grouping: Grouping,
  atMost: number,
) {
  const group = GROUPS[grouping];
  return tx
    .selectFrom('model_call')
    .select([
      group.as('group'),
      sql<string>`count(*)`.as('calls'),
      sql<string>`count(*) filter (where state in ('upstream_failed', 'unknown'))`.as('failures'),
      sql<string>`coalesce(sum(input_tokens), 0)`.as('input_tokens'),
      sql<string>`coalesce(sum(output_tokens), 0)`.as('output_tokens'),
      sql<string>`count(*) filter (where estimated)`.as('estimated_calls'),
    ])
    .where('started_at', '>=', from)
    .where('started_at', '<', to)
    .where(rows.condition)
    .groupBy(group)
    .orderBy(grouping === 'day' ? group : sql`calls desc, "group"`)
    .limit(atMost)
    .execute();
}
