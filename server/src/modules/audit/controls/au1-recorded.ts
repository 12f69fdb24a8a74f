// AU1: every change leaves who did what to what and when, in the same transaction, and nobody can take it out again.
import type { Finding } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf, type Facts } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { trailFixtures } from './au1-fixtures.ts';
import { lookAtTrail, OPERATIONS, ROWS, TABLES, TRAIL, type TrailTarget } from './au1-look.ts';
import { trailTwins } from './au1-twins.ts';

/** Who adds what to the log: requests and jobs what happened, the sequencer its place. Nobody changes an entry. */
const WRITERS = new Set([
  'holdfast_app INSERT audit_pending',
  'holdfast_lookup INSERT audit_pending',
  'holdfast_maintenance INSERT audit_pending',
  'holdfast_sequencer DELETE audit_pending',
  'holdfast_sequencer INSERT audit_checkpoint',
  'holdfast_sequencer INSERT audit_entry',
  'holdfast_sequencer INSERT audit_head',
  'holdfast_sequencer INSERT audit_state',
  'holdfast_sequencer UPDATE audit_head',
  'holdfast_sequencer UPDATE audit_state',
]);
const GUARDS = [
  'trigger audit_checkpoint append_only',
  'trigger audit_entry append_only',
  'setting session_replication_role',
] as const;

export const recordedControl = defineControl<TrailTarget>({
  id: 'AU1',
  title: 'Every change is recorded with it, by whom, of what and when',
  severity: 'high',
  waivable: true,
  needs: [
    { kind: OPERATIONS, vantage: ['inside'] },
    { kind: TRAIL, vantage: ['inside'] },
    { kind: TABLES, vantage: ['inside'] },
    { kind: ROWS, vantage: ['inside'] },
  ],
  judge: (evidence) => evidence.flatMap((each) => JUDGES[each.kind]?.(each) ?? []),
  remedy:
    'Run the release as it was published over a schema that only `holdfast migrate` has changed; see that the sequencer runs (`audit_log` in /health/status), and investigate rows that were written past the server.',
  maps: { asvs: ['16.2.1', '16.4.2'], cwe: ['778'], nist80053: ['AU-2', 'AU-3', 'AU-12'] },
  probe: lookAtTrail,
  twins: trailTwins,
  fixtures: trailFixtures,
});

const JUDGES: Readonly<Record<string, (evidence: Evidence) => readonly Finding[]>> = {
  [OPERATIONS]: judgeOperations,
  [TRAIL]: judgeTrail,
  [TABLES]: judgeTables,
  [ROWS]: judgeRows,
};

function judgeOperations(evidence: Evidence): readonly Finding[] {
  const facts = factsOf(evidence);
  const silent = facts.texts('silent');
  return [
    ...silent.map((id) => failureOf(evidence, { expected: 'each names the action it records', observed: id })),
    ...(facts.texts('changing').length === 0 ? [doubtOf(evidence, 'operations that change something', 'none')] : []),
  ];
}

const TOLD: Readonly<Record<string, string>> = {
  outcome: 'allowed',
  actor: 'who did it',
  target: 'what it was done to',
  time: 'when it was done',
  facts: 'what it was called',
};

function judgeTrail(evidence: Evidence): readonly Finding[] {
  const facts = factsOf(evidence);
  facts.number('visibleMs');
  const refusals = facts.parts('refusals');
  return [
    ...judgeTold(evidence, 'a key is made', 'api_key.created', facts.part('made')),
    ...judgeTold(evidence, 'a key is revoked', 'api_key.revoked', facts.part('revoked')),
    ...refusals.flatMap((refusal) => judgeRefusal(evidence, refusal)),
    ...(refusals.length >= 2 ? [] : [doubtOf(evidence, 'changes that are refused', `${refusals.length}`)]),
  ];
}

function judgeTold(evidence: Evidence, at: string, action: string, told: Facts): readonly Finding[] {
  const events = told.number('events');
  if (events !== 1) return [failureOf(evidence, { at, expected: 'one event', observed: String(events) })];
  return Object.entries({ action, ...TOLD }).flatMap(([name, expected]) => {
    const observed = told.text(name);
    return observed === expected ? [] : [failureOf(evidence, { at, expected: `${name}: ${expected}`, observed })];
  });
}

/** A change that did not come about is not in the log as one that did. */
function judgeRefusal(evidence: Evidence, refusal: Facts): readonly Finding[] {
  const [name, status, taken] = [refusal.text('name'), refusal.number('status'), refusal.number('taken')];
  const expected = 'a refused change leaves no event of a change';
  return [
    ...(taken === 0 ? [] : [failureOf(evidence, { at: 'refused changes', expected, observed: `${name}: ${taken}` })]),
    ...(status === 404 || status === 422 ? [] : [doubtOf(evidence, `${name} refused`, String(status))]),
  ];
}

function judgeTables(evidence: Evidence): readonly Finding[] {
  const facts = factsOf(evidence);
  const [writers, guards, broken] = [facts.texts('writers'), facts.texts('guards'), facts.texts('broken')];
  const odd = writers.filter((writer) => !WRITERS.has(writer));
  const lacking = GUARDS.filter((guard) => !guards.includes(guard));
  return [
    ...odd.map((writer) => failureOf(evidence, { expected: 'nobody but the server may write', observed: writer })),
    ...[...broken, ...lacking.filter((guard) => !broken.includes(guard)).map((guard) => `no ${guard}`)].map(
      (observed) =>
        failureOf(evidence, {
          at: 'guards',
          expected: 'entries cannot be changed, and nothing stands in their way',
          observed,
        }),
    ),
    ...(writers.length === 0 ? [doubtOf(evidence, 'somebody who may write', 'nobody')] : []),
  ];
}

function judgeRows(evidence: Evidence): readonly Finding[] {
  const facts = factsOf(evidence);
  return [
    ...facts
      .texts('faults')
      .map((observed) =>
        failureOf(evidence, { expected: 'every row has the events that made it what it is', observed }),
      ),
    ...(facts.number('compared') > 0 ? [] : [doubtOf(evidence, 'rows to compare', 'none')]),
  ];
}

function doubtOf(evidence: Evidence, expected: string, observed: string): Finding {
  return { ...failureOf(evidence, { expected, observed }), verdict: 'unknown' };
}
