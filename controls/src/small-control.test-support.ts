// The smallest control there can be, with any judge, and evidence for it; for tests of verdicts.
import type { AnyControl, Finding } from './control.ts';
import { formatInstant } from './dates.ts';
import { defineControl } from './define-control.ts';
import type { Evidence } from './evidence.ts';
import { factsOf } from './facts.ts';
import { failureOf } from './findings.ts';
import { fixtureEvidence } from './fixtures.ts';
import { recordProbeRun } from './probe-run.ts';
import type { Severity, Vantage } from './verdict.ts';

export const unixMs = Date.parse('2026-01-01T00:00:00.000Z');
export const at = formatInstant(unixMs);

export function fact(subject: string, value: number, kind = 'a.fact', vantage: Vantage = 'inside'): Evidence {
  return fixtureEvidence({ kind, subject, at: 'value', data: { value }, vantage, ttlSeconds: 60 });
}

export function record(
  evidence: readonly Evidence[],
  failure: string | null = null,
  twin: string | null = null,
): Evidence {
  return recordProbeRun({ control: 'ZZ1', twin, evidence, failure, unixMs });
}

export function controlOf(
  change: Partial<Pick<AnyControl, 'needs' | 'applies' | 'judge'>>,
  severity: Severity = 'low',
): AnyControl {
  const evidence = [fact('it', 1)];
  return defineControl({
    id: 'ZZ1',
    title: 'A promise',
    severity,
    waivable: true,
    needs: [{ kind: 'a.fact', vantage: ['inside', 'host'] }],
    judge: () => [],
    remedy: 'keep it',
    maps: {},
    probe: () => Promise.resolve(evidence),
    twins: [{ name: 'broken', hits: 'value', target: null }],
    fixtures: {
      good: [{ name: 'good', evidence }],
      mutants: [{ name: 'bad', from: 'good', apply: (each) => each, hits: 'value' }],
      notApplicable: change.applies === undefined ? [] : [{ name: 'elsewhere', evidence }],
      blind: [],
      same: [],
    },
    ...change,
  });
}

export const isOne = (each: Evidence): boolean => factsOf(each).number('value') === 1;
export const judge = (seen: readonly Evidence[]): readonly Finding[] =>
  seen.filter((each) => !isOne(each)).map((each) => failureOf(each, { expected: '1', observed: 'another' }));
export const setValue =
  (value: number, subject = 'it') =>
  (evidence: readonly Evidence[]): readonly Evidence[] =>
    evidence.map((each) => (each.subject === subject ? { ...each, data: { value } } : each));
export const two = { name: 'two', from: 'good', apply: setValue(2), hits: 'value' };

export const good = [fact('it', 1)];
export const pair = [fact('good token', 1), fact('bad token', 1)];

export type Change = Partial<Omit<AnyControl, 'fixtures'>> & { readonly fixtures?: Partial<AnyControl['fixtures']> };

/** The small control with a judge that wants every value to be 1, and a mutant that has a 2; changed as told. */
export function small(change: Change = {}): AnyControl {
  const base = controlOf({ judge });
  return { ...base, ...change, fixtures: { ...base.fixtures, mutants: [two], ...change.fixtures } };
}
