// Judges fixtures for the gate: as a run would, at the time the evidence was collected, and with clocks and chance taken away.
import type { AnyControl, Fixture } from './control.ts';
import { formatInstant, parseInstant } from './dates.ts';
import type { evaluate, Judgement } from './evaluate.ts';
import type { Evidence } from './evidence.ts';
import { recordProbeRun } from './probe-run.ts';

export type JudgedFixture = Fixture &
  (
    | { readonly kind: 'good' | 'not_applicable' | 'blind' }
    /** `cited`: hashes of the evidence under the finding that must be made. */
    | { readonly kind: 'mutant'; readonly cited: ReadonlySet<string> }
  );

/** A control under the gate, and the engine that judges it. */
export type Gate = { readonly control: AnyControl; readonly evaluate: typeof evaluate };

/** When the newest of the evidence was collected; 1970 for none. */
export function momentOf(evidence: readonly Evidence[]): number {
  return Math.max(0, ...evidence.map(({ collectedAt }) => parseInstant(collectedAt) ?? 0));
}

/** What a run that brought exactly this evidence would be judged. */
export function judgeFixture({ control, evaluate }: Gate, evidence: readonly Evidence[]): Judgement {
  const unixMs = momentOf(evidence);
  const record = recordProbeRun({ control: control.id, twin: null, evidence, failure: null, unixMs });
  return evaluate(control, [...evidence, record], formatInstant(unixMs));
}

/** The same, noticing whether the judge reads the time or a random number. */
export function judgeStrictly(
  gate: Gate,
  evidence: readonly Evidence[],
): { readonly judgement: Judgement; readonly isImpure: boolean } {
  const { Date: realDate, performance: realPerformance } = globalThis;
  const realRandom = Math.random;
  let isImpure = false;
  const noticed = <T>(value: T): T => {
    isImpure = true;
    return value;
  };
  // Nothing else runs in between: judging is synchronous.
  globalThis.Date = new Proxy(realDate, {
    construct: (target, args: readonly unknown[]) => Reflect.construct(target, args.length === 0 ? noticed([0]) : args),
    apply: () => noticed(''),
    get: (target, name) => (name === 'now' ? () => noticed(0) : Reflect.get(target, name)),
  });
  globalThis.performance = new Proxy(realPerformance, {
    get: (target, name) => (name === 'now' ? () => noticed(0) : Reflect.get(target, name)),
  });
  Math.random = () => noticed(0);
  try {
    const judgement = judgeFixture(gate, evidence);
    return { judgement, isImpure };
  } finally {
    globalThis.Date = realDate;
    globalThis.performance = realPerformance;
    Math.random = realRandom;
  }
}
