// The guard at the start: what `holdfast verify` would fail keeps the server from serving, and says the same.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { controls } from '../../src/controls.ts';
import { StartRefused } from '../../src/start/refusal.ts';
import { startSystem, verify } from './system.ts';

const BREAK = 'alter table holdfast.provider no force row level security';

describe('the guard at the start', () => {
  it('a start refuses what verify fails, names the control, and says what to do', async () => {
    const refused = await startSystem({}, (admin) => admin(BREAK)).then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.ok(refused instanceof StartRefused, String(refused));
    assert.deepEqual([...new Set(refused.faults.map(({ key }) => key))], ['TN1']);
    await using system = await startSystem();
    await system.admin(BREAK);
    const report = await verify(system, 'TN1');
    const [control] = report.controls;
    assert.equal(control?.verdict, 'fail');
    const [fault] = refused.faults;
    const said = control.findings.map(({ subject, observed }) => `${subject} ${observed}`);
    assert.ok(
      said.some((text) => text.split(' ').every((word) => fault?.problem.includes(word))),
      String(fault?.problem),
    );
    assert.equal(fault?.fix, control.remedy);
  });

  it('a start that may is not kept waiting by controls, and says of which it does not know enough', async () => {
    await using system = await startSystem();
    const notProven = system.lines.filter((line) => line.includes('controls.not_proven_at_start'));
    assert.deepEqual(notProven, []);
  });

  it('no control that opens the house can be waived, or leaves the start alone where it could look', () => {
    const critical = controls.filter(({ severity }) => severity === 'critical');
    assert.ok(critical.length > 0);
    assert.deepEqual(
      critical.filter(({ waivable }) => waivable).map(({ id }) => id),
      [],
    );
  });
});
