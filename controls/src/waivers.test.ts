// Waivers excuse one finding, for a while, by two people; everything else about them is a fault or a finding.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ControlResult } from './conclude.ts';
import { at, controlOf, fact } from './small-control.test-support.ts';
import { isWaived, judgeWaivers } from './waiver-states.ts';
import { parseWaivers, pinOf, waiverDaysMax, type Waiver } from './waivers.ts';
import { severities } from './verdict.ts';

const evidence = [fact('it', 2)];
const finding = {
  subject: 'it',
  at: 'value',
  expected: '1',
  observed: '2',
  evidence: evidence.map(({ sha256 }) => sha256),
};
const good: Waiver = {
  control: 'ZZ1',
  subject: 'it',
  reason: 'migration to the new store, ticket 412',
  owner: 'ops@example.com',
  approver: 'ciso@example.com',
  created: '2025-12-30',
  expires: '2026-01-31',
  pin: pinOf(finding),
};
const control = controlOf({});
const failed: ControlResult = {
  id: 'ZZ1',
  title: 'A promise',
  severity: 'low',
  verdict: 'fail',
  twinCaught: true,
  findings: [finding],
  remedy: 'keep it',
  maps: {},
};

function faultsOf(...waivers: readonly object[]): readonly string[] {
  const parsed = parseWaivers(JSON.stringify({ waivers }), [control], at);
  return parsed.ok ? [] : parsed.faults;
}

test('a sound waiver is read as it stands', () => {
  assert.deepEqual(parseWaivers(JSON.stringify({ waivers: [good] }), [control], at), { ok: true, value: [good] });
  assert.deepEqual(parseWaivers('{"waivers":[]}', [control], at), { ok: true, value: [] });
});

test('one person cannot own and approve, in whatever spelling', () => {
  for (const approver of [good.owner, 'OPS@example.com', ' ops@example.com ', 'ｏps@example.com']) {
    assert.deepEqual(faultsOf({ ...good, approver }), ['waivers[0] (ZZ1) is approved by its owner'], approver);
  }
});

test('dates are strict days that exist, in order, and not from the future', () => {
  for (const day of ['2026/01/31', '2026-1-31', '2026-02-30', '31-01-2026', '2026-01-31T00:00:00.000Z', '']) {
    assert.deepEqual(
      faultsOf({ ...good, expires: day }),
      ['file.waivers[0].expires is not a day such as 2026-11-22'],
      day,
    );
  }
  assert.deepEqual(faultsOf({ ...good, expires: '2025-12-29' }), ['waivers[0] (ZZ1) expires before it was created']);
  assert.deepEqual(faultsOf({ ...good, created: '2026-01-02' }), ['waivers[0] (ZZ1) was created in the future']);
  assert.deepEqual(faultsOf({ ...good, created: '2026-01-01' }), [], 'today is not the future');
});

test('the longest life of a waiver hangs on the severity of its control', () => {
  assert.deepEqual(waiverDaysMax, { critical: 14, high: 30, medium: 90, low: 180 });
  for (const severity of severities) {
    const faults = [0, 1].map((more) => {
      const expires = new Date(Date.UTC(2025, 11, 30 + waiverDaysMax[severity] + more)).toISOString().slice(0, 10);
      const json = JSON.stringify({ waivers: [{ ...good, expires }] });
      return parseWaivers(json, [controlOf({}, severity)], at).ok;
    });
    assert.deepEqual(faults, [true, false], severity);
  }
});

test('unknown, renamed and non-waivable controls are refused', () => {
  assert.deepEqual(faultsOf({ ...good, control: 'ZZ9' }), ['waivers[0] (ZZ9) names no known control']);
  const json = JSON.stringify({ waivers: [{ ...good, control: 'YY7' }] });
  assert.deepEqual(parseWaivers(json, [{ ...control, formerIds: ['YY7'] }], at), {
    ok: false,
    faults: ['waivers[0] (YY7) names a control that is now ZZ1'],
  });
  const firm = { ...control, waivable: false };
  assert.deepEqual(parseWaivers(JSON.stringify({ waivers: [good] }), [firm], at), {
    ok: false,
    faults: ['waivers[0] (ZZ1) names a control that cannot be waived'],
  });
});

