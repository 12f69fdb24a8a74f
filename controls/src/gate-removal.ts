// Takes evidence away, piece by piece and in every combination: no verdict may get better by it, and no score.
import type { AnyControl } from './control.ts';
import { formatInstant } from './dates.ts';
import type { Evidence } from './evidence.ts';
import { judgeFixture, momentOf, type Gate, type JudgedFixture } from './gate-judge.ts';
import { recordProbeRun } from './probe-run.ts';
import { scoreControls } from './score.ts';
import type { Verdict } from './verdict.ts';

/** Up to here every combination is tried; of more pieces, one or two are taken away. */
const piecesExhausted = 8;

/** Faults: combinations of evidence that pass, or score higher, only because something is missing. */
export function checkRemoval(gate: Gate, fixture: JudgedFixture): readonly string[] {
  return [...checkStolen(gate, fixture), ...checkNeverBrought(gate, fixture)].map(
    (fault) => `"${fixture.name}" ${fault}`,
  );
}

/** Taken away after the probe brought it: its record tells. */
function checkStolen({ control, evaluate }: Gate, { evidence }: JudgedFixture): readonly string[] {
  const unixMs = momentOf(evidence);
  const record = recordProbeRun({ control: control.id, twin: null, evidence, failure: null, unixMs });
  const whole = [...evidence, record];
  const at = formatInstant(unixMs);
  const before = evaluate(control, whole, at).verdict;
  return subsets(whole).flatMap((rest) => {
    const { verdict } = evaluate(control, rest, at);
    const faults = [
      ...(verdict === 'pass' && before !== 'pass' ? ['passes once evidence is taken away'] : []),
      ...(scoreBeside(control, verdict) > scoreBeside(control, before) ? ['scores higher without evidence'] : []),
    ];
    return faults;
  });
}

/** Never brought: only what a fault rests on may hide it. */
function checkNeverBrought(gate: Gate, fixture: JudgedFixture): readonly string[] {
  if (fixture.kind === 'good') return [];
  const cited = fixture.kind === 'mutant' ? fixture.cited : new Set<string>();
  const kept = fixture.evidence.filter(({ sha256 }) => cited.has(sha256));
  const others = fixture.evidence.filter(({ sha256 }) => !cited.has(sha256));
  const isImproved = (verdict: Verdict): boolean =>
    verdict === 'pass' || (verdict === 'not_applicable' && fixture.kind !== 'not_applicable');
  return subsets(others).flatMap((some) => {
    const { verdict } = judgeFixture(gate, [...kept, ...some]);
    return isImproved(verdict) ? [`comes to ${verdict} when less evidence is brought`] : [];
  });
}

/** Every smaller selection, or those that lack one or two. */
function subsets(pieces: readonly Evidence[]): readonly (readonly Evidence[])[] {
  const { length } = pieces;
  if (length <= piecesExhausted) {
    const masks = Array.from({ length: 2 ** length - 1 }, (_, mask) => mask);
    return masks.map((mask) => pieces.filter((_, index) => Math.floor(mask / 2 ** index) % 2 === 1));
  }
  const without = (...taken: readonly number[]): readonly Evidence[] =>
    pieces.filter((_, index) => !taken.includes(index));
  return pieces.flatMap((_, one) => pieces.flatMap((__, other) => (other <= one ? [without(one, other)] : [])));
}

/** The score of a run in which one other control passed and one failed. */
function scoreBeside({ severity }: AnyControl, verdict: Verdict): number {
  const others = [
    { severity, verdict: 'pass' },
    { severity, verdict: 'fail' },
  ] as const;
  return scoreControls([{ severity, verdict }, ...others]).score;
}
