// The state of the controls: what is due is looked at, what is too old no longer counts, and no drift is lost.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Drift } from '@holdfast/controls/drift.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { alterFacts, fixtureEvidence } from '@holdfast/controls/fixtures.ts';
import type { Report } from '@holdfast/controls/report.ts';
import type { InstanceControl } from './instance.ts';
import { createRuns } from './runs.ts';
import { createVerifier, type VerifierParts } from './verifier.ts';

const TWIN = 'a switch that is off';

type Switch = { isGood: boolean; looks: number; throws?: boolean; onLook?: () => void };

/** A control of a switch that tests turn. */
function switchControl(id: string, target: Switch, ttlSeconds: number): InstanceControl {
  const observation = (isGood: boolean) =>
    ({ kind: 'test.switch', subject: id, at: 'switch', data: { isGood }, vantage: 'inside', ttlSeconds }) as const;
  return defineControl({
    id,
    title: 'The switch is on',
    severity: 'high',
    waivable: true,
    needs: [{ kind: 'test.switch', vantage: ['inside'] }],
    judge: (evidence) =>
      evidence.flatMap((each) =>
        factsOf(each).flag('isGood') ? [] : [failureOf(each, { expected: 'on', observed: 'off' })],
      ),
    remedy: 'Turn it on.',
    maps: {},
    probe: async ({ home }: { readonly home?: string }, tools) => {
      if (home === TWIN) return [tools.evidence(observation(false))];
      target.looks += 1;
      target.onLook?.();
      if (target.throws === true) throw new Error('nothing to see');
      return [tools.evidence(observation(target.isGood))];
    },
    twins: [{ name: 'off', hits: 'switch', target: { home: TWIN } }],
    fixtures: {
      good: [{ name: 'on', evidence: [fixtureEvidence(observation(true))] }],
      mutants: [
        { name: 'off', from: 'on', apply: (all) => alterFacts(all, () => true, { isGood: false }), hits: 'switch' },
      ],
      notApplicable: [],
      blind: [],
      same: [],
    },
  });
}

type Told = { readonly drift: readonly Drift[]; readonly report: Report };

function createWatched(controls: readonly InstanceControl[], more: Partial<VerifierParts> = {}) {
  const clock = { unixMs: Date.UTC(2026, 0, 1) };
  const told: Told[] = [];
  const failures: unknown[] = [];
  let open = 0;
  const verifier = createVerifier({
    controls,
    open: async () => {
      open += 1;
      assert.equal(open, 1, 'two runs at a time');
      return { instance: {}, [Symbol.asyncDispose]: async () => void (open -= 1) };
    },
    target: () => 'the test',
    waivers: [],
    fingerprintKey: new Uint8Array(32),
    unixMs: () => clock.unixMs,
    onDrift: async (drift, report) => void told.push({ drift, report }),
    onFailure: (error) => void failures.push(error),
    ...more,
  });
  const verdicts = () => verifier.latest().controls.map(({ verdict }) => verdict);
  return { clock, told, failures, verifier, verdicts };
}

const on = (): Switch => ({ isGood: true, looks: 0 });

