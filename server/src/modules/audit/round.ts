// One round of the scheduled verification: every stream's chain, and the tree against checkpoints of every age.
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { randomBytes } from '#crypto/random.ts';
import type { Lookup } from '#db/lookup.ts';
import type { Lanes } from '#db/pool.ts';
import type { Stream } from '#kernel/queries.ts';
import type { AuditKeys } from '#kernel/tools.ts';
import { monotonicMs } from '#telemetry/clock.ts';
import { type Fault, walkChain } from './chain.ts';
import { openOwnCheckpoint } from './checkpoints.ts';
import { findLatestCheckpoint } from './queries.ts';
import { findHeadOf, findRound, findStreamAfter, readCheckpointsNear, readStretchOf } from './round-queries.ts';
import { rootsAt } from './tree.ts';

const RoundFault = z.object({ stream: z.string(), at: z.int(), reason: z.string() });

/** What a round found. */
export const Round = z.object({
  endedAt: z.iso.datetime(),
  streams: z.int(),
  entries: z.int(),
  treeSize: z.int(),
  /** Signed checkpoints whose root the tree has. */
  checkpoints: z.int(),
  faultCount: z.int(),
  /** The first of them. */
  faults: z.array(RoundFault),
  /** The newest checkpoint, which every later tree must still contain; null while there is none. */
  checkpoint: z.string().nullable(),
});
export type Round = z.output<typeof Round>;

export type RoundParts = {
  readonly lanes: Lanes;
  readonly lookup: Lookup;
  readonly keys: AuditKeys;
  /** Checkpoints that were seen before, here or by another replica: a tree that has lost one is not the same tree. */
  readonly remembered: readonly string[];
  readonly now: () => Date;
  readonly signal: AbortSignal;
};

type Found = z.output<typeof RoundFault>;

const FAULTS_KEPT = 20;
/** As much rest as work: the log is read beside its users, not instead of them. */
const WORK_MS = 250;
const SAMPLED_CHECKPOINTS = 48;

/** What the last round found; undefined before the first has ended. */
export async function findLastRound(lanes: Lanes): Promise<Round | undefined> {
  const parsed = Round.safeParse(await findRound(lanes));
  return parsed.success ? parsed.data : undefined;
}

/** Rejects when the log cannot be read, or the signal aborts. */
export async function verifyWholeLog(parts: RoundParts): Promise<Round> {
  const pause = createPause(parts.signal);
  const chains = await walkStreams(parts, pause);
  const tree = await compareTree(parts, pause);
  const faults = [...chains.faults, ...tree.faults];
  return {
    endedAt: parts.now().toISOString(),
    streams: chains.streams,
    entries: chains.entries,
    treeSize: tree.size,
    checkpoints: tree.checkpoints,
    faultCount: faults.length,
    faults: faults.slice(0, FAULTS_KEPT),
    checkpoint: tree.newest,
  };
}

async function walkStreams({ lanes, keys }: RoundParts, pause: () => Promise<void>) {
  const faults: Found[] = [];
  let streams = 0;
  let entries = 0;
  const before: Stream = { kind: 'org', id: '00000000-0000-0000-0000-000000000000' };
  for (
    let stream = await findStreamAfter(lanes, before);
    stream !== undefined;
    stream = await findStreamAfter(lanes, stream)
  ) {
    const walked = await walkStream(lanes, keys, stream, pause);
    streams += 1;
    entries += walked.through;
    if (walked.fault !== undefined) faults.push({ stream: `${stream.kind}:${stream.id}`, ...walked.fault });
    await pause();
  }
  return { streams, entries, faults };
}

function walkStream(lanes: Lanes, keys: AuditKeys, stream: Stream, pause: () => Promise<void>) {
  const reader = {
    head: () => findHeadOf(lanes, stream),
    stretch: async (afterSeq: number, limit: number) => {
      await pause();
      return readStretchOf(lanes, stream, afterSeq, limit);
    },
  };
  return walkChain(reader, keys);
}

/**
 * The newest checkpoint alone would not do: whoever rewrites leaves and the stored frontier has the next checkpoint signed
 * over what they wrote. Older ones, and those remembered from earlier rounds, still tell.
 */
async function compareTree({ lanes, lookup, keys, remembered }: RoundParts, pause: () => Promise<void>) {
  const newest = await findLatestCheckpoint(lookup);
  const size = newest?.size ?? 0;
  const sampled = newest === undefined ? [] : await readCheckpointsNear(lanes, sizesToSample(size));
  const notes = [...new Set([...remembered, ...sampled, ...(newest === undefined ? [] : [newest.note])])];
  const opened = notes.map((note) => openStored(keys, note));
  const signed = opened.flatMap((result) => (result.ok ? [result.checkpoint] : []));
  const within = signed.filter((checkpoint) => checkpoint.size <= size);
  const roots = await rootsAt(
    lookup,
    within.map((checkpoint) => checkpoint.size),
    pause,
  );
  const holding = within.filter((checkpoint) => roots.get(checkpoint.size)?.equals(checkpoint.root) === true);
  const faults: readonly Fault[] = [
    ...opened.flatMap((result) => (result.ok ? [] : [{ at: size, reason: `checkpoint ${result.reason}` }])),
    ...signed.filter((one) => one.size > size).map((one) => ({ at: one.size, reason: 'the tree has become smaller' })),
    ...within
      .filter((one) => !holding.includes(one))
      .map((one) => ({ at: one.size, reason: 'the tree does not have the signed root' })),
  ];
  return {
    size,
    checkpoints: holding.length,
    newest: newest?.note ?? null,
    faults: faults.map((fault) => ({ stream: 'tree', ...fault })),
  };
}

/** Whatever stands where a checkpoint should is a fault of the log, not of the one who looks. */
function openStored(keys: AuditKeys, note: string): ReturnType<typeof openOwnCheckpoint> {
  try {
    return openOwnCheckpoint(keys, note);
  } catch {
    return { ok: false, reason: 'malformed' };
  }
}

/** One anywhere in each part of the tree, so that nobody knows which checkpoints will be looked at. */
function sizesToSample(size: number): readonly number[] {
  const part = size / SAMPLED_CHECKPOINTS;
  return Array.from(
    { length: SAMPLED_CHECKPOINTS },
    (_, at) => 1 + Math.floor(part * (at + randomBytes(4).readUInt32BE() / 2 ** 32)),
  );
}

function createPause(signal: AbortSignal): () => Promise<void> {
  let sinceMs = monotonicMs();
  return async () => {
    signal.throwIfAborted();
    if (monotonicMs() - sinceMs < WORK_MS) return;
    await sleep(WORK_MS, undefined, { signal });
    sinceMs = monotonicMs();
  };
}
