// A control that nobody could trust is refused, by the compiler where it can and by defineControl where it cannot.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Control, ControlSpec } from './control.ts';
import { ControlError, defineControl } from './define-control.ts';
import { fixtureEvidence } from './fixtures.ts';

type Target = { readonly url: string };

const evidence = [
  fixtureEvidence({ kind: 'a.fact', subject: 'it', at: 'a', data: {}, vantage: 'inside', ttlSeconds: 1 }),
];
const spec: ControlSpec<Target> = {
  id: 'ZZ1',
  title: 'A promise',
  severity: 'low',
  waivable: true,
  needs: [{ kind: 'a.fact', vantage: ['inside'] }],
  judge: () => [],
  remedy: 'keep it',
  maps: {},
  probe: () => Promise.resolve(evidence),
  twins: [{ name: 'broken', hits: 'a', target: { url: 'x' } }],
  fixtures: {
    good: [{ name: 'good', evidence }],
    mutants: [{ name: 'bad', from: 'good', apply: (each) => each, hits: 'a' }],
    notApplicable: [],
    blind: [],
    same: [],
  },
};

test('a sound declaration is taken', () => {
  assert.equal(defineControl(spec).id, 'ZZ1');
});

test('all faults of a declaration are named at once', () => {
  const { fixtures } = spec;
  const bad = {
    ...spec,
    id: 'hsts',
    formerIds: ['hsts'],
    title: ' ',
    remedy: '',
    needs: [{ kind: 'probe.run', vantage: ['inside'], min: 0 }],
    twins: [...spec.twins, ...spec.twins],
    fixtures: { ...fixtures, blind: fixtures.good, notApplicable: [{ name: 'n', evidence }] },
  } as const satisfies ControlSpec<Target>;
  assert.throws(
    () => defineControl(bad),
    (error) =>
      error instanceof ControlError &&
      [
        'an id is two capital letters',
        'former id is the present one',
        'title is empty',
        'remedy is empty',
        'probe.run is made by the run',
        'wants no subject',
        'two twins have one name',
        'two fixtures have one name',
        'come together',
      ].every((fault) => error.message.includes(fault)),
  );
});

test('where it says when it applies, it shows a case where it does not', () => {
  const applies = {
    needs: spec.needs,
    decide: () => ({ yes: true, because: 'always', evidence: [] }),
  };
  assert.throws(() => defineControl({ ...spec, applies }), /come together/);
});

test('the compiler refuses a control without probe, twin, good fixture, mutant, remedy or vantage', () => {
  const { probe: _probe, ...withoutProbe } = spec;
  const { remedy: _remedy, ...withoutRemedy } = spec;
  const { fixtures } = spec;
  const declare: Readonly<Record<string, () => unknown>> = {
    // @ts-expect-error a control without a probe observes nothing
    probe: () => defineControl(withoutProbe),
    // @ts-expect-error a control without a remedy helps nobody
    remedy: () => defineControl(withoutRemedy),
    // @ts-expect-error a control without a twin may be blind
    twins: () => defineControl({ ...spec, twins: [] }),
    // @ts-expect-error a control without a good fixture may never pass
    good: () => defineControl({ ...spec, fixtures: { ...fixtures, good: [] } }),
    // @ts-expect-error a control without a mutant may never fail
    mutants: () => defineControl({ ...spec, fixtures: { ...fixtures, mutants: [] } }),
    // @ts-expect-error evidence is seen from somewhere
    vantage: () => defineControl({ ...spec, needs: [{ kind: 'a.fact', vantage: [] }] }),
    // @ts-expect-error a judge is synchronous, so that it cannot ask anyone
    judge: () => defineControl({ ...spec, judge: async () => [] }),
    // @ts-expect-error a twin must be a target the probe can see
    target: () => defineControl({ ...spec, twins: [{ name: 'x', hits: 'a', target: { port: 1 } }] }),
  };
  for (const name of ['twins', 'good', 'mutants', 'vantage'])
    assert.throws(() => declare[name]?.(), ControlError, name);
});

test('a control that needs less of a target fits where more is offered, and not the other way round', () => {
  const control = defineControl(spec);
  const wider: Control<Target & { readonly database: string }> = control;
  // @ts-expect-error a target without an address is not enough
  const narrower: Control<{ readonly database: string }> = control;
  assert.equal(wider, narrower);
});
