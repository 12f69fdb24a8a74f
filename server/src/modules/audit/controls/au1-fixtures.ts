// Evidence for the gate of AU1: a trail that is whole, and every way in which a change goes unrecorded.
import type { Fixtures, Mutant } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterFacts, fixtureEvidence } from '@holdfast/controls/fixtures.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { OPERATIONS, ROWS, TABLES, TRAIL, trailObservation } from './au1-look.ts';

type Facts = Readonly<Record<string, JsonValue>>;

const told = (action: string): Readonly<Record<string, string | number>> => ({
  action,
  outcome: 'allowed',
  actor: 'who did it',
  target: 'what it was done to',
  time: 'when it was done',
  facts: 'what it was called',
  events: 1,
});
const made = told('api_key.created');
const revoked = told('api_key.revoked');
const refusals = [
  { name: 'a scope that cannot be given', status: 422, taken: 0 },
  { name: 'a key that is not there', status: 404, taken: 0 },
];
export const goodWriters: readonly string[] = [
  'holdfast_app INSERT audit_pending',
  'holdfast_maintenance INSERT audit_pending',
  'holdfast_sequencer DELETE audit_pending',
  'holdfast_sequencer INSERT audit_entry',
];
export const goodGuards: readonly string[] = [
  'owner holdfast_migrator of audit_entry',
  'setting session_replication_role',
  'trigger audit_checkpoint append_only',
  'trigger audit_entry append_only',
];

const good: readonly Evidence[] = [
  trailObservation(OPERATIONS, { changing: ['api_key.create', 'api_key.revoke'], silent: [] }),
  trailObservation(TRAIL, { made, revoked, refusals, visibleMs: 240 }, ['visibleMs']),
  trailObservation(TABLES, { writers: goodWriters, guards: goodGuards, broken: [] }),
  trailObservation(ROWS, { compared: 6, faults: [] }, ['compared']),
].map(fixtureEvidence);

const NAME = 'a trail that is whole';

function altered(kind: string, facts: Facts): readonly Evidence[] {
  return alterFacts(good, (each) => each.kind === kind, facts);
}

function mutant(name: string, kind: string, hits: string, facts: Facts): Mutant {
  return { name, from: NAME, apply: () => altered(kind, facts), hits };
}

const writes = (writer: string): Mutant =>
  mutant(`${writer} is allowed`, TABLES, 'privileges', { writers: [...goodWriters, writer] });
const breaks = (name: string, guard: string): Mutant =>
  mutant(name, TABLES, 'guards', { guards: goodGuards.filter((each) => each !== guard), broken: [guard] });

export const trailFixtures: Fixtures = {
  good: [{ name: NAME, evidence: good }],
  mutants: [
    mutant('an operation that records nothing', OPERATIONS, 'operations', { silent: ['api_key.revoke'] }),
    mutant('a key that was made and nobody told', TRAIL, 'a key is made', { made: { ...made, events: 0 } }),
    mutant('a key that was revoked and nobody told', TRAIL, 'a key is revoked', { revoked: { ...revoked, events: 0 } }),
    mutant('one change told twice', TRAIL, 'a key is made', { made: { ...made, events: 2 } }),
    mutant('another action', TRAIL, 'a key is revoked', { revoked: { ...revoked, action: 'api_key.created' } }),
    mutant('another outcome', TRAIL, 'a key is made', { made: { ...made, outcome: 'failed' } }),
    mutant('another actor', TRAIL, 'a key is made', { made: { ...made, actor: 'another' } }),
    mutant('no target', TRAIL, 'a key is made', { made: { ...made, target: 'another' } }),
    mutant('another time', TRAIL, 'a key is made', { made: { ...made, time: 'another' } }),
    mutant('no facts', TRAIL, 'a key is made', { made: { ...made, facts: 'another' } }),
    mutant('a refused change told as done', TRAIL, 'refused changes', {
      refusals: refusals.map((refusal) => ({ ...refusal, taken: 1 })),
    }),
    writes('holdfast_app UPDATE audit_entry'),
    writes('holdfast_app DELETE audit_entry'),
    writes('holdfast_app DELETE audit_pending'),
    writes('holdfast_app TRUNCATE audit_entry'),
    writes('holdfast_runtime INSERT audit_entry'),
    writes('reporting UPDATE audit_checkpoint'),
    breaks('the trigger is disabled', 'trigger audit_entry append_only'),
    breaks('the trigger of checkpoints is disabled', 'trigger audit_checkpoint append_only'),
    breaks('the server may become the owner', 'owner holdfast_migrator of audit_entry'),
    breaks('triggers are off for the login', 'setting session_replication_role'),
    mutant('the trigger is dropped', TABLES, 'guards', { guards: goodGuards.slice(0, 3) }),
    mutant('a trigger that swallows events', TABLES, 'guards', { broken: ['trigger audit_pending swallow'] }),
    mutant('a rule that swallows events', TABLES, 'guards', { broken: ['rule audit_pending swallow'] }),
    mutant('a row written around the log', ROWS, 'rows', { faults: ['1 row without api_key.created'] }),
    mutant('a row changed around the log', ROWS, 'rows', { faults: ['1 row without api_key.revoked'] }),
    mutant('a row deleted around the log', ROWS, 'rows', {
      faults: ['1 row gone without an event after api_key.created'],
    }),
  ],
  notApplicable: [],
  blind: [
    { name: 'no operation that changes anything', evidence: altered(OPERATIONS, { changing: [] }) },
    { name: 'no row to compare', evidence: altered(ROWS, { compared: 0 }) },
    { name: 'nobody may write', evidence: altered(TABLES, { writers: [] }) },
    { name: 'nothing was refused', evidence: altered(TRAIL, { refusals: [] }) },
    {
      name: 'refused for another reason',
      evidence: altered(TRAIL, { refusals: refusals.map((refusal) => ({ ...refusal, status: 429 })) }),
    },
    { name: 'no look at the tables', evidence: good.filter(({ kind }) => kind !== TABLES) },
    { name: 'no look at the rows', evidence: good.filter(({ kind }) => kind !== ROWS) },
  ],
  same: [
    {
      name: 'more operations, fewer writers, other statuses of a refusal',
      as: NAME,
      evidence: altered(TABLES, { writers: goodWriters.slice(0, 2) }).map((each) =>
        each.kind === OPERATIONS
          ? fixtureEvidence(trailObservation(OPERATIONS, { changing: ['provider.create'], silent: [] }))
          : each,
      ),
    },
  ],
};
