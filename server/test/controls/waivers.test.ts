// A waiver excuses one finding, in sight, for a while, and never makes a pass; a file with a mistake keeps the server from starting.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pinOf } from '@holdfast/controls/waivers.ts';
import { StartRefused } from '../../src/start/refusal.ts';
import { setHeader } from './replies.ts';
import { startSystem, verify } from './system.ts';

const DAY_MS = 86_400_000;
const dayFromNow = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

let folder: string;

describe('waivers of an installation', () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hf-waivers-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function writeWaivers(waivers: readonly object[]): Promise<string> {
    const path = join(folder, 'waivers.json');
    await writeFile(path, JSON.stringify({ waivers }));
    return path;
  }

  /** What the server finds without `X-Frame-Options`, and the waivers that excuse it. */
  async function waiversOfBrokenFrames(changes: object = {}): Promise<readonly object[]> {
    await using system = await startSystem();
    const mend = await setHeader('x-frame-options')();
    try {
      const report = await verify(system, 'TR4');
      return (report.controls[0]?.findings ?? []).map((finding) => ({
        control: 'TR4',
        subject: finding.subject,
        pin: pinOf(finding),
        reason: 'the proxy is replaced next week',
        owner: 'ops@acme.example',
        approver: 'ciso@acme.example',
        created: dayFromNow(-1),
        expires: dayFromNow(20),
        ...changes,
      }));
    } finally {
      await mend();
    }
  }

  it('show a failure as excused, count it as not passed, and are void for any other finding', async () => {
    const waivers = await waiversOfBrokenFrames();
    assert.ok(waivers.length > 0);
    await using system = await startSystem({ HOLDFAST_WAIVERS_FILE: await writeWaivers(waivers) });
    const mend = await setHeader('x-frame-options')();
    try {
      const report = await verify(system, 'TR4');
      assert.deepEqual([report.controls[0]?.verdict, report.score], ['fail', 0]);
      assert.ok(
        report.waivers.every(({ state }) => state === 'active'),
        JSON.stringify(report.waivers),
      );
    } finally {
      await mend();
    }
    const otherwise = await setHeader('x-frame-options', 'SAMEORIGIN')();
    try {
      const report = await verify(system, 'TR4');
      assert.ok(
        report.waivers.every(({ state }) => state === 'void'),
        JSON.stringify(report.waivers),
      );
    } finally {
      await otherwise();
    }
  });

  for (const [what, changes, problem] of [
    ['one person for both parts', { approver: 'ops@acme.example' }, /approved by its owner/],
    ['a life that is too long', { expires: dayFromNow(60) }, /days/],
    ['a control that does not exist', { control: 'ZZ9' }, /ZZ9/],
    ['a member that nobody knows', { forever: true }, /forever/],
  ] as const)
    it(`refuse the start with ${what}`, async () => {
      const pin = `sha256:${'0'.repeat(64)}`;
      const waiver = {
        control: 'TR4',
        subject: 'GET /',
        pin,
        reason: 'the proxy is replaced next week',
        owner: 'ops@acme.example',
        approver: 'ciso@acme.example',
        created: dayFromNow(-1),
        expires: dayFromNow(20),
        ...changes,
      };
      const refused = await startSystem({ HOLDFAST_WAIVERS_FILE: await writeWaivers([waiver]) }).then(
        () => undefined,
        (error: unknown) => error,
      );
      assert.ok(refused instanceof StartRefused, String(refused));
      assert.equal(refused.faults[0]?.key, 'HOLDFAST_WAIVERS_FILE');
      assert.match(refused.message, problem);
    });

  it('refuse the start when the file is not there', async () => {
    await assert.rejects(startSystem({ HOLDFAST_WAIVERS_FILE: join(folder, 'nowhere.json') }), StartRefused);
  });
});
