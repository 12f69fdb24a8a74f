// What AU3 looks at: the chain of a probed organization, the newest checkpoint, the tree, and the watch over the whole log.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProbeTools } from '@holdfast/controls/control.ts';
import type { Observation } from '@holdfast/controls/evidence.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { openCheckpoint } from '@holdfast/protocol/checkpoint.ts';
import { appendLeafHashes, emptyFrontier, frontierRoot } from '@holdfast/protocol/merkle-frontier.ts';
import { ed25519Verifier, parseVerifierKey } from '@holdfast/protocol/signed-note.ts';
import { equalBytes } from '@holdfast/protocol/bytes.ts';
import { z } from 'zod';
import { askAs } from '#verification/asking.ts';
import type { Database, LogWatch, Tenant, Tenants, Web } from '#verification/instance.ts';
import { Checkpoint, Entry, Verification } from '../model.ts';
import { CHECKPOINTS, RECORD_HASHES } from './au3-queries.ts';
import { recomputeChain, type ShownEntry } from './recompute.ts';

export type LogTarget = {
  readonly web?: Web;
  readonly privateWeb?: Web;
  readonly tenants?: Tenants;
  readonly database?: Database;
  readonly logWatch?: LogWatch;
};

export const CHAIN = 'audit.chain';
export const CHECKPOINT = 'audit.checkpoint';
export const TREE = 'audit.tree';
export const WATCH = 'audit.watch';
const TTL_SECONDS = 3_600;

const PAGES_MAX = 5;
const PAGE = 200;
const STRETCH = 5_000;
/** Above this many leaves the scheduled verification alone rebuilds the tree: a look must not take seconds. */
export const LEAVES_MAX = 100_000;

const Page = z.object({ items: z.array(Entry), nextCursor: z.string().nullable(), ...Verification.partial().shape });

export function observation(
  kind: string,
  subject: string,
  at: string,
  data: Readonly<Record<string, JsonValue>>,
  volatile: readonly string[],
): Observation {
  return {
    kind,
    subject,
    at,
    data,
    volatile,
    vantage: 'inside',
    ttlSeconds: TTL_SECONDS,
    reproduce: REPRODUCE[kind] ?? 'holdfast verify --only AU3',
  };
}

const REPRODUCE: Readonly<Record<string, string>> = {
  [CHAIN]: 'curl -s -H "Authorization: Bearer $KEY" "$BASE/api/v1/audit?verify_chain=true"',
  [CHECKPOINT]: 'curl -s -H "Authorization: Bearer $KEY" "$BASE/api/v1/audit/checkpoint"',
  [WATCH]: 'curl -s http://127.0.0.1:$HOLDFAST_PRIVATE_PORT/health/status',
};

/** `small`: the log is small enough to be verified while somebody waits. */
export async function lookAtChain(web: Web, tenant: Tenant, small: boolean, { signal }: ProbeTools) {
  const read = async (query: string) => {
    const reply = await askAs(web, { path: `/api/v1/audit?limit=${PAGE}${query}`, key: tenant.key }, signal);
    // A problem is no page: the probe fails, and with it the look.
    return Page.parse(JSON.parse(reply.body));
  };
  const ask = () => read(small ? '&verify_chain=true' : '');
  // A tenant that was entered for the first time has events that still wait for their place.
  const first = await askUntil(ask, ({ items }) => items.length > 0, signal);
  const newestFirst: ShownEntry[] = [...first.items];
  let cursor = first.nextCursor;
  for (let page = 1; cursor !== null && page < PAGES_MAX; page += 1) {
    const next = await read(`&cursor=${encodeURIComponent(cursor)}`);
    newestFirst.push(...next.items);
    cursor = next.nextCursor;
  }
  const { stream_pseudonym: pseudonym, chain_valid: isValid, fault } = first;
  const faults = pseudonym === undefined ? [] : recomputeChain(newestFirst.toReversed(), pseudonym);
  return observation(
    CHAIN,
    'the log of a probed organization',
    'chain',
    {
      isAsked: small,
      isRecomputed: pseudonym !== undefined,
      said: isValid === undefined ? null : isValid ? 'whole' : (fault?.reason ?? 'not whole'),
      entries: newestFirst.length,
      hasGenesis: newestFirst.at(-1)?.sequence === 1,
      isToItsEnd: cursor === null,
      faults: faults.slice(0, 20).map(({ at, place }) => ({ at, place })),
    },
    ['entries'],
  );
}

/** The first answer that will do, or the last one after two seconds. */
async function askUntil<T>(ask: () => Promise<T>, willDo: (answer: T) => boolean, signal: AbortSignal): Promise<T> {
  for (let left = 10; ; left -= 1) {
    const answer = await ask();
    if (left === 0 || willDo(answer)) return answer;
    await sleep(200, undefined, { signal });
  }
}

