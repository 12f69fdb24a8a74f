// The report is a contract: its members, its strictness, and that anyone can judge it again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ControlResult } from './conclude.ts';
import { resealEvidence } from './evidence.ts';
import { startKeyFile } from './examples.test-support.ts';
import { failureOf } from './findings.ts';
import { parseReport } from './parse-report.ts';
import { rejudge } from './rejudge.ts';
import { makeReport, type Report } from './report.ts';
import { controlOf, fact } from './small-control.test-support.ts';
import { pinOf, type Waiver } from './waivers.ts';
import { controls, reportOf } from './world.test-support.ts';

const bad = await reportOf({ mode: 0o644, target: { listRoles: () => Promise.reject(new Error('database is down')) } });
const good = await reportOf();

function waiverFor(report: Report, change: Partial<Waiver> = {}): Waiver {
  const finding = report.controls.find(({ id }) => id === 'EN3')?.findings[0];
  assert.ok(finding !== undefined);
  return {
    control: 'EN3',
    subject: finding.subject,
    reason: 'moved next week',
    owner: 'ops',
    approver: 'ciso',
    created: '2026-11-20',
    expires: '2026-12-30',
    pin: pinOf(finding),
    ...change,
  };
}

test('a report has exactly the members of the contract, evidence and waivers', () => {
  assert.deepEqual(Object.keys(bad).toSorted(), [
    'at',
    'controls',
    'coverage',
    'evidence',
    'grade',
    'score',
    'target',
    'waivers',
  ]);
  const [control] = bad.controls;
  assert.deepEqual(Object.keys(control ?? {}).toSorted(), [
    'findings',
    'id',
    'maps',
    'remedy',
    'severity',
    'title',
    'twinCaught',
    'verdict',
  ]);
  const finding = bad.controls.find(({ id }) => id === 'EN3')?.findings[0];
  assert.deepEqual(Object.keys(finding ?? {}).toSorted(), ['at', 'evidence', 'expected', 'observed', 'subject']);
  assert.deepEqual([bad.grade, bad.score, bad.coverage], ['F', 29.4, 41.1]);
});

test('a target is not named by an address with a password in it', () => {
  const outcome = { at: bad.at, results: [], evidence: [] };
  assert.throws(() => makeReport({ target: 'https://ops:hunter2@host', outcome, waivers: [] }), /holds a password/);
});

test('a report is read back as it was written, and judged again to the same', () => {
  for (const report of [good, bad]) {
    const parsed = parseReport(JSON.stringify(report));
    assert.deepEqual(parsed, { ok: true, value: report });
    assert.ok(parsed.ok);
    assert.deepEqual(rejudge(parsed.value, controls), []);
  }
});

test('text that is no report, or says something twice, is refused', () => {
  const [control] = good.controls;
  for (const change of [
    { extra: 1 },
    { grade: 'S' },
    { score: 101 },
    { at: 'now' },
    { controls: [control, control] },
    { controls: [{ ...control, verdict: 'passed' }] },
    { controls: [{ ...control, maps: { nist: ['1'] } }] },
    { evidence: [], controls: [{ ...control, findings: bad.controls[2]?.findings }] },
    { evidence: [{ ...good.evidence[0], subject: 'x' }] },
  ]) {
    assert.equal(parseReport(JSON.stringify({ ...good, ...change })).ok, false, JSON.stringify(change).slice(0, 80));
  }
  assert.equal(parseReport(JSON.stringify(good).replace('{', '{"grade":"A",')).ok, false);
  assert.equal(parseReport('').ok, false);
});

function differencesOf(report: Report): readonly string[] {
  return rejudge(report, controls).map(({ where, what }) => `${where} ${what}`);
}

test('every lie of a report is named', () => {
  const change = (id: string, fields: object): Report => ({
    ...bad,
    controls: bad.controls.map((control) => (control.id === id ? { ...control, ...fields } : control)),
  });
  assert.deepEqual(differencesOf({ ...bad, grade: 'A', score: 100, coverage: 100 }), [
    'report grade',
    'report score',
    'report coverage',
  ]);
  assert.deepEqual(differencesOf(change('EN3', { verdict: 'pass' })), ['EN3 verdict']);
  assert.deepEqual(differencesOf(change('EN3', { findings: [] })), ['EN3 findings']);
  assert.deepEqual(differencesOf(change('EN3', { severity: 'low' })), ['EN3 severity']);
  assert.deepEqual(differencesOf(change('EN3', { title: 'x' })), ['EN3 title']);
  assert.deepEqual(differencesOf(change('EN3', { remedy: 'x' })), ['EN3 remedy']);
  assert.deepEqual(differencesOf(change('EN3', { maps: { cwe: ['1'] } })), ['EN3 maps']);
  assert.deepEqual(differencesOf(change('EN3', { twinCaught: false })), ['EN3 twinCaught']);
  assert.deepEqual(differencesOf(change('TN3', { id: 'ZZ9' })), ['ZZ9 control', 'TN3 control']);
});

