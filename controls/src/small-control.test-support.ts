// The smallest control there can be, with any judge, and evidence for it; for tests of verdicts.
import type { AnyControl } from './control.ts';
import { formatInstant } from './dates.ts';
import { defineControl } from './define-control.ts';
import type { Evidence } from './evidence.ts';
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
