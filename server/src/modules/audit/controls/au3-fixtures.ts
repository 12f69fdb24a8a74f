// Evidence for the gate of AU3: a log that is whole and watched, and every way in which it is not.
import type { Fixtures, Mutant } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterFacts, fixtureEvidence } from '@holdfast/controls/fixtures.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { CHAIN, CHECKPOINT, observation, TREE, WATCH } from './au3-look.ts';
import { type ChainFault, recomputeChain, type ShownEntry } from './recompute.ts';
import { chainEntries, twinEntries, twinPseudonym } from './twin-log.ts';

type Facts = Readonly<Record<string, JsonValue>>;

const faultsOf = (entries: readonly ShownEntry[]): readonly ChainFault[] => recomputeChain(entries, twinPseudonym);

const chainFacts: Facts = {
  isAsked: true,
  isRecomputed: true,
  said: 'whole',
  entries: 6,
  hasGenesis: true,
  isToItsEnd: true,
  faults: [],
};
const checkpointFacts: Facts = { signature: 'good', verifierKey: 'twin.invalid/log+00000000+key' };
const treeFacts: Facts = { isRecomputed: true, size: 6, checkpoints: 3, unsigned: 0, wrongRoots: 0 };
const watchFacts: Facts = {
  hasEnded: true,
  ageSeconds: 1_800,
  faultCount: 0,
  reasons: [],
  health: 'pass',
  hasMetric: true,
};

const good: readonly Evidence[] = [
  observation(CHAIN, 'the log of a probed organization', 'chain', chainFacts, ['entries']),
  observation(CHECKPOINT, 'the newest checkpoint', 'checkpoint', checkpointFacts, []),
  observation(TREE, 'the tree over all leaves', 'tree root', treeFacts, ['size', 'checkpoints']),
  observation(WATCH, 'the scheduled verification', 'schedule', watchFacts, ['ageSeconds']),
].map(fixtureEvidence);

const NAME = 'a log that is whole and watched';

function altered(kind: string, facts: Facts): readonly Evidence[] {
  return alterFacts(good, (each) => each.kind === kind, facts);
}

function mutant(name: string, kind: string, hits: string, facts: Facts): Mutant {
  return { name, from: NAME, apply: () => altered(kind, facts), hits };
}

/** What recomputing finds in entries that were tampered with, while the server calls them whole. */
function tampered(
  name: string,
  hits: string,
  change: (entries: readonly ShownEntry[]) => readonly ShownEntry[],
): Mutant {
  const faults = faultsOf(change(twinEntries)).map(({ at, place }) => ({ at, place }));
  return mutant(name, CHAIN, hits, { faults });
}

const at = (place: number, change: Partial<ShownEntry>) => (entries: readonly ShownEntry[]) =>
  entries.map((entry) => (entry.sequence === place ? { ...entry, ...change } : entry));

export const chainFixtures: Fixtures = {
  good: [{ name: NAME, evidence: good }],
  mutants: [
    tampered('the genesis is replaced', 'record_hash', at(1, { facts: { name: 'another beginning' } })),
    tampered('the genesis is replaced and hashed', 'previous_hash', (entries) => [
      ...chainEntries(at(1, { facts: { name: 'another beginning' } })(entries)).slice(0, 1),
      ...entries.slice(1),
    ]),
    tampered('the genesis is cut off', 'previous_hash', (entries) =>
      entries.slice(1).map((entry) => ({ ...entry, sequence: entry.sequence - 1 })),
    ),
    tampered('two entries change places', 'sequence', (entries) => [
      ...entries.slice(0, 2),
      ...entries.slice(2, 4).toReversed(),
      ...entries.slice(4),
    ]),
    tampered('an entry is gone', 'sequence', (entries) => entries.toSpliced(2, 1)),
    tampered('an entry is gone and the rest moved up', 'previous_hash', (entries) =>
      entries.toSpliced(2, 1).map((entry, index) => ({ ...entry, sequence: index + 1 })),
    ),
    tampered('an entry stands there twice', 'sequence', (entries) => entries.toSpliced(2, 0, ...entries.slice(2, 3))),
    tampered('the clock went back', 'clock', (entries) =>
      chainEntries(at(4, { at: '2025-12-31T00:00:00.000Z' })(entries)),
    ),
    tampered('a time was moved', 'record_hash', at(4, { at: '2026-01-01T00:04:01.000Z' })),
    tampered('an outcome was changed', 'record_hash', at(5, { outcome: 'denied' })),
    tampered('an actor was changed', 'record_hash', at(5, { actor: { kind: 'user', id: 'somebody else' } })),
    tampered('a request id was changed', 'record_hash', at(2, { requestId: 'req_other' })),
    tampered('a hash was written by hand', 'record_hash', at(6, { record_hash: 'f'.repeat(64) })),
    tampered('another salt', 'record_hash', at(6, { salt: '0'.repeat(64) })),
    tampered('a later entry without predecessor', 'previous_hash', at(3, { previous_hash: '0'.repeat(64) })),
    mutant('the server finds a fault', CHAIN, 'chain', { said: 'the chain does not end at its head' }),
    // Hashed again with all that follow: the chain holds, and only what was signed before tells.
    mutant('history hashed again to its end', TREE, 'tree root', { wrongRoots: 2 }),
    mutant('the tail cut off with its head', TREE, 'tree root', { wrongRoots: 1 }),
    mutant('a checkpoint by another key', TREE, 'checkpoint', { unsigned: 1 }),
    mutant('the newest checkpoint by another key', CHECKPOINT, 'checkpoint', { signature: 'no_known_signature' }),
    mutant('the newest checkpoint is changed', CHECKPOINT, 'checkpoint', { signature: 'bad_signature' }),
    mutant('the newest checkpoint is of another log', CHECKPOINT, 'checkpoint', { signature: 'wrong_origin' }),
    mutant('nobody has looked for a day', WATCH, 'schedule', { ageSeconds: 86_400 }),
    mutant('a round from the future', WATCH, 'schedule', { ageSeconds: -7_200 }),
    mutant('the round found a fault', WATCH, 'whole log', {
      faultCount: 1,
      reasons: ['the entry was changed'],
      health: 'fail damaged',
    }),
    mutant('the round found a fault and health does not say so', WATCH, 'alarm', {
      faultCount: 1,
      reasons: ['the entry was changed'],
      health: 'pass',
    }),
    mutant('no metric', WATCH, 'alarm', { hasMetric: false }),
  ],
  notApplicable: [],
  blind: [
    { name: 'no round has ended', evidence: altered(WATCH, { hasEnded: false, ageSeconds: null, faultCount: null }) },
    { name: 'no entry', evidence: altered(CHAIN, { entries: 0 }) },
    { name: 'entries that cannot be hashed', evidence: altered(CHAIN, { isRecomputed: false }) },
    { name: 'a server that says nothing', evidence: altered(CHAIN, { said: null }) },
    { name: 'an empty tree', evidence: altered(TREE, { size: 0, checkpoints: 0 }) },
    { name: 'no look at the tree', evidence: good.filter(({ kind }) => kind !== TREE) },
    { name: 'no look at the schedule', evidence: good.filter(({ kind }) => kind !== WATCH) },
  ],
  same: [
    {
      name: 'a log too large to be verified while somebody waits',
      as: NAME,
      evidence: alterFacts(
        altered(CHAIN, { isAsked: false, said: null, hasGenesis: false, isToItsEnd: false }),
        ({ kind }) => kind === TREE,
        { isRecomputed: false, size: 5_000_000 },
      ),
    },
  ],
};