test('a control that was left out, and one that nobody knows, are named', () => {
  assert.deepEqual(differencesOf({ ...good, controls: good.controls.slice(1) }), ['TR2 control']);
  assert.deepEqual(
    rejudge(good, controls.slice(1))
      .map(({ where, what }) => `${where} ${what}`)
      .slice(0, 1),
    ['TR2 control'],
  );
});

test('evidence that was exchanged, taken out or put in is named', () => {
  const isMode = ({ kind, data }: Report['evidence'][number]): boolean =>
    kind === 'file.mode' && JSON.stringify(data) === '{"mode":420}';
  const healed = bad.evidence.map((each) => (isMode(each) ? resealEvidence({ ...each, data: { mode: 0o600 } }) : each));
  assert.ok(differencesOf({ ...bad, evidence: healed }).includes('EN3 verdict'));
  assert.ok(differencesOf({ ...bad, evidence: healed }).some((each) => each.startsWith('evidence file.mode')));
  for (const [index, each] of good.evidence.entries()) {
    const without = good.evidence.toSpliced(index, 1);
    assert.notDeepEqual(differencesOf({ ...good, evidence: without }), [], `${each.kind} of ${each.subject}`);
  }
});

test('the evidence of twins is judged again too', () => {
  const twin = good.evidence.find(({ subject }) => subject.startsWith('EN3 twin'));
  assert.ok(twin !== undefined);
  const without = good.evidence.filter((each) => each !== twin);
  assert.ok(differencesOf({ ...good, evidence: without }).includes('EN3 twinCaught'));
});

test('a report judged at another time is another report', () => {
  assert.ok(differencesOf({ ...good, at: '2027-11-22T10:45:00.000Z' }).includes('TR2 verdict'));
});

test('a waived failure stays a failure, unscored', async () => {
  await using open = await startKeyFile(0o644);
  const plain = await reportOf({ target: open.target });
  const waived = await reportOf({ target: open.target }, [waiverFor(plain)]);
  assert.equal(waived.waivers[0]?.state, 'active');
  assert.equal(waived.controls.find(({ id }) => id === 'EN3')?.verdict, 'fail');
  assert.equal(waived.score, plain.score);
  assert.deepEqual(rejudge(waived, controls), []);
});

test('a waived critical failure no longer makes an F, and no A either', () => {
  const control = controlOf({}, 'critical');
  const evidence = [fact('it', 2)];
  const findings = evidence.map((each) => failureOf(each, { expected: '1', observed: '2' }));
  const [finding] = findings;
  assert.ok(finding !== undefined);
  const { id, title, severity, remedy, maps } = control;
  const common = { twinCaught: true, remedy, maps, title };
  const results: readonly ControlResult[] = [
    { ...common, id, severity, verdict: 'fail', findings },
    ...['ZZ2', 'ZZ3', 'ZZ4', 'ZZ5', 'ZZ6', 'ZZ7', 'ZZ8', 'ZZ9', 'ZZ10', 'ZZ11'].map(
      (id) => ({ ...common, id, severity, verdict: 'pass', findings: [] }) as const,
    ),
  ];
  const waiver = { ...waiverFor(bad), control: id, subject: finding.subject, pin: pinOf(finding) };
  const outcome = { at: bad.at, results, evidence };
  assert.equal(makeReport({ target: 'it', outcome, waivers: [] }).grade, 'F');
  assert.equal(makeReport({ target: 'it', outcome, waivers: [waiver] }).grade, 'C');
});

test('waivers in a report are judged again: their states, their faults and their people', () => {
  const waiver = waiverFor(bad);
  const withWaiver = (change: object): Report => ({
    ...bad,
    waivers: [{ ...waiver, state: 'active', finding: null, ...change }],
  });
  assert.deepEqual(differencesOf(withWaiver({})), []);
  for (const change of [
    { pin: `sha256:${'0'.repeat(64)}` },
    { expires: '2026-11-21' },
    { subject: 'another' },
    { state: 'expiring' },
    { approver: 'ops' },
    { control: 'TN3' },
    { expires: '2027-11-21' },
  ]) {
    assert.ok(differencesOf(withWaiver(change)).includes('waivers waivers'), JSON.stringify(change));
  }
});
