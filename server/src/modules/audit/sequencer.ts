// Drains pending events into the log: a place in each stream's chain, a leaf in the tree, a signed checkpoint, one commit.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  appendLeafHashes,
  decodeFrontier,
  encodeFrontier,
  frontierRoot,
  type Frontier,
} from '@holdfast/protocol/merkle-frontier.ts';
import { randomBytes } from '#crypto/random.ts';
import { DatabaseError } from '#db/errors.ts';
import type { Lanes } from '#db/pool.ts';
import { inScope, type SystemTx } from '#db/scope.ts';
import type { AuditKeys } from '#kernel/tools.ts';
import { errors } from './model.ts';
import { signCheckpoint } from './checkpoints.ts';
import { hashRecord, streamPseudonym } from './leaf.ts';
import {
  type Event,
  findHeads,
  findState,
  type Head,
  insertCheckpoint,
  insertState,
  moveToLog,
  readPending,
  swapState,
  tryLeadership,
  upsertHeads,
} from './queries.ts';

export type SequencerOptions = {
  readonly lanes: Lanes;
  readonly keys: AuditKeys;
  /** Makes the origin of a new log; never used again once the log exists. */
  readonly newOrigin: () => string;
  readonly onFailure: (error: unknown) => void;
  readonly idleMs?: number;
};

export type Sequencer = { readonly stop: () => Promise<void> };

const BATCH_MAX = 2_000;
const IDLE_MS = 200;
const HASH_BYTES = 32;
const EMPTY_HASH = Buffer.alloc(HASH_BYTES);

/** Runs until stopped; a failed batch left nothing behind and is tried again. */
export function startSequencer(options: SequencerOptions): Sequencer {
  const stopping = new AbortController();
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const drained = await sequenceBatch(options).catch((error: unknown) => {
        options.onFailure(error);
        return 0;
      });
      if (drained < BATCH_MAX)
        await sleep(options.idleMs ?? IDLE_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
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

/** Sequences one batch; returns how many events it took. Another sequencer at work, or nothing to do: 0. */
export function sequenceBatch({ lanes, keys, newOrigin }: Omit<SequencerOptions, 'onFailure'>): Promise<number> {
  return inScope<SystemTx, number>(
    lanes,
    { system: true },
    async ({ tx, now }) => {
      if (!(await tryLeadership(tx))) return 0;
      const state = (await findState(tx)) ?? (await begin(tx, newOrigin()));
      const events = await readPending(tx, BATCH_MAX);
      if (events.length === 0) return 0;
      const before = readFrontier(state.frontier, state.size);
      const chained = chain(keys, events, await headsOf(tx, events));
      const after = appendLeafHashes(before, chained.recordHashes);
      await move(tx, events, chained, before.size);
      await upsertHeads(tx, chained.heads);
      await insertCheckpoint(tx, after.size, signCheckpoint(keys, state.origin, after.size, frontierRoot(after)), now);
      if (!(await swapState(tx, state.size, after.size, Buffer.from(encodeFrontier(after)))))
        throw errors['audit.damaged']({ cause: new Error('the tree grew under us') });
      return events.length;
    },
    { lane: 'jobs', role: 'holdfast_sequencer', statementTimeoutMs: 30_000 },
  );
}

async function begin(tx: SystemTx, origin: string) {
  await insertState(tx, { origin, size: '0', frontier: Buffer.from(encodeFrontier({ size: 0, subtreeRoots: [] })) });
  const state = await findState(tx);
  if (state === undefined) throw errors['audit.damaged']({ cause: new Error('the state of the log was not stored') });
  return state;
}

/** A frontier that does not fit its size is damage: the sequencer signs nothing on top of it. */
function readFrontier(bytes: Buffer, size: string): Frontier {
  const frontier = decodeFrontier(bytes);
  if (frontier === undefined || frontier.size !== Number(size))
    throw errors['audit.damaged']({ cause: new Error('the stored frontier of the log is damaged') });
  return frontier;
}

function headsOf(tx: SystemTx, events: readonly Event[]) {
  const streams = new Map(events.map((event) => [streamKey(event), { kind: event.stream_kind, id: event.stream_id }]));
  return findHeads(tx, [...streams.values()]);
}

type Chained = {
  readonly seqs: readonly string[];
  readonly salts: Buffer;
  readonly previousHashes: readonly Uint8Array[];
  readonly recordHashes: readonly Buffer[];
  readonly heads: readonly Head[];
};
type Link = Head & { readonly pseudonym: Buffer };

/** Numbers and links each event in its own stream, in memory: the single sequencer is what makes this cheap. */
function chain(keys: AuditKeys, events: readonly Event[], known: readonly Head[]): Chained {
  const heads = new Map(known.map((head) => [streamKey(head), head]));
  const links = new Map<string, Link>();
  const salts = randomBytes(events.length * HASH_BYTES);
  const seqs: string[] = [];
  const previousHashes: Uint8Array[] = [];
  const recordHashes: Buffer[] = [];
  for (const [at, event] of events.entries()) {
    const key = streamKey(event);
    const last = links.get(key);
    const head = last ?? heads.get(key);
    const pseudonym = last?.pseudonym ?? streamPseudonym(keys.pseudonymKey, event);
    const seq = Number(head?.seq ?? 0) + 1;
    const previousHash = head?.record_hash ?? EMPTY_HASH;
    const salt = salts.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES);
    const hash = hashRecord(pseudonym, event, { seq, previousHash, salt });
    const { stream_kind, stream_id } = event;
    links.set(key, { stream_kind, stream_id, seq: String(seq), record_hash: hash, pseudonym });
    seqs.push(String(seq));
    previousHashes.push(previousHash);
    recordHashes.push(hash);
  }
  const ends = [...links.values()].map(({ pseudonym: _pseudonym, ...head }) => head);
  return { seqs, salts, previousHashes, recordHashes, heads: ends };
}

/** An event that is gone was given its place by another sequencer, and so was the whole batch. */
async function move(tx: SystemTx, events: readonly Event[], chained: Chained, firstLeaf: number): Promise<void> {
  const moved = await moveToLog(tx, {
    events,
    firstLeaf,
    seqs: chained.seqs,
    salts: chained.salts,
    previousHashes: Buffer.concat(chained.previousHashes),
    recordHashes: Buffer.concat(chained.recordHashes),
  });
  if (moved !== events.length) throw new DatabaseError('aborted', { detail: 'another sequencer was faster' });
}

function streamKey(one: Pick<Event, 'stream_kind' | 'stream_id'>): string {
  return `${one.stream_kind}:${one.stream_id}`;
}
