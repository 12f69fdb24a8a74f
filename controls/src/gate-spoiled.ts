// Spoils evidence in every way that has nothing to do with the control's own subject; none of them may look like an answer.
import type { AnyControl } from './control.ts';
import { formatInstant } from './dates.ts';
import { isJsonObject, resealEvidence, type Evidence } from './evidence.ts';
import { judgeFixture, momentOf, type Gate, type JudgedFixture } from './gate-judge.ts';
import { recordProbeRun } from './probe-run.ts';
import { vantages, type Verdict } from './verdict.ts';

/** Faults: what passes, does not apply or fails although the evidence can say nothing. */
export function checkSpoiled(gate: Gate, fixture: JudgedFixture): readonly string[] {
  const spoiled = fixture.evidence.flatMap((each, index) =>
    spoil(gate.control, each, fixture.kind === 'not_applicable').map(({ how, evidence }) => {
      const { verdict } = judgeFixture(gate, fixture.evidence.with(index, evidence));
      return isBlind(verdict) ? undefined : `${fixture.name}" with ${how} comes to ${verdict}`;
    }),
  );
  const faults = [...spoiled, ...checkSets(gate, fixture), ...checkDroppedFacts(gate, fixture)];
  return faults.filter((fault) => fault !== undefined).map((fault) => `"${fault}`);
}

type Spoiled = { readonly how: string; readonly evidence: Evidence };

function spoil(control: AnyControl, evidence: Evidence, isInapplicable: boolean): readonly Spoiled[] {
  const { volatile: _names, ...rest } = evidence;
  const decides = control.applies?.needs.some(({ kind }) => kind === evidence.kind) === true;
  const needs = [...control.needs, ...(control.applies?.needs ?? [])].filter(({ kind }) => kind === evidence.kind);
  const foreign = vantages.find((vantage) => !needs.some((need) => need.vantage.includes(vantage)));
  return [
    { how: 'truncated evidence', evidence: resealEvidence({ ...evidence, truncated: true }) },
    { how: 'evidence of another kind', evidence: resealEvidence({ ...evidence, kind: 'gate.foreign' }) },
    // Where the control does not apply, nobody reads the rest.
    ...(isInapplicable && !decides
      ? []
      : [{ how: 'evidence that says nothing', evidence: resealEvidence({ ...rest, data: null }) }]),
    ...(foreign === undefined
      ? []
      : [{ how: `evidence seen from ${foreign}`, evidence: resealEvidence({ ...evidence, vantage: foreign }) }]),
  ];
}

/** Evidence as a whole: too old, changed after it was sealed, without the record of its probe, or of a probe that failed. */
function checkSets({ control, evaluate }: Gate, { name, evidence }: JudgedFixture): readonly string[] {
  const unixMs = momentOf(evidence);
  const seal = (failure: string | null): Evidence =>
    recordProbeRun({ control: control.id, twin: null, evidence, failure, unixMs });
  const now = formatInstant(unixMs);
  const later = formatInstant(unixMs + 1_000 * Math.max(0, ...evidence.map(({ ttlSeconds }) => ttlSeconds)) + 1);
  const changed = evidence.map((each) => ({ ...each, subject: `${each.subject} changed` }));
  const sets: readonly (readonly [string, Verdict])[] = [
    ['evidence that is too old', evaluate(control, [...evidence, seal(null)], later).verdict],
    ['evidence that does not match its hash', evaluate(control, [...changed, seal(null)], now).verdict],
    ['no record of the probe', evaluate(control, evidence, now).verdict],
    ['a probe that failed', evaluate(control, [...evidence, seal('failed')], now).verdict],
  ];
  return sets
    .filter(([, verdict]) => !isBlind(verdict))
    .map(([how, verdict]) => `${name}" with ${how} comes to ${verdict}`);
}

/** A fact that is gone is no good news: where a mutant fails, leaving out a fact must not make it pass. */
function checkDroppedFacts(gate: Gate, fixture: JudgedFixture): readonly string[] {
  if (fixture.kind !== 'mutant') return [];
  return fixture.evidence.flatMap((each, index) =>
    withoutEachFact(each).flatMap(({ how, evidence }) => {
      const { verdict } = judgeFixture(gate, fixture.evidence.with(index, evidence));
      const isGood = verdict === 'pass' || verdict === 'not_applicable';
      return isGood ? [`${fixture.name}" without ${how} comes to ${verdict}`] : [];
    }),
  );
}

function withoutEachFact(evidence: Evidence): readonly Spoiled[] {
  const { data, volatile = [] } = evidence;
  if (!isJsonObject(data)) return [];
  return Object.keys(data).map((name) => ({
    how: `the fact ${name} of ${evidence.subject}`,
    evidence: resealEvidence({
      ...evidence,
      data: Object.fromEntries(Object.entries(data).filter(([each]) => each !== name)),
      volatile: volatile.filter((each) => each !== name),
    }),
  }));
}

function isBlind(verdict: Verdict): boolean {
  return verdict === 'unknown' || verdict === 'error';
}
