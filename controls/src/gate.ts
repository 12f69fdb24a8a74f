// The gate that every control passes before it ships: its judge must tell good from broken, and pass on nothing less than good evidence.
import type { AnyControl, Fixture, Mutant } from './control.ts';
import { evaluate } from './evaluate.ts';
import { digestEvidence, resealEvidence, type Evidence } from './evidence.ts';
import { checkRemoval } from './gate-removal.ts';
import { checkSpoiled } from './gate-spoiled.ts';
import { judgeFixture, judgeStrictly, type Gate, type JudgedFixture } from './gate-judge.ts';
import type { Verdict } from './verdict.ts';

/** Faults of a control, each in words; none means that it may ship. Offline, and the same on every run. */
export function checkControl(control: AnyControl): readonly string[] {
  return checkControlUnder({ control, evaluate });
}

/** The same under an engine that is handed in; what the gate demands of every control, it demands of the engine too. */
export function checkControlUnder(gate: Gate): readonly string[] {
  const { control } = gate;
  const { good, notApplicable, blind } = control.fixtures;
  const mutants = control.fixtures.mutants.map((mutant) => applyMutant(gate, mutant));
  const judged = [
    ...good.map((fixture) => ({ ...fixture, kind: 'good' as const })),
    ...notApplicable.map((fixture) => ({ ...fixture, kind: 'not_applicable' as const })),
    ...blind.map((fixture) => ({ ...fixture, kind: 'blind' as const })),
    ...mutants.flatMap(({ fixture }) => fixture ?? []),
  ];
  const faults = [
    ...good.flatMap((fixture) => expectVerdict(gate, fixture, ['pass'])),
    ...notApplicable.flatMap((fixture) => expectVerdict(gate, fixture, ['not_applicable'])),
    ...blind.flatMap((fixture) => expectVerdict(gate, fixture, ['unknown', 'error'])),
    ...mutants.flatMap((mutant) => mutant.faults),
    ...checkSame(gate, judged),
    ...checkTwins(control),
    ...judged.flatMap((fixture) => checkPurity(gate, fixture)),
    ...judged.flatMap((fixture) => checkSpoiled(gate, fixture)),
    ...judged.flatMap((fixture) => checkRemoval(gate, fixture)),
    ...expectVerdict(gate, { name: 'no evidence', evidence: [] }, ['unknown']),
  ];
  return faults.map((fault) => `${control.id}: ${fault}`);
}

type Applied = { readonly fixture?: JudgedFixture; readonly faults: readonly string[] };

function applyMutant(gate: Gate, mutant: Mutant): Applied {
  const { name, from, hits } = mutant;
  const origin = gate.control.fixtures.good.find((fixture) => fixture.name === from);
  if (origin === undefined) return { faults: [`mutant "${name}" is made from "${from}", which is no good fixture`] };
  let evidence: readonly Evidence[];
  try {
    evidence = mutant.apply(origin.evidence).map(resealEvidence);
  } catch (thrown) {
    return { faults: [`mutant "${name}" cannot be made: ${String(thrown)}`] };
  }
  if (isSameEvidence(evidence, origin.evidence)) return { faults: [`mutant "${name}" changes nothing`] };
  const { verdict, findings } = judgeFixture(gate, evidence);
  const hit = findings.find((finding) => finding.verdict === undefined && finding.at === hits);
  const cited = new Set(hit?.evidence);
  const places = findings.map(({ at = 'nowhere' }) => `"${at}"`).join(', ');
  return {
    fixture: { name, evidence, kind: 'mutant', cited },
    faults: [
      ...(verdict === 'fail' ? [] : [`mutant "${name}" comes to ${verdict}, not fail`]),
      ...(verdict === 'fail' && hit === undefined ? [`mutant "${name}" fails at ${places}, not at "${hits}"`] : []),
    ],
  };
}

function expectVerdict(gate: Gate, fixture: Fixture, expected: readonly Verdict[]): readonly string[] {
  const { verdict, findings } = judgeFixture(gate, fixture.evidence);
  if (expected.includes(verdict)) return [];
  const why = findings.map(({ observed }) => observed).join('; ');
  return [`"${fixture.name}" comes to ${verdict}, not ${expected.join(' or ')}${why === '' ? '' : `: ${why}`}`];
}

function checkSame(gate: Gate, judged: readonly JudgedFixture[]): readonly string[] {
  return gate.control.fixtures.same.flatMap(({ name, as, evidence }) => {
    const other = judged.find((fixture) => fixture.name === as);
    if (other === undefined) return [`"${name}" is said to be the same as "${as}", which is not there`];
    if (isSameEvidence(evidence, other.evidence)) return [`"${name}" is "${as}" in the very same notation`];
    return expectVerdict(gate, { name, evidence }, [judgeFixture(gate, other.evidence).verdict]);
  });
}

function checkTwins(control: AnyControl): readonly string[] {
  const places = new Set(control.fixtures.mutants.map(({ hits }) => hits));
  return control.twins
    .filter(({ hits }) => !places.has(hits))
    .map(({ name, hits }) => `twin "${name}" is caught at "${hits}", where no mutant is`);
}

function checkPurity(gate: Gate, { name, evidence }: Fixture): readonly string[] {
  const once = judgeStrictly(gate, evidence);
  const impure = once.isImpure ? [`the judge reads a clock or a random number on "${name}"`] : [];
  const again = judgeFixture(gate, evidence);
  const reversed = judgeFixture(gate, evidence.toReversed());
  const hasChanged = JSON.stringify(once.judgement) !== JSON.stringify(again);
  return [
    ...impure,
    ...(hasChanged && !once.isImpure ? [`the judge says two things about "${name}"`] : []),
    ...(reversed.verdict === again.verdict ? [] : [`the verdict on "${name}" hangs on the order of the evidence`]),
  ];
}

function isSameEvidence(one: readonly Evidence[], other: readonly Evidence[]): boolean {
  const digests = (evidence: readonly Evidence[]): string => evidence.map(digestEvidence).toSorted().join();
  return digests(one) === digests(other);
}
