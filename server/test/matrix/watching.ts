// What a call leaves in the database: tables that hold something else than before, and its traces.
import { Client } from 'pg';
import type { World } from '../world.ts';

export type Traces = {
  /** A sum of what each table holds, but for traces and when a session or key was last used. */
  readonly sums: ReadonlyMap<string, string>;
  /** Events and counted refusals in all. */
  readonly total: number;
};

/** Names, in order, of the tables that hold something else than before. Empty where nothing has changed. */
export function tablesChanged(before: Traces, after: Traces): readonly string[] {
  return [...after.sums].flatMap(([table, sum]) => (before.sums.get(table) === sum ? [] : [table])).toSorted();
}

export type Event = { readonly action: string; readonly outcome: string; readonly actor: { readonly kind: string } };

export type Watch = AsyncDisposable & {
  readonly look: () => Promise<Traces>;
  readonly eventsOf: (requestId: string) => Promise<readonly Event[]>;
};

/** Looks at a world past its walls. */
export async function watchWorld(world: World): Promise<Watch> {
  const client = new Client(world.superuser);
  await client.connect();
  const { rows } = await client.query<{ table_name: string }>(
    "select table_name from holdfast.table_rule where table_name not in ('audit_pending', 'denial_tally', 'api_key_use') order by 1",
  );
  const tables = rows.map((row) => row.table_name);
  const versions = new Map<string, string>();
  let sums: ReadonlyMap<string, string> = new Map();
  return {
    look: async () => {
      await world.kernel.recorder.flush();
      const seen = await client.query<Row>({ name: 'versions', text: textOfVersions(tables) });
      const written = seen.rows.filter(({ name, text }) => versions.get(name) !== text).map(({ name }) => name);
      for (const { name, text } of seen.rows) versions.set(name, text);
      if (written.length > 0) {
        const fresh = await client.query<Row>(textOfSums(written));
        sums = new Map([...sums, ...fresh.rows.map(({ name, text }) => [name, text] as const)]);
      }
      return { sums, total: Number(seen.rows[0]?.total) };
    },
    eventsOf: async (requestId) =>
      (
        await client.query<Event>('select action, outcome, actor from holdfast.audit_pending where request_id = $1', [
          requestId,
        ])
      ).rows,
    [Symbol.asyncDispose]: () => client.end(),
  };
}

type Row = { readonly name: string; readonly text: string; readonly total: number };

/**
 * Whether a table was written to at all: what is inserted or updated bears the transaction that did it, and what is deleted is missing.
 * To sum up what all tables hold after each call took most of the time of the matrix.
 */
function textOfVersions(tables: readonly string[]): string {
  const versions = tables.map(
    (table) =>
      `select '${table}' as name, count(*) || ' ' || coalesce(sum(xmin::text::bigint), 0) as text from holdfast.${table}`,
  );
  return `select name, text,
      (select count(*) from holdfast.audit_pending)::int + (select coalesce(sum(count), 0) from holdfast.denial_tally)::int as total
    from (${versions.join(' union all ')}) as versions`;
}

function textOfSums(tables: readonly string[]): string {
  return tables
    .map(
      (table) =>
        `select '${table}' as name, coalesce(md5(string_agg((to_jsonb(t) - 'last_seen_at' - 'last_used_at')::text, '|' order by t::text)), '') as text from holdfast.${table} t`,
    )
    .join(' union all ');
}
