// The log is verified every hour, whoever asks or not: one replica does a round, and all of them show what it found.
import { setTimeout as sleep } from 'node:timers/promises';
import { defineGauge } from '#telemetry/metrics.ts';
import { findLastRound, type Round, type RoundParts, verifyWholeLog } from './round.ts';
import { claimRound, putRound, releaseRound } from './round-queries.ts';

export type WatchOptions = Omit<RoundParts, 'remembered' | 'signal'> & {
  readonly onRound: (round: Round) => void;
  readonly onFailure: (error: unknown) => void;
  /** Another replica has done the round, or does it. */
  readonly onNotDue?: () => void;
};

export type LogWatch = { readonly stop: () => Promise<void> };

export const ROUND_EVERY_SECONDS = 3_600;
const TICK_MS = 60_000;

const faultsFound = defineGauge({
  name: 'holdfast_audit_log_faults',
  help: 'Faults that the last verification of the whole audit log found; anything but 0 is an alarm',
});
const lastEnd = defineGauge({
  name: 'holdfast_audit_log_verified_timestamp_seconds',
  help: 'When the last verification of the whole audit log ended, in Unix time',
});

/** Begins with a look at once. A round that fails is begun again a minute later. */
export function startLogWatch(options: WatchOptions): LogWatch {
  const { lanes, onRound, onFailure } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  // Of this process alone: nobody who writes to the database can make it forget.
  let seenHere: string | null = null;

  const verify = async (): Promise<void> => {
    const stored = (await findLastRound(lanes))?.checkpoint ?? null;
    const remembered = [seenHere, stored].filter((note) => note !== null);
    const round = await verifyWholeLog({ ...options, remembered, signal });
    if (round.faultCount === 0) seenHere = round.checkpoint;
    await putRound(lanes, { ...round, checkpoint: round.faultCount === 0 ? round.checkpoint : stored });
    show(round);
    onRound(round);
  };

  const tick = async (): Promise<void> => {
    if (!(await claimRound(lanes, ROUND_EVERY_SECONDS))) {
      show(await findLastRound(lanes));
      options.onNotDue?.();
      return;
    }
    try {
      await verify();
    } catch (error) {
      await releaseRound(lanes);
      throw error;
    }
  };

  const loop = async (): Promise<void> => {
    while (!signal.aborted) {
      await tick().catch((error: unknown) => {
        if (!signal.aborted) onFailure(error);
      });
      await sleep(TICK_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  };
  const looping = loop();
  return {
    stop: async () => {
      stopping.abort();
      await looping;
    },
  };
}

function show(round: Round | undefined): void {
  if (round === undefined) return;
  faultsFound.set(round.faultCount);
  lastEnd.set(Date.parse(round.endedAt) / 1_000);
}
