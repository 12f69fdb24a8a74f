// Who asks again and again for what does not exist for them: counted over all servers that share a limit store, and told once an hour.
//
// Nothing here looks whether an object exists elsewhere: what is another organization's and what is nobody's are counted alike, after
// the answer was decided, so that neither the alarm nor its time tells one from the other.
import { newUuid } from '#crypto/random.ts';
import type { Lanes } from '#db/pool.ts';
import { inScope } from '#db/scope.ts';
import type { Limit, LimitStore } from './limits/limits.ts';
import type { Actor } from './principal.ts';
import { type AnyTx, insertJob, insertPendingEvents, type Stream } from './queries.ts';
import { scopeOfStream } from './streams.ts';

/** A person mistypes, and follows links to what is gone; a dozen at once and one in five minutes are nobody's search. */
const ATTEMPTS: Limit = { perMinute: 0.2, burst: 12 };
const ALARMS: Limit = { perMinute: 1 / 60, burst: 1 };
/** Attempts that are being counted at once on this server; beyond them they go uncounted, so that a flood costs no memory. */
const AT_ONCE_MAX = 50;

/** Of the event, and of the message to webhooks. */
export const PROBED = 'tenancy.probed';
/** The job that tells webhooks; the module of webhooks has it. */
export const TELL = 'webhooks.tell_of_probing';

export type Attempt = {
  readonly stream: Stream;
  readonly actor: Actor;
  readonly requestId: string;
  readonly route: string;
  /** The ids it named. */
  readonly asked: readonly string[];
};

export type Probing = {
  /** Never throws, never waits: the call is answered as it would be without it. */
  readonly note: (attempt: Attempt) => void;
  /** Resolves when everything noted so far was counted. */
  readonly settle: () => Promise<void>;
};

type Options = {
  readonly lanes: Lanes;
  readonly limits: LimitStore;
  readonly onAlarm: (attempt: Attempt) => Promise<void> | void;
  readonly onLost: (error: unknown) => void;
};

export function watchProbing({ lanes, limits, onAlarm, onLost }: Options): Probing {
  const running = new Set<Promise<void>>();

  const count = async (attempt: Attempt): Promise<void> => {
    const { stream, actor } = attempt;
    const who = `${stream.id}:${actor.kind}:${actor.id}`;
    const [taken] = await limits.take([{ key: `probing:attempts:${who}`, limit: ATTEMPTS, cost: 1 }]);
    if (taken?.allowed !== false) return;
    const [first] = await limits.take([{ key: `probing:alarms:${who}`, limit: ALARMS, cost: 1 }]);
    if (first?.allowed !== true) return;
    await onAlarm(attempt);
    await writeAlarm(lanes, attempt);
  };

  return {
    note: (attempt) => {
      if (attempt.stream.kind !== 'org' || attempt.asked.length === 0 || running.size >= AT_ONCE_MAX) return;
      const counting = count(attempt)
        .catch(onLost)
        .finally(() => running.delete(counting));
      running.add(counting);
    },
    settle: async () => {
      await Promise.all(running);
    },
  };
}

/** In the organization of whoever asks: they are its own, and its admins read it. */
async function writeAlarm(lanes: Lanes, { stream, actor, requestId, route, asked }: Attempt): Promise<void> {
  await inScope<AnyTx, void>(lanes, scopeOfStream(stream), async ({ tx, now }) => {
    await insertPendingEvents(tx, [
      {
        stream,
        eventId: newUuid(),
        at: now,
        action: PROBED,
        outcome: 'denied',
        actor,
        target: null,
        requestId,
        facts: { moreThan: ATTEMPTS.burst, route, asked },
      },
    ]);
    const payload = { organization: stream.id, kind: actor.kind };
    await insertJob(tx, { stream, id: newUuid(), kind: TELL, payload, enqueuedBy: actor, requestId, runAt: now });
  });
}
