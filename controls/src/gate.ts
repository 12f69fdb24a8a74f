// The gate that every control passes before it ships: its judge must tell good from broken, and pass on nothing less than good evidence.
import type { AnyControl, Fixture, Mutant } from './control.ts';
import { digestEvidence, resealEvidence, type Evidence } from './evidence.ts';
import { checkRemoval } from './gate-removal.ts';
import { checkSpoiled } from './gate-spoiled.ts';
import { judgeFixture, judgeStrictly, type JudgedFixture } from './gate-judge.ts';
import type { Verdict } from './verdict.ts';

/** Faults of a control, each in words; none means that it may ship. Offline, and the same on every run. */
export function checkControl(control: AnyControl): readonly string[] {
  const { good, notApplicable, blind } = control.fixtures;
  const mutants = control.fixtures.mutants.map((mutant) => applyMutant(control, mutant));
  const judged = [
    ...good.map((fixture) => ({ ...fixture, kind: 'good' as const })),
    ...notApplicable.map((fixture) => ({ ...fixture, kind: 'not_applicable' as const })),
    ...blind.map((fixture) => ({ ...fixture, kind: 'blind' as const })),
    ...mutants.flatMap(({ fixture }) => fixture ?? []),
  ];
  const faults = [
    ...good.flatMap((fixture) => expectVerdict(control, fixture, ['pass'])),
    ...notApplicable.flatMap((fixture) => expectVerdict(control, fixture, ['not_applicable'])),
    ...blind.flatMap((fixture) => expectVerdict(control, fixture, ['unknown', 'error'])),
    ...mutants.flatMap((mutant) => mutant.faults),
    ...checkSame(control, judged),
    ...checkTwins(control),
    ...judged.flatMap((fixture) => checkPurity(control, fixture)),
    ...judged.flatMap((fixture) => checkSpoiled(control, fixture)),
    ...judged.flatMap((fixture) => checkRemoval(control, fixture)),
    ...expectVerdict(control, { name: 'no evidence', evidence: [] }, ['unknown']),
  ];
  return faults.map((fault) => `${control.id}: ${fault}`);
}

type Applied = { readonly fixture?: JudgedFixture; readonly faults: readonly string[] };

function applyMutant(control: AnyControl, mutant: Mutant): Applied {
  const { name, from, hits } = mutant;
  const origin = control.fixtures.good.find((fixture) => fixture.name === from);
  if (origin === undefined) return { faults: [`mutant "${name}" is made from "${from}", which is no good fixture`] };
  let evidence: readonly Evidence[];
  try {
    evidence = mutant.apply(origin.evidence).map(resealEvidence);
  } catch (thrown) {
    return { faults: [`mutant "${name}" cannot be made: ${String(thrown)}`] };
  }
  if (isSameEvidence(evidence, origin.evidence)) return { faults: [`mutant "${name}" changes nothing`] };
  const { verdict, findings } = judgeFixture(control, evidence);
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

function expectVerdict(control: AnyControl, fixture: Fixture, expected: readonly Verdict[]): readonly string[] {
  const { verdict, findings } = judgeFixture(control, fixture.evidence);
  if (expected.includes(verdict)) return [];
  const why = findings.map(({ observed }) => observed).join('; ');
  return [`"${fixture.name}" comes to ${verdict}, not ${expected.join(' or ')}${why === '' ? '' : `: ${why}`}`];
}

function checkSame(control: AnyControl, judged: readonly JudgedFixture[]): readonly string[] {
  return control.fixtures.same.flatMap(({ name, as, evidence }) => {
    const other = judged.find((fixture) => fixture.name === as);
    if (other === undefined) return [`"${name}" is said to be the same as "${as}", which is not there`];
    if (isSameEvidence(evidence, other.evidence)) return [`"${name}" is "${as}" in the very same notation`];
    return expectVerdict(control, { name, evidence }, [judgeFixture(control, other.evidence).verdict]);
  });
}

function checkTwins(control: AnyControl): readonly string[] {
  const places = new Set(control.fixtures.mutants.map(({ hits }) => hits));
  return control.twins
    .filter(({ hits }) => !places.has(hits))
    .map(({ name, hits }) => `twin "${name}" is caught at "${hits}", where no mutant is`);
}

function checkPurity(control: AnyControl, { name, evidence }: Fixture): readonly string[] {
  const once = judgeStrictly(control, evidence);
  const impure = once.isImpure ? [`the judge reads a clock or a random number on "${name}"`] : [];
  const again = judgeFixture(control, evidence);
  const reversed = judgeFixture(control, evidence.toReversed());
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
