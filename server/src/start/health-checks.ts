// What "ready" means here: the database answers, the master key works, the log keeps up.
import type { KekProvider } from '#crypto/kek.ts';
import type { Lookup } from '#db/lookup.ts';
import { type Lanes, release } from '#db/pool.ts';
import { countPending, findLastRound, ROUND_EVERY_SECONDS } from '#modules/audit.ts';
import { lookAtMail } from '#modules/mail.ts';
import { unixMs } from '#telemetry/clock.ts';
import type { Health } from '#telemetry/health.ts';

/** Events that wait for their place in the log; more than a healthy sequencer ever leaves. */
const EVENTS_BEHIND = 10_000;
/** Two rounds of verification that did not come. */
const ROUNDS_MISSED_MS = 3 * ROUND_EVERY_SECONDS * 1_000;

export type HealthParts = {
  readonly lanes: Lanes;
  readonly provider: KekProvider;
  readonly lookup: Lookup;
  /** Whether a mail server is named. */
  readonly sendsMail: boolean;
};

export function registerHealthChecks(health: Health, { lanes, provider, lookup, sendsMail }: HealthParts): void {
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
      const round = await findLastRound(lanes);
      if (round !== undefined && round.faultCount > 0) return { status: 'fail', reason: 'damaged' };
      const isBehind = (await countPending(lookup, EVENTS_BEHIND)) >= EVENTS_BEHIND;
      if (isBehind) return { status: 'warn', reason: 'behind' };
      // Before the first round has ended nothing is known yet; a start begins one at once.
      const isOld = round !== undefined && unixMs() - Date.parse(round.endedAt) > ROUNDS_MISSED_MS;
      return isOld ? { status: 'warn', reason: 'unverified' } : { status: 'pass' };
    },
  });
  health.register({
    id: 'mail',
    kind: 'status',
    critical: false,
    run: async () => {
      const { waiting, failing } = await lookAtMail(lookup);
      if (failing > 0) return { status: 'warn', reason: 'not_sent' };
      // Nobody else will: the operator hands it over, or names a mail server.
      return waiting > 0 && !sendsMail ? { status: 'warn', reason: 'waits_for_operator' } : { status: 'pass' };
    },
  });
}
