// Broken twins of AU3: logs that were tampered with behind a server that calls them whole, and watches that sleep or keep quiet.
import type { Twin } from '@holdfast/controls/control.ts';
import type { Database, LogRound } from '#verification/instance.ts';
import { startTenantTwin } from '#verification/twin-tenants.ts';
import type { LogTarget } from './au3-look.ts';
import { CHECKPOINTS } from './au3-queries.ts';
import type { ShownEntry } from './recompute.ts';
import { chainEntries, leavesOf, signTree, twinEntries, twinPseudonym, twinVerifierKey } from './twin-log.ts';

type Checkpoints = readonly { readonly size: number; readonly note: string }[];

type Log = {
  readonly entries: readonly ShownEntry[];
  readonly checkpoints: Checkpoints;
  readonly round: (nowMs: number) => LogRound;
  readonly health: string;
};

const HOUR_MS = 3_600_000;
const leaves = leavesOf(twinEntries);
const checkpoints: Checkpoints = [2, 4, 6].map((size) => signTree(leaves, size));
const endedAgo =
  (ms: number, reasons: readonly string[] = []) =>
  (nowMs: number): LogRound => ({
    endedAt: new Date(nowMs - ms).toISOString(),
    faultCount: reasons.length,
    faults: reasons.map((reason) => ({ reason })),
  });
const whole: Log = { entries: twinEntries, checkpoints, round: endedAgo(60_000), health: 'pass' };

/** The log with one entry in other words, and every later one hashed again on top of it. */
const rewritten = chainEntries(
  twinEntries.map((entry) => (entry.sequence === 3 ? { ...entry, facts: { name: 'another' } } : entry)),
);

export const chainTwins: readonly [Twin<LogTarget>, ...Twin<LogTarget>[]] = [
  twin('an entry in other words that is called whole', 'record_hash', {
    entries: twinEntries.map((entry) => (entry.sequence === 3 ? { ...entry, facts: { name: 'another' } } : entry)),
  }),
  twin('two entries that changed places', 'previous_hash', { entries: swapped(twinEntries) }),
  twin('history that was hashed again, with the newest checkpoint over it', 'tree root', {
    entries: rewritten,
    checkpoints: [...checkpoints.slice(0, 2), signTree(leavesOf(rewritten), 6)],
  }),
  twin('a schedule that came to an end', 'schedule', { round: endedAgo(24 * HOUR_MS) }),
  twin('damage that nobody is told of', 'alarm', { round: endedAgo(60_000, ['the entry was changed']) }),
];

function swapped(entries: readonly ShownEntry[]): readonly ShownEntry[] {
  return entries
    .map((entry) => ({ ...entry, sequence: entry.sequence === 2 ? 3 : entry.sequence === 3 ? 2 : entry.sequence }))
    .toSorted((one, other) => one.sequence - other.sequence);
}

function twin(name: string, hits: string, damage: Partial<Log>): Twin<LogTarget> {
  const log = { ...whole, ...damage };
  return {
    name,
    hits,
    start: async ({ unixMs }) => {
      const started = await startTenantTwin(answersOf(log), {
        database: databaseOf(log),
        logWatch: { lastRound: async () => log.round(unixMs()) },
      });
      return { ...started, target: { ...started.target, privateWeb: started.target.web } };
    },
  };
}

function answersOf({ entries, checkpoints: stored, health }: Log) {
  const json = (value: object) => ({ status: 200, body: JSON.stringify(value) });
  const items = entries.toReversed();
  const verdict = { chain_valid: true, verified_through: items.length, tree_size: 6, checkpoint: null, fault: null };
  return {
    'GET /api/v1/audit': json({ items, nextCursor: null, stream_pseudonym: twinPseudonym, ...verdict }),
    'GET /api/v1/audit/checkpoint': json({ checkpoint: stored.at(-1)?.note, verifierKey: twinVerifierKey }),
    'GET /health/status': json({ checks: { audit_log: { status: health } } }),
    'GET /health/metrics': { status: 200, body: 'holdfast_audit_log_faults 0\n' },
  };
}

function databaseOf({ entries, checkpoints: stored }: Log): Database {
  const hashes = leavesOf(entries.toSorted((one, other) => one.index - other.index));
  return {
    query: async (statement, values = []) => {
      if (statement === CHECKPOINTS) return stored;
      const [first = 0, limit = 0] = values.map(Number);
      return hashes
        .slice(first, first + limit)
        .map((record_hash, at) => ({ leaf_index: String(first + at), record_hash }));
    },
  };
}
