// The work of a replica beside requests: the audit sequencer, the watch over the log, and the job worker.
import { newUuid } from '#crypto/random.ts';
import { startWorker } from '#jobs/worker.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { startLogWatch, startSequencer } from '#modules/audit.ts';
import { unixMs } from '#telemetry/clock.ts';
import type { Log } from '#telemetry/log.ts';
import { checkName } from '#telemetry/values.ts';
import { jobFailed, jobsBack, jobsDown, logDamaged, logUnverified, logVerified, sequencerFailed } from './events.ts';

export type Background = { readonly stop: () => Promise<void> };

export function startBackground(kernel: Kernel, log: Log): Background {
  const sequencer = startSequencer({
    lanes: kernel.lanes,
    keys: kernel.tools.keyring.audit,
    newOrigin: () => `holdfast.local/${newUuid()}`,
    onFailure: (error) => log(sequencerFailed, { error }),
  });
  const watch = startLogWatch({
    lanes: kernel.lanes,
    lookup: kernel.tools.lookup,
    keys: kernel.tools.keyring.audit,
    now: () => new Date(unixMs()),
    onRound: ({ faultCount, streams, entries, checkpoints }) =>
      faultCount === 0
        ? log(logVerified, { streams, entries, checkpoints })
        : log(logDamaged, { faults: faultCount, streams, entries }),
    onFailure: (error) => log(logUnverified, { error }),
  });
  const worker = startWorker({
    kernel,
    onFailure: ({ job, attempt, isFinal, error }) =>
      log(jobFailed, { job: checkName(job), attempt, final: isFinal, error }),
    onClaiming: (change) => (change.works ? log(jobsBack, {}) : log(jobsDown, { error: change.error })),
  });
  return {
    // Work first: what it leaves in the log can still be given its place.
    stop: async () => {
      await watch.stop();
      await worker.stop();
      await sequencer.stop();
    },
  };
}
