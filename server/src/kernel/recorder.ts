// The trace of what was refused or failed, in a transaction of its own. Under attack the log must not be the weapon:
// strangers are counted by address, reason and minute; a principal is recorded singly up to 20 times a minute, then counted.
import { unixMs } from '#telemetry/clock.ts';
import { newUuid } from '#crypto/random.ts';
import type { Lanes } from '#db/pool.ts';
import { inScope, type SystemTx } from '#db/scope.ts';
import { type Actor, actorOf, type Principal } from './principal.ts';
import type { Probing } from './probing.ts';
import { addToTally, type AnyTx, insertPendingEvents, type Stream, type TallyRow } from './queries.ts';
import { scopeOfStream, streamOfPrincipal, SYSTEM_STREAM } from './streams.ts';

export type Refusal = {
  readonly principal: Principal;
  readonly addressKey: string;
  readonly requestId: string;
  readonly action: string;
  readonly route: string;
  readonly outcome: 'denied' | 'failed';
  readonly code: string;
  /** Ids the call named, as it wrote them: what a probe across organizations was after. */
  readonly asked: readonly string[];
};

export type Recorder = {
  /** Never throws and never changes a reply: a trace that can't be written raises the alarm instead. */
  readonly record: (refusal: Refusal) => Promise<void>;
  readonly flush: () => Promise<void>;
  readonly close: () => Promise<void>;
};

export const SINGLY_A_MINUTE_MAX = 20;
const FLUSH_MS = 2_000;
/** Different (address, reason) pairs kept between two flushes; beyond it they are counted under one name. */
const TALLY_KEYS_MAX = 5_000;

type Options = {
  readonly lanes: Lanes;
  readonly onLost: (error: unknown) => void;
  /** Is told of everything that somebody asked for and that does not exist for them. */
  readonly probing?: Probing;
  readonly nowMs?: () => number;
};

/** The clock is used for whole minutes only; the time of a single event is its transaction's. */
export function createRecorder({ lanes, onLost, probing, nowMs = unixMs }: Options): Recorder {
  const singles = new Map<string, { minute: number; count: number }>();
  let tally = new Map<string, TallyRow>();
  const minuteNow = (): number => Math.floor(nowMs() / 60_000);

  const isOverSingles = (actor: Actor): boolean => {
    const minute = minuteNow();
    const seen = singles.get(actor.id);
    if (seen === undefined || seen.minute !== minute) {
      if (singles.size > TALLY_KEYS_MAX) singles.clear();
      singles.set(actor.id, { minute, count: 1 });
      return false;
    }
    seen.count += 1;
    return seen.count > SINGLY_A_MINUTE_MAX;
  };

  const add = (row: TallyRow): void => {
    const key = `${row.minute.getTime()}|${row.stream.kind}|${row.stream.id}|${row.source}|${row.reason}`;
    tally.set(key, { ...row, count: row.count + (tally.get(key)?.count ?? 0) });
  };

  const count = (stream: Stream, source: string, reason: string): void => {
    const bounded = tally.size < TALLY_KEYS_MAX ? source : 'other';
    add({ stream, minute: new Date(minuteNow() * 60_000), source: bounded, reason, count: 1 });
  };

  const flush = async (): Promise<void> => {
    if (tally.size === 0) return;
    const rows = [...tally.values()];
    tally = new Map();
    try {
      await inScope<SystemTx, void>(lanes, { system: true }, ({ tx }) => addToTally(tx, rows), { lane: 'jobs' });
    } catch (error) {
      onLost(error);
      // Others were counted while this was under way.
      for (const row of rows) add(tally.size < TALLY_KEYS_MAX ? row : { ...row, source: 'other' });
    }
  };

  const timer = setInterval(() => void flush(), FLUSH_MS);
  timer.unref();
  return {
    record: async (refusal) => {
      const actor = actorOf(refusal.principal);
      if (refusal.principal.kind === 'anonymous') return count(SYSTEM_STREAM, refusal.addressKey, refusal.code);
      const stream = streamOfPrincipal(refusal.principal);
      if (refusal.code === 'resource.not_found') probing?.note({ ...refusal, stream, actor });
      // A database that is down takes no trace either; asking it would only wait twice.
      if (refusal.code === 'server.unavailable' || isOverSingles(actor))
        return count(stream, `${actor.kind}:${actor.id}`, refusal.code);
      await writeSingly(lanes, stream, refusal, actor).catch(onLost);
    },
    flush: async () => {
      await probing?.settle();
      await flush();
    },
    close: async () => {
      clearInterval(timer);
      await probing?.settle();
      await flush();
    },
  };
}

async function writeSingly(lanes: Lanes, stream: Stream, refusal: Refusal, actor: Actor): Promise<void> {
  await inScope<AnyTx, void>(lanes, scopeOfStream(stream), ({ tx, now }) =>
    insertPendingEvents(tx, [
      {
        stream,
        eventId: newUuid(),
        at: now,
        action: refusal.action,
        outcome: refusal.outcome,
        actor,
        target: null,
        requestId: refusal.requestId,
        facts: { code: refusal.code, route: refusal.route, asked: refusal.asked },
      },
    ]),
  );
}