describe('the state of the controls', () => {
  it('is unknown before the first look, then what was seen, and no pass once that is too old', async () => {
    const { verifier, verdicts, clock } = createWatched([switchControl('ZZ1', on(), 300)]);
    assert.deepEqual(verdicts(), ['unknown']);
    assert.deepEqual(
      (await verifier.run()).controls.map(({ verdict }) => verdict),
      ['pass'],
    );
    clock.unixMs += 299_000;
    assert.deepEqual(verdicts(), ['pass']);
    clock.unixMs += 2_000;
    assert.deepEqual(verdicts(), ['error']);
  });

  it('looks again at what is due before it is too old, and at nothing else', async () => {
    const [often, seldom] = [on(), on()];
    const { verifier, verdicts, clock } = createWatched([
      switchControl('ZZ1', often, 300),
      switchControl('ZZ2', seldom, 3_600),
    ]);
    await verifier.runDue();
    assert.deepEqual([often.looks, seldom.looks], [1, 1]);
    await verifier.runDue();
    assert.deepEqual([often.looks, seldom.looks], [1, 1]);
    clock.unixMs += 280_000;
    await verifier.runDue();
    assert.deepEqual([often.looks, seldom.looks], [2, 1]);
    clock.unixMs += 280_000;
    assert.deepEqual(verdicts(), ['pass', 'pass']);
    verifier.expire();
    await verifier.runDue();
    assert.deepEqual([often.looks, seldom.looks], [3, 2]);
  });

  it('tells a verdict that changed, once, and nothing of controls that nobody had looked at', async () => {
    const [one, other] = [on(), on()];
    const { verifier, told } = createWatched([switchControl('ZZ1', one, 300), switchControl('ZZ2', other, 300)]);
    await verifier.run(['ZZ1']);
    await verifier.run();
    one.isGood = false;
    await verifier.run();
    await verifier.run();
    assert.deepEqual(
      told.map(({ drift }) => drift.filter(({ kind }) => kind === 'verdict_changed')),
      [[], [], [{ kind: 'verdict_changed', control: 'ZZ1', from: 'pass', to: 'fail' }], []],
    );
  });

  it('tells drift again that could not be told', async () => {
    const target = on();
    const seen: (readonly Drift[])[] = [];
    const { verifier, failures } = createWatched([switchControl('ZZ1', target, 300)], {
      onDrift: async (drift) => {
        seen.push(drift);
        if (seen.length === 2) throw new Error('the log is away');
      },
    });
    await verifier.run();
    target.isGood = false;
    assert.deepEqual(
      (await verifier.run()).controls.map(({ verdict }) => verdict),
      ['fail'],
    );
    await verifier.run();
    assert.equal(failures.length, 1);
    assert.deepEqual(seen[2], seen[1]);
  });

  it('ends as error when the probe cannot look, whatever was seen before', async () => {
    const target = on();
    const { verifier, verdicts } = createWatched([switchControl('ZZ1', target, 3_600)]);
    await verifier.run();
    target.throws = true;
    await verifier.run();
    assert.deepEqual(verdicts(), ['error']);
  });

  it('is judged once for all who ask within a second, and anew after every look', async () => {
    const target = on();
    const { verifier, clock } = createWatched([switchControl('ZZ1', target, 300)]);
    await verifier.run();
    const first = verifier.latest();
    assert.equal(verifier.latest(), first);
    target.isGood = false;
    await verifier.run();
    assert.deepEqual(
      verifier.latest().controls.map(({ verdict }) => verdict),
      ['fail'],
    );
    const second = verifier.latest();
    clock.unixMs += 1_000;
    assert.notEqual(verifier.latest(), second);
  });

  it('lets the watch give way to whoever waits for a run, and look at the rest later', async () => {
    const [one, other] = [on(), on()];
    const controls = [switchControl('ZZ1', one, 300), switchControl('ZZ2', other, 300)];
    const { verifier } = createWatched(controls);
    const order: string[] = [];
    one.onLook = () => void (asked ??= verifier.run(['ZZ1']).then(() => order.push('run')));
    let asked: Promise<unknown> | undefined;
    await verifier.runDue();
    assert.deepEqual([one.looks, other.looks], [1, 0], 'the watch has stopped after the control it was at');
    await asked;
    await verifier.runDue();
    assert.deepEqual([one.looks, other.looks, order], [2, 1, ['run']]);
  });

  it('lets runs take turns, however many are asked for at once', async () => {
    const target = on();
    const { verifier } = createWatched([switchControl('ZZ1', target, 300)]);
    await Promise.all(Array.from({ length: 50 }, () => verifier.run()));
    assert.equal(target.looks, 50);
  });
});

describe('runs that were asked for', () => {
  const runsOf = (seal: (report: Report) => Promise<string>) => {
    const { verifier } = createWatched([switchControl('ZZ1', on(), 300)]);
    let ids = 0;
    const failures: unknown[] = [];
    const runs = createRuns({
      verifier,
      newId: () => `run-${(ids += 1)}`,
      seal,
      onFailure: (error) => void failures.push(error),
    });
    const end = async (id: string) => {
      for (;;) {
        const outcome = runs.find(id)?.outcome;
        if (outcome !== undefined) return outcome;
        await new Promise((resolve) => void setImmediate(resolve));
      }
    };
    return { runs, end, failures };
  };

  it('are four at a time at most, and the next begins when one has ended', async () => {
    const { runs, end } = runsOf(async () => 'signed');
    const begun = Array.from({ length: 50 }, () => runs.begin(undefined)).filter((id) => id !== undefined);
    assert.equal(begun.length, 4);
    await Promise.all(begun.map(end));
    assert.notEqual(runs.begin(undefined), undefined);
  });

  it('give a report without a signature when its hash could not be recorded', async () => {
    const { runs, end, failures } = runsOf(async () => Promise.reject(new Error('the log is away')));
    const outcome = await end(runs.begin(undefined) ?? '');
    assert.ok(outcome.ok);
    assert.deepEqual([outcome.signed, outcome.report.grade, failures.length], [undefined, 'A', 1]);
  });
});
