// Drift: loud changes and quiet ones are told, and nothing is told where nothing changed.
import assert from 'node:assert/strict';
import { chmod } from 'node:fs/promises';
import { after, describe, test } from 'node:test';
import { findDrift, fingerprintOf } from './drift.ts';
import { startKeyFile } from './examples.test-support.ts';
import { makeReport, type Report } from './report.ts';
import { runControls } from './run.ts';
import { pinOf, type Waiver } from './waivers.ts';
import { controls, nowMs, options, startTarget, type Target } from './world.test-support.ts';

const world = await startTarget();
const open = await startKeyFile(0o644);

async function reportAt(
  seconds: number,
  change: Partial<Target> = {},
  waivers: readonly Waiver[] = [],
): Promise<Report> {
  const unixMs = (): number => nowMs + seconds * 1_000;
  const outcome = await runControls(controls, { ...world.target, ...change }, { ...options, unixMs });
  return makeReport({ target: 'it', outcome, waivers });
}

const roleRows =
  (...names: readonly string[]) =>
  () =>
    Promise.resolve(names.map((name) => ({ name, isSuperuser: false, mayBypass: false })));
const before = await reportAt(0);

describe('drift', () => {
  after(async () => {
    await world[Symbol.asyncDispose]();
    await open[Symbol.asyncDispose]();
  });

  test('nothing has changed although everything was seen again, at another time', async () => {
    const now = await reportAt(3_600);
    assert.deepEqual(findDrift(before, now), []);
    assert.equal(fingerprintOf(before, 'TR2'), fingerprintOf(now, 'TR2'));
    assert.notEqual(fingerprintOf(before, 'TR2'), fingerprintOf(before, 'EN3'));
  });

  test('a verdict that changed is told', async () => {
    const listRoles = () => Promise.resolve([{ name: 'app', isSuperuser: true, mayBypass: false }]);
    assert.deepEqual(findDrift(before, await reportAt(60, { listRoles })), [
      { kind: 'verdict_changed', control: 'TN3', from: 'pass', to: 'fail' },
      { kind: 'evidence_changed', control: 'TN3', verdict: 'fail', subjects: ['role app'] },
    ]);
  });

  test('evidence that changed under a verdict that stands is told', async () => {
    await using closed = await startKeyFile(0o400);
    const { path } = closed.target;
    const first = await reportAt(60, { path });
    await chmod(path, 0o600);
    const second = await reportAt(120, { path });
    assert.deepEqual(findDrift(first, second), [
      { kind: 'evidence_changed', control: 'EN3', verdict: 'pass', subjects: [`file ${path}`] },
    ]);
    assert.notEqual(fingerprintOf(first, 'EN3'), fingerprintOf(second, 'EN3'));
  });

  test('a new subject and one that is no longer seen are told', async () => {
    const two = await reportAt(60, { listRoles: roleRows('app', 'jobs') });
    assert.deepEqual(findDrift(before, two), [{ kind: 'subject_new', control: 'TN3', subjects: ['role jobs'] }]);
    assert.deepEqual(findDrift(two, before), [{ kind: 'coverage_lost', control: 'TN3', subjects: ['role jobs'] }]);
  });

  test('a control that is no longer decided, or gone, is lost coverage', async () => {
    const now = await reportAt(60, { listRoles: () => Promise.reject(new Error('down')) });
    assert.deepEqual(findDrift(before, now), [
      { kind: 'verdict_changed', control: 'TN3', from: 'pass', to: 'error' },
      { kind: 'coverage_lost', control: 'TN3', subjects: ['role app'] },
    ]);
    const elsewhere = await reportAt(60, { vantage: 'inside' });
    assert.deepEqual(findDrift(before, elsewhere), [
      { kind: 'verdict_changed', control: 'TR2', from: 'pass', to: 'unknown' },
      { kind: 'coverage_lost', control: 'TR2', subjects: [] },
      { kind: 'evidence_changed', control: 'TR2', verdict: 'unknown', subjects: ['GET /', 'GET /nowhere'] },
    ]);
    const gone = { ...before, controls: before.controls.filter(({ id }) => id !== 'TN3') };
    assert.deepEqual(findDrift(before, gone), [{ kind: 'coverage_lost', control: 'TN3', subjects: ['role app'] }]);
  });

  test('a waiver that became void or lapsed is told once', async () => {
    const failing = await reportAt(60, { path: open.target.path });
    const finding = failing.controls.find(({ id }) => id === 'EN3')?.findings[0];
    assert.ok(finding !== undefined);
    const { subject } = finding;
    const waiver: Waiver = {
      control: 'EN3',
      subject,
      reason: 'soon',
      owner: 'a',
      approver: 'b',
      created: '2026-11-20',
      expires: '2026-11-23',
      pin: pinOf(finding),
    };
    const excused = await reportAt(60, { path: open.target.path }, [waiver]);
    const later = await reportAt(3 * 86_400, { path: open.target.path }, [waiver]);
    assert.deepEqual(findDrift(excused, later), [{ kind: 'waiver_lapsed', control: 'EN3', subject }]);
    assert.deepEqual(findDrift(later, later), []);
    const pinned = later.waivers.map((each) => ({ ...each, pin: `sha256:${'0'.repeat(64)}` }));
    const two = { ...later, waivers: [...later.waivers, ...pinned] };
    assert.equal(findDrift(later, two).length, 1, 'another waiver for the same subject');
    await chmod(open.target.path, 0o666);
    const worse = await reportAt(60, { path: open.target.path }, [waiver]);
    await chmod(open.target.path, 0o644);
    assert.deepEqual(
      findDrift(excused, worse).map(({ kind }) => kind),
      ['evidence_changed', 'waiver_voided'],
    );
  });
});