test('a file is strict, and names all its faults at once', () => {
  const { pin: _pin, ...withoutPin } = good;
  assert.deepEqual(faultsOf({ ...good, scope: '*' }, withoutPin, { ...good, reason: ' ', pin: 'sha256:x' }), [
    'file.waivers[0].scope is not known',
    'file.waivers[1].pin is missing',
    'file.waivers[2].reason is not a reason',
    'file.waivers[2].pin is not a pin such as sha256:…',
  ]);
  assert.equal(
    faultsOf({ ...good, approver: good.owner, expires: '2030-01-01', created: '2026-01-02', control: 'ZZ9' }).length,
    3,
  );
  assert.deepEqual(faultsOf(good, good), ['waivers[1] (ZZ1) excuses what another one excuses']);
  for (const json of ['', '[]', '{}', '{"waivers":[],"waivers":[]}', '{"waivers":[],"more":1}']) {
    assert.equal(parseWaivers(json, [control], at).ok, false, json);
  }
});

function stateOf(waiver: Waiver, result: ControlResult | undefined, moment = at) {
  const [judged] = judgeWaivers([waiver], result === undefined ? [] : [result], moment);
  assert.ok(judged !== undefined);
  return {
    state: judged.state,
    says: judged.finding?.observed,
    excused: result !== undefined && isWaived(result, [judged]),
  };
}

test('a waiver in force excuses its finding until the end of its last day, and warns for the last 14', () => {
  assert.deepEqual(stateOf(good, failed), { state: 'active', says: undefined, excused: true });
  assert.equal(stateOf(good, failed, '2026-01-16T23:59:59.999Z').state, 'active');
  assert.deepEqual(stateOf(good, failed, '2026-01-17T00:00:00.000Z'), {
    state: 'expiring',
    says: 'waiver ends on 2026-01-31',
    excused: true,
  });
  assert.equal(stateOf(good, failed, '2026-01-31T23:59:59.999Z').excused, true);
  assert.deepEqual(stateOf(good, failed, '2026-02-01T00:00:00.000Z'), {
    state: 'lapsed',
    says: 'waiver lapsed on 2026-01-31',
    excused: false,
  });
  assert.equal(stateOf(good, failed, 'never').state, 'lapsed');
});

test('changed evidence voids a waiver, and so does another place', () => {
  const changed = { ...failed, findings: [{ ...finding, evidence: [fact('it', 3).sha256] }] };
  assert.deepEqual(stateOf(good, changed), {
    state: 'void',
    says: 'waiver void: the evidence has changed',
    excused: false,
  });
  assert.equal(stateOf(good, { ...failed, findings: [{ ...finding, at: 'other' }] }).state, 'void');
});

test('a waiver for what does not fail is unused, and one for what was not decided waits', () => {
  assert.equal(stateOf(good, { ...failed, verdict: 'pass', findings: [] }).state, 'unused');
  assert.equal(stateOf({ ...good, subject: 'that' }, failed).state, 'unused');
  assert.equal(stateOf(good, { ...failed, verdict: 'not_applicable' }).state, 'unused');
  for (const verdict of ['unknown', 'error'] as const) {
    assert.deepEqual(stateOf(good, { ...failed, verdict }), { state: 'unjudged', says: undefined, excused: false });
  }
  assert.equal(stateOf(good, undefined).state, 'unjudged');
});

test('one finding without a waiver, or one doubt, and the failure is not excused', () => {
  const other = { ...finding, subject: 'that' };
  assert.equal(stateOf(good, { ...failed, findings: [finding, other] }).excused, false);
  assert.equal(stateOf(good, { ...failed, findings: [finding, { ...finding, verdict: 'unknown' }] }).excused, false);
  assert.equal(isWaived({ ...failed, findings: [] }, []), false);
  const foreign = judgeWaivers([good], [failed], at);
  assert.equal(isWaived({ ...failed, id: 'ZZ2' }, foreign), false);
});
