// What the watch leaves behind: drift in the log, verdicts as metrics, a badge that anybody can check.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openEnvelope } from '@holdfast/controls/dsse.ts';
import { askHttp, type HttpReply } from '@holdfast/controls/probes/http.ts';
import { readReportKey } from '../../src/start/report-key.ts';
import { setHeader } from './replies.ts';
import { startSystem, type System, verify } from './system.ts';

let system: System;

describe('the watch over the controls', () => {
  before(async () => {
    system = await startSystem();
  });
  after(() => system[Symbol.asyncDispose]());

  type Event = { readonly action: string; readonly facts: Readonly<Record<string, unknown>> };

  const eventsOf = async (action: string): Promise<readonly Event[]> =>
    (await system.admin(
      `select action, facts from (
         select event_id, action, facts from holdfast.audit_entry where stream_kind = 'system'
         union select event_id, action, facts from holdfast.audit_pending where stream_kind = 'system') as log
       where action = $1 order by event_id`,
      [action],
    )) as unknown as readonly Event[];

  const portOf = (purpose: 'public' | 'private'): number =>
    system.server.bound.find((socket) => socket.purpose === purpose)?.port ?? 0;

  const ask = (purpose: 'public' | 'private', path: string): Promise<HttpReply> => {
    return askHttp({ origin: `http://127.0.0.1:${String(portOf(purpose))}` }, { path }, AbortSignal.timeout(5_000));
  };

  it('leaves a verdict that changed in the log of the installation, and its way back', async () => {
    await verify(system, 'TR4');
    const mend = await setHeader('x-frame-options')();
    await verify(system, 'TR4');
    await mend();
    await verify(system, 'TR4');
    assert.deepEqual(
      (await eventsOf('controls.verdict_changed')).map(({ facts }) => facts),
      [
        { control: 'TR4', before: 'pass', after: 'fail' },
        { control: 'TR4', before: 'fail', after: 'pass' },
      ],
    );
  });

  it('leaves what changed while no server ran', async () => {
    await system.admin(
      `update holdfast.installation set value = value || '{"TR4": "fail"}' where name = 'control_verdicts'`,
    );
    await verify(system, 'TR4');
    const events = await eventsOf('controls.verdict_changed');
    assert.deepEqual(events.at(-1)?.facts, { control: 'TR4', before: 'fail', after: 'pass' });
    await verify(system, 'TR4');
    assert.equal((await eventsOf('controls.verdict_changed')).length, events.length);
  });

  it('shows the verdicts as metrics on the private port', async () => {
    await verify(system, 'TR4');
    // A process that has run every other test has more series than a probe reads of one reply.
    const body = await (await fetch(`http://127.0.0.1:${String(portOf('private'))}/metrics`)).text();
    assert.match(body, /^holdfast_control_verdict\{control="TR4",verdict="pass"\} 1$/m);
    assert.match(body, /^holdfast_control_verdict\{control="TR4",verdict="fail"\} 0$/m);
    assert.match(body, /^holdfast_control_drift_total\{kind="verdict_changed"\} [1-9]/m);
  });

  it('shows the badge on the private port alone, signed by the report key', async () => {
    await verify(system, 'TR4');
    assert.equal((await ask('public', '/badge.svg')).status, 404);
    const { status, body, valuesOf } = await ask('private', '/badge.svg');
    assert.equal(status, 200);
    assert.deepEqual(valuesOf('content-type'), ['image/svg+xml; charset=utf-8']);
    const envelope = /<metadata>(.*)<\/metadata>/s.exec(body)?.[1]?.replaceAll('&quot;', '"') ?? '';
    const key = readReportKey(system.server.verification.reportKey);
    assert.ok(key !== undefined);
    const opened = await openEnvelope(envelope, 'application/vnd.holdfast.badge+json', [key]);
    assert.ok(opened.ok, JSON.stringify(opened));
    const { grade } = opened.value as { readonly grade: string };
    assert.match(body, new RegExp(`holdfast: ${grade} ·`));
  });

  it('ends its runs when the server stops, in time', async () => {
    await using other = await startSystem();
    const running = verify(other);
    await other.server.stop();
    const report = await running;
    assert.ok(report.controls.some(({ verdict }) => verdict === 'error'));
  });
});