/** The newest checkpoint under the key that the server names; the key is a fact, so that another one is seen. */
export async function lookAtCheckpoint(web: Web, tenant: Tenant, { signal }: ProbeTools) {
  const reply = await askAs(web, { path: '/api/v1/audit/checkpoint', cookie: tenant.cookie }, signal);
  const { checkpoint, verifierKey } = Checkpoint.parse(JSON.parse(reply.body));
  return observation(
    CHECKPOINT,
    'the newest checkpoint',
    'checkpoint',
    { signature: openedBy(verifierKey, checkpoint).reason, verifierKey },
    [],
  );
}

function openedBy(verifierKey: string, note: string) {
  const key = parseVerifierKey(verifierKey);
  if (!key.ok) return { reason: `key ${key.reason}`, size: 0, root: new Uint8Array(0) };
  const opened = openCheckpoint(note, { origin: key.key.name, verifiers: [ed25519Verifier(key.key)] });
  return opened.ok
    ? { reason: 'good', size: opened.checkpoint.size, root: opened.checkpoint.root }
    : { reason: opened.reason, size: 0, root: new Uint8Array(0) };
}

export type StoredCheckpoint = { readonly size: number; readonly note: string };

export async function readCheckpoints(
  database: Database,
  { signal }: ProbeTools,
): Promise<readonly StoredCheckpoint[]> {
  const rows = await database.query(CHECKPOINTS, undefined, signal);
  return rows.map(({ size, note }) => ({ size: Number(size), note: String(note) }));
}

export function isSmall(checkpoints: readonly StoredCheckpoint[]): boolean {
  return Math.max(0, ...checkpoints.map(({ size }) => size)) <= LEAVES_MAX;
}

/** Rebuilds the tree from the record hashes and compares it with checkpoints of every age, each under the server's own key. */
export async function lookAtTree(
  database: Database,
  checkpoints: readonly StoredCheckpoint[],
  verifierKey: string,
  tools: ProbeTools,
) {
  const opened = checkpoints.map(({ size, note }) => ({ stored: size, ...openedBy(verifierKey, note) }));
  const isRecomputed = isSmall(checkpoints);
  const sizes = opened.map(({ stored }) => stored);
  const roots = isRecomputed ? await recomputeRoots(database, sizes, tools) : new Map<number, Uint8Array>();
  const wrong = opened.filter(({ stored, reason, size, root }) => {
    if (reason !== 'good' || size !== stored) return false;
    const found = roots.get(stored);
    return isRecomputed && (found === undefined || !equalBytes(found, root));
  });
  return observation(
    TREE,
    'the tree over all leaves',
    'tree root',
    {
      isRecomputed,
      size: Math.max(0, ...sizes),
      checkpoints: opened.length,
      unsigned: opened.filter(({ stored, reason, size }) => reason !== 'good' || size !== stored).length,
      wrongRoots: wrong.length,
    },
    ['size', 'checkpoints'],
  );
}

async function recomputeRoots(
  database: Database,
  sizes: readonly number[],
  { signal }: ProbeTools,
): Promise<ReadonlyMap<number, Uint8Array>> {
  const roots = new Map<number, Uint8Array>();
  let frontier = emptyFrontier;
  for (const size of [...new Set(sizes)].toSorted((one, other) => one - other)) {
    while (frontier.size < size) {
      const first = frontier.size;
      const rows = await database.query(RECORD_HASHES, [first, Math.min(STRETCH, size - first)], signal);
      const sound = rows.filter(({ leaf_index }, at) => Number(leaf_index) === first + at);
      // A missing leaf: no root from here on.
      if (sound.length < rows.length || rows.length === 0) return roots;
      frontier = appendLeafHashes(frontier, sound.map(hashOf));
    }
    roots.set(size, frontierRoot(frontier));
  }
  return roots;
}

function hashOf({ record_hash: hash }: Readonly<Record<string, unknown>>): Uint8Array {
  return hash instanceof Uint8Array ? new Uint8Array(hash) : new Uint8Array(0);
}

const Status = z.object({
  checks: z.object({ audit_log: z.object({ status: z.string(), reason: z.string().optional() }) }),
});
const GAUGE = /^holdfast_audit_log_faults (\d+)$/m;

/** When the whole log was verified last, what was found, and whether operators are told of it. */
export async function lookAtWatch(watch: LogWatch, privateWeb: Web, tools: ProbeTools) {
  const round = await askUntil(watch.lastRound, (found) => found !== undefined, tools.signal);
  const status = await askAs(privateWeb, { path: '/health/status' }, tools.signal);
  const metrics = await askAs(privateWeb, { path: '/health/metrics' }, tools.signal);
  const health = Status.parse(JSON.parse(status.body)).checks.audit_log;
  const gauge = GAUGE.exec(metrics.body)?.[1];
  return observation(
    WATCH,
    'the scheduled verification',
    'schedule',
    {
      hasEnded: round !== undefined,
      ageSeconds: round === undefined ? null : Math.round((tools.unixMs() - Date.parse(round.endedAt)) / 1_000),
      faultCount: round?.faultCount ?? null,
      reasons: [...new Set(round?.faults.map(({ reason }) => reason))],
      health: health.reason === undefined ? health.status : `${health.status} ${health.reason}`,
      hasMetric: gauge !== undefined,
    },
    ['ageSeconds'],
  );
}
