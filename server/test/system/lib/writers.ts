// Clients that write without pause while a test breaks things, and the comparison of what they were told with what is there.
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { assertProblem, type Caller } from './caller.ts';

/** What a client was told about one key: `none` is a connection that broke without a reply. */
export type Outcome = {
  readonly name: string;
  readonly told: 'made' | 'refused' | 'unknown' | 'none';
  readonly key?: string;
};

export type Writers = {
  readonly outcomes: readonly Outcome[];
  readonly made: () => number;
  /** Resolves when the clients have made so many keys more. */
  readonly more: (count: number) => Promise<void>;
  /** Ends the clients after their call under way. */
  readonly stop: () => Promise<void>;
};

const PATIENCE_MS = 45_000;

/** Each client makes keys with names of its own, one after the other. A reply that is none of the declared ones fails the test. */
export function startWriters(caller: Caller, cookie: string, clients: number, label: string): Writers {
  const outcomes: Outcome[] = [];
  const state = { isOver: false, fault: undefined as unknown };
  const write = async (client: number): Promise<void> => {
    for (let at = 0; !state.isOver; at += 1) {
      const outcome = await writeOnce(caller, cookie, `${label}-${client}-${at}`);
      outcomes.push(outcome);
      if (outcome.told !== 'made') await wait(25);
    }
  };
  const writing = Promise.all(
    Array.from({ length: clients }, (_, client) =>
      write(client).catch((error: unknown) => {
        state.fault ??= error;
        state.isOver = true;
      }),
    ),
  );
  const made = (): number => outcomes.filter(({ told }) => told === 'made').length;
  const stop = async (): Promise<void> => {
    state.isOver = true;
    await writing;
    if (state.fault !== undefined) throw state.fault;
  };
  return {
    outcomes,
    made,
    more: async (count) => {
      const deadline = AbortSignal.timeout(PATIENCE_MS);
      for (const before = made(); made() < before + count; await wait(10)) {
        if (state.isOver) return stop();
        assert.ok(!deadline.aborted, `no ${count} keys were made; the last answers: ${lastOf(outcomes)}`);
      }
    },
    stop,
  };
}

async function writeOnce(caller: Caller, cookie: string, name: string): Promise<Outcome> {
  const sent = caller.call('POST', '/api/v1/api-keys', { cookie, body: { name, scopes: ['models:use'] } });
  const answer = await sent.catch((error: unknown) => {
    if (error instanceof Error && error.message.endsWith('hangs')) throw error;
    return undefined;
  });
  if (answer === undefined) return { name, told: 'none' };
  if (answer.status === 201) return { name, told: 'made', key: String(answer.json()['key']) };
  assertProblem(answer, 503);
  return { name, told: answer.json()['code'] === 'server.outcome_unknown' ? 'unknown' : 'refused' };
}

function lastOf(outcomes: readonly Outcome[]): string {
  return outcomes
    .slice(-5)
    .map(({ told }) => told)
    .join(', ');
}

/** The keys that are there, each with how many events of its making the log and its waiting room hold together. */
const KEYS_AND_EVENTS = `
  with made as (
    select target ->> 'id' as id, facts ->> 'name' as name from audit_pending where action = 'api_key.created' and outcome = 'allowed'
    union all
    select target ->> 'id', facts ->> 'name' from audit_entry where action = 'api_key.created' and outcome = 'allowed')
  select coalesce(k.name, m.name) as name, k.id is not null as is_there, count(m.id)::int as events
    from api_key k full join made m on m.id = k.id::text group by k.id, k.name, m.name`;

type Look = (sql: string) => Promise<readonly Record<string, unknown>[]>;

/** All that was acknowledged is there, nothing refused is, and every key has its one event, no event is without its key. */
export async function assertNothingLost(look: Look, outcomes: readonly Outcome[]): Promise<void> {
  const rows = (await look(KEYS_AND_EVENTS)) as readonly { name: string; is_there: boolean; events: number }[];
  assert.deepEqual(
    rows.filter(({ is_there: isThere, events }) => !isThere || events !== 1),
    [],
    'a key without its event, or an event without its key',
  );
  const there = new Set(rows.map(({ name }) => name));
  const namesOf = (told: Outcome['told']) => outcomes.filter((one) => one.told === told).map(({ name }) => name);
  const lost = namesOf('made').filter((name) => !there.has(name));
  assert.deepEqual(lost, [], 'acknowledged, and lost');
  const kept = namesOf('refused').filter((name) => there.has(name));
  assert.deepEqual(kept, [], 'refused with "nothing was changed", and there nevertheless');
}
