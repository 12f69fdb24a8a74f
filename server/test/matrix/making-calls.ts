// Makes one call of a route or stream and tells how it ended, with what it left in the database.
import { decodeId, encodeId } from '@holdfast/protocol/ids.ts';
import { Client } from 'pg';
import { newUuid } from '#crypto/random.ts';
import { AppError } from '#kernel/errors.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { runRoute } from '#kernel/pipeline.ts';
import { runStream, type StreamingCall } from '#kernel/stream-pipeline.ts';
import type { AnyOperation } from '../../../tools/gen/operations.ts';
import type { Example } from '../example.ts';
import { makeCall, type World } from '../world.ts';

export type Outcome =
  | { readonly ok: true; readonly status: number; readonly body: string }
  | { readonly ok: false; readonly status: number; readonly code: string; readonly told: string };

/** Runs the call; anything but a reply or an AppError is a fault of the product, and thrown. */
export async function runOperation(
  kernel: Kernel,
  operation: AnyOperation,
  call: Partial<StreamingCall>,
): Promise<Outcome> {
  try {
    const whole: StreamingCall = { rawBody: Buffer.alloc(0), contentType: '', ...makeCall(call), ...call };
    if (operation.kind === 'stream') return await runToEnd(kernel, operation, whole);
    const reply = await runRoute(kernel, operation, whole);
    return { ok: true, status: reply.status, body: JSON.stringify(reply.body ?? null) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, spec, detail, fields, headers } = error;
    return { ok: false, status: spec.status, code, told: JSON.stringify({ code, detail, fields, headers }) };
  }
}

async function runToEnd(
  kernel: Kernel,
  stream: AnyOperation & { readonly kind: 'stream' },
  call: StreamingCall,
): Promise<Outcome> {
  const never = new AbortController().signal;
  let status = 0;
  const chunks: Uint8Array[] = [];
  await runStream({
    kernel,
    stream,
    call,
    edge: {
      clientLeft: never,
      stopping: never,
      deliver: async (reply) => {
        status = reply.status;
        if (reply.body instanceof Uint8Array) chunks.push(reply.body);
        else for await (const chunk of reply.body) chunks.push(chunk);
      },
    },
  });
  return { ok: true, status, body: Buffer.concat(chunks).toString() };
}

/** The same call about ids that never were; undefined when the call names none. */
export function withRandomIds({ call, nowhere }: Example): Partial<StreamingCall> | undefined {
  if (nowhere !== undefined) return { ...call, params: nowhere };
  const params = Object.entries((call.params ?? {}) as Readonly<Record<string, string>>);
  if (params.length === 0) return undefined;
  const random = params.map(([name, id]) => {
    const prefix = id.slice(0, id.lastIndexOf('_'));
    if (decodeId(prefix, id) === undefined) throw new Error(`${name} of an example is no public id`);
    return [name, encodeId(prefix, newUuid())] as const;
  });
  return { ...call, params: Object.fromEntries(random) };
}

export type Traces = {
  /** Everything that is stored, beside traces and when a session or key was last used: a sum of each table, in the order of names. */
  readonly state: string;
  /** Events and counted refusals in all. */
  readonly total: number;
};

/** Names of the tables that hold something else than before. Empty where nothing has changed. */
export function tablesChanged(before: Traces, after: Traces): readonly string[] {
  const was = new Set(before.state.split(';'));
  return after.state.split(';').flatMap((sum) => (was.has(sum) ? [] : [sum.split(' ')[0] ?? '']));
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
  const sums = rows.map(
    ({ table_name: name }) =>
      `select '${name} ' || coalesce(md5(string_agg((to_jsonb(t) - 'last_seen_at' - 'last_used_at')::text, '|' order by t::text)), '') as sum from holdfast.${name} t`,
  );
  const text = `select (select string_agg(sum, ';' order by sum) from (${sums.join(' union all ')}) as sums) as state,
    (select count(*) from holdfast.audit_pending)::int + (select coalesce(sum(count), 0) from holdfast.denial_tally)::int as total`;
  return {
    look: async () => {
      await world.kernel.recorder.flush();
      const [traces] = (await client.query<Traces>(text)).rows;
      if (traces === undefined) throw new Error('nothing to look at');
      return traces;
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
