// Leaves traces of what the operator decided: a start, and every change of the list of internal addresses we may call.
import { newUuid } from '#crypto/random.ts';
import type { Lanes } from '#db/pool.ts';
import { inScope, type SystemTx } from '#db/scope.ts';
import { actorOf } from '#kernel/principal.ts';
import { findInstallationFact, insertPendingEvents, putInstallationFact } from '#kernel/queries.ts';
import { SYSTEM_STREAM } from '#kernel/streams.ts';
import { NO_REACH } from '#kernel/permissions.ts';

const FACT = 'outbound_allow';

export type Announcement = {
  readonly release: string;
  readonly exposed: boolean;
  readonly outboundAllow: readonly string[];
};

/** Records the start in the installation's own stream, and the allow-list when it differs from the last start's. */
export async function announceStart(lanes: Lanes, { release, exposed, outboundAllow }: Announcement): Promise<void> {
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
    const before = (await findInstallationFact(tx, FACT))?.value;
    const isChanged = JSON.stringify(before ?? []) !== JSON.stringify(outboundAllow);
    if (isChanged) await putInstallationFact(tx, FACT, outboundAllow);
    await insertPendingEvents(tx, [
      event('server.started', { release, exposed }),
      ...(isChanged ? [event('outbound.allow_list_changed', { before: before ?? [], after: outboundAllow })] : []),
    ]);
  });
}
