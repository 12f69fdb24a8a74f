// What "ready" means here: the database answers, the master key works, the log keeps up.
import type { KekProvider } from '#crypto/kek.ts';
import type { Lookup } from '#db/lookup.ts';
import { type Lanes, release } from '#db/pool.ts';
import { countPending } from '#modules/audit.ts';
import type { Health } from '#telemetry/health.ts';

/** Events that wait for their place in the log; more than a healthy sequencer ever leaves. */
const EVENTS_BEHIND = 10_000;

export function registerHealthChecks(health: Health, lanes: Lanes, provider: KekProvider, lookup: Lookup): void {
  health.register({ id: 'process', kind: 'live', critical: true, run: async () => ({ status: 'pass' }) });
  health.register({
    id: 'database',
    kind: 'ready',
    critical: true,
    run: async () => {
      const client = await lanes.checkout('health');
      let failure: unknown;
      try {
        await client.query('select 1');
        return { status: 'pass' };
      } catch (error) {
        failure = error;
        return { status: 'fail', reason: 'no_answer' };
      } finally {
        release(client, failure);
      }
    },
  });
  health.register({
    id: 'master_key',
    kind: 'status',
    critical: true,
    run: async () => {
      const state = await provider.health();
      return state.ok ? { status: 'pass' } : { status: 'fail', reason: state.reason };
    },
  });
  health.register({
    id: 'audit_log',
    kind: 'status',
    critical: false,
    run: async () => {
      const isBehind = (await countPending(lookup, EVENTS_BEHIND)) >= EVENTS_BEHIND;
      return isBehind ? { status: 'warn', reason: 'behind' } : { status: 'pass' };
    },
  });
}
