// What "ready" means here: the database answers, the master key works, the log keeps up.
import type { KekProvider } from '#crypto/kek.ts';
import type { Lanes } from '#db/pool.ts';
import { release } from '#db/pool.ts';
import type { Health } from '#telemetry/health.ts';

const AUDIT_LAG_WARN = 10_000;

export function registerHealthChecks(health: Health, lanes: Lanes, provider: KekProvider): void {
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
}

/** The log keeps up when few events wait for their place in it. */
export function registerAuditLag(health: Health, countPending: () => Promise<number>): void {
  health.register({
    id: 'audit_log',
    kind: 'status',
    critical: false,
    run: async () =>
      (await countPending()) > AUDIT_LAG_WARN ? { status: 'warn', reason: 'behind' } : { status: 'pass' },
  });
}
