// Leaves traces of what the operator decided: a start, and every change of what the server may call and through what.
import { newUuid } from '#crypto/random.ts';
import type { Lanes } from '#db/pool.ts';
import { inScope, type SystemTx } from '#db/scope.ts';
import { actorOf } from '#kernel/principal.ts';
import { findInstallationFact, insertPendingEvents, putInstallationFact } from '#kernel/queries.ts';
import { SYSTEM_STREAM } from '#kernel/streams.ts';
import { NO_REACH } from '#kernel/permissions.ts';

export type Announcement = {
  readonly release: string;
  readonly exposed: boolean;
  /** Each in one canonical order and spelling, so that a difference is a change. */
  readonly outbound: Readonly<Record<OutboundRule, readonly string[]>>;
};

export type OutboundRule = 'allow' | 'deny' | 'proxy';

/** Under which name each is kept, and what its change is called. */
const RULES: readonly (readonly [OutboundRule, fact: string, action: string])[] = [
  ['allow', 'outbound_allow', 'outbound.allow_list_changed'],
  ['deny', 'outbound_deny', 'outbound.deny_list_changed'],
  ['proxy', 'outbound_proxy', 'outbound.proxy_changed'],
];

/** Records the start in the installation's own stream, and each rule of outbound calls that differs from the last start's. */
export async function announceStart(lanes: Lanes, { release, exposed, outbound }: Announcement): Promise<void> {
  const actor = actorOf({ kind: 'operator', uid: process.getuid?.() ?? -1, reach: NO_REACH });
  await inScope<SystemTx, void>(lanes, { system: true }, async ({ tx, now }) => {
    const event = (action: string, facts: object) => ({
      stream: SYSTEM_STREAM,
      eventId: newUuid(),
      at: now,
      action,
      outcome: 'allowed' as const,
      actor,
      target: null,
      requestId: 'start',
      facts,
    });
    const events = [event('server.started', { release, exposed })];
    for (const [rule, fact, action] of RULES) {
      const after = outbound[rule];
      const before = (await findInstallationFact(tx, fact))?.value ?? [];
      if (JSON.stringify(before) === JSON.stringify(after)) continue;
      await putInstallationFact(tx, fact, after);
      events.push(event(action, { before, after }));
    }
    await insertPendingEvents(tx, events);
  });
}
