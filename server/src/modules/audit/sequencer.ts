// Drains pending events into the log: a place in each stream's chain, a leaf in the tree, a signed checkpoint, one commit.
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
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
  type Waiting,
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

const BATCH_MAX = 10_000;
/** Events hashed while PostgreSQL takes in those before them: a few milliseconds of this thread. */
const STRETCH = 1_000;
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
      const before = readFrontier(state.frontier, state.size);
      const { heads, frontier: after } = await moveAll(tx, keys, before);
      if (after.size === before.size) return 0;
      await upsertHeads(tx, [...heads.values()]);
      await insertCheckpoint(tx, after.size, signCheckpoint(keys, state.origin, after.size, frontierRoot(after)), now);
      if (!(await swapState(tx, state.size, after.size, Buffer.from(encodeFrontier(after)))))
        throw errors['audit.damaged']({ cause: new Error('the tree grew under us') });
      return after.size - before.size;
    },
    { lane: 'jobs', role: 'holdfast_sequencer', statementTimeoutMs: 30_000 },
  );
}

type Edge = { readonly heads: Heads; readonly frontier: Frontier };

/**
 * Moves stretch after stretch, all in the one transaction: the next is read before, and hashed while, PostgreSQL moves the
 * one before it. Nothing outlives a failure, since a batch that does not commit is read again from the start.
 */
async function moveAll(tx: SystemTx, keys: AuditKeys, before: Frontier): Promise<Edge> {
  const heads: Heads = new Map();
  let frontier = before;
  let current = chain(keys, await readWaiting(tx, heads, STRETCH), heads);
  while (current.events.length > 0) {
    const { events, recordHashes } = current;
    const left = BATCH_MAX - (frontier.size - before.size) - events.length;
    const isLast = events.length < STRETCH || left === 0;
    const next = isLast ? [] : await readWaiting(tx, heads, Math.min(STRETCH, left), events.at(-1));
    const moving = move(tx, current, frontier.size);
    const hashing = nextTurn().then(() => ({
      current: chain(keys, next, heads),
      frontier: appendLeafHashes(frontier, recordHashes),
    }));
    // Both have ended before the failure of one ends the transaction.
    await Promise.allSettled([moving, hashing]);
    await moving;
    ({ current, frontier } = await hashing);
  }
  return { heads, frontier };
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

/** The next events, with the heads of their streams in `heads`. */
async function readWaiting(tx: SystemTx, heads: Heads, limit: number, after?: Waiting): Promise<readonly Waiting[]> {
  const events = await readPending(tx, limit, after);
  const streams = new Map(events.map((event) => [streamKey(event), { kind: event.stream_kind, id: event.stream_id }]));
  const unknown = [...streams].filter(([key]) => !heads.has(key)).map(([, stream]) => stream);
  if (unknown.length > 0) for (const head of await findHeads(tx, unknown)) heads.set(streamKey(head), head);
  return events;
}

/** Where each stream ends, what this transaction has added included. */
type Heads = Map<string, Head>;
type Chained = {
  readonly events: readonly Waiting[];
  readonly seqs: readonly string[];
  readonly salts: Buffer;
  readonly previousHashes: readonly Uint8Array[];
  readonly recordHashes: readonly Buffer[];
};

/** Numbers and links each event in its own stream, in memory: the single sequencer is what makes this cheap. */
function chain(keys: AuditKeys, events: readonly Waiting[], heads: Heads): Chained {
  const pseudonyms = new Map<string, Buffer>();
  const salts = randomBytes(events.length * HASH_BYTES);
  const seqs: string[] = [];
  const previousHashes: Uint8Array[] = [];
  const recordHashes: Buffer[] = [];
  for (const [at, event] of events.entries()) {
    const key = streamKey(event);
    const head = heads.get(key);
    const pseudonym = pseudonyms.get(key) ?? streamPseudonym(keys.pseudonymKey, event);
    const seq = Number(head?.seq ?? 0) + 1;
    const previousHash = head?.record_hash ?? EMPTY_HASH;
    const salt = salts.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES);
    const hash = hashRecord(pseudonym, event, { seq, previousHash, salt });
    const { stream_kind, stream_id } = event;
    pseudonyms.set(key, pseudonym);
    heads.set(key, { stream_kind, stream_id, seq: String(seq), record_hash: hash });
    seqs.push(String(seq));
    previousHashes.push(previousHash);
    recordHashes.push(hash);
  }
  return { events, seqs, salts, previousHashes, recordHashes };
}

/** An event that is gone was given its place by another sequencer, and so was the whole batch. */
async function move(tx: SystemTx, { events, seqs, salts, ...hashes }: Chained, firstLeaf: number): Promise<void> {
  const previousHashes = Buffer.concat(hashes.previousHashes);
  const recordHashes = Buffer.concat(hashes.recordHashes);
  const moved = await moveToLog(tx, { events, firstLeaf, seqs, salts, previousHashes, recordHashes });
  if (moved !== events.length) throw new DatabaseError('aborted', { detail: 'another sequencer was faster' });
}

function streamKey(one: Pick<Event, 'stream_kind' | 'stream_id'>): string {
  return `${one.stream_kind}:${one.stream_id}`;
}
