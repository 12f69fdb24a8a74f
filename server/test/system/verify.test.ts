// `holdfast verify` and `verify-report` as an operator runs them beside a fresh server.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parseReport } from '@holdfast/controls/parse-report.ts';
import type { Report } from '@holdfast/controls/report.ts';
import { type Caller, createCaller } from './lib/caller.ts';
import { queryEmbedded } from './lib/embedded-access.ts';
import { setUp } from './lib/installation.ts';
import { run, type ServerProcess, start } from './lib/processes.ts';
import { makeFolder } from './lib/replicas.ts';
import { type Settings, settingsOf } from './lib/settings.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
let settings: Settings;
let server: ServerProcess;
let caller: Caller;

describe('holdfast verify', () => {
  before(async () => {
    folder = await makeFolder();
    settings = await settingsOf(join(folder.path, 'data'));
    server = await start({ settings });
    caller = createCaller({ port: server.port });
  });
  after(async () => {
    caller[Symbol.dispose]();
    await server[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  const at = (name: string): string => join(folder.path, name);
  const holdfast = (...args: readonly string[]) => run(args, { settings });
  const demandReport = (text: string): Report => {
    const read = parseReport(text);
    assert.ok(read.ok, text);
    return read.value;
  };

  it('finds nothing wrong on a fresh instance, catches every twin, and writes the report in each form', async () => {
    const files = ['--html', at('report.html'), '--junit', at('report.xml'), '--signed', at('report.jsonl')];
    const done = await holdfast('verify', '--json', ...files);
    assert.equal(done.code, 0, `${done.screen}\n${done.complaint}`);
    const report = demandReport(done.screen);
    assert.deepEqual(
      report.controls.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'not_applicable').map(({ id }) => id),
      [],
    );
    assert.deepEqual(
      report.controls.filter(({ twinCaught }) => !twinCaught).map(({ id }) => id),
      [],
    );
    assert.equal(report.grade, 'A');
    assert.match(await readFile(at('report.html'), 'utf8'), /<!doctype html>/i);
    const junit = await readFile(at('report.xml'), 'utf8');
    assert.equal(junit.match(/<testcase /g)?.length, report.controls.length);
  });

  it('believes the signed report, and refuses it when any byte of it is another', async () => {
    const right = await holdfast('verify-report', at('report.jsonl'), '--json');
    assert.equal(right.code, 0, right.complaint);
    const bytes = await readFile(at('report.jsonl'));
    for (const place of [20, Math.floor(bytes.length / 3), Math.floor(bytes.length / 2), bytes.length - 20]) {
      const flipped = Buffer.from(bytes);
      flipped[place] = (flipped[place] ?? 0) ^ 1;
      await writeFile(at('flipped.jsonl'), flipped);
      const refused = await holdfast('verify-report', at('flipped.jsonl'), '--json');
      assert.equal(refused.code, 1, `byte ${place}: ${refused.screen}`);
      assert.match(refused.complaint, /not to be believed/);
    }
  });

  it('refuses a report under another key, and says what is missing', async () => {
    const other = Buffer.alloc(32, 7).toString('base64');
    const refused = await holdfast('verify-report', at('report.jsonl'), '--key', other);
    assert.equal(refused.code, 1);
    assert.equal((await holdfast('verify-report', at('report.jsonl'), '--key', 'x')).code, 2);
    assert.equal((await holdfast('verify-report', at('nowhere.jsonl'))).code, 2);
    assert.equal((await holdfast('verify-report')).code, 2);
  });

  it('leaves the hash of the signed report in the log of the installation', async () => {
    const rows = await queryEmbedded(
      at('data'),
      `select facts from audit_entry where action = 'controls.verified'
       union all select facts from audit_pending where action = 'controls.verified'`,
    );
    const [line = ''] = (await readFile(at('report.jsonl'), 'utf8')).split('\n');
    const envelope = JSON.parse(line) as { readonly payload: string };
    const statement = JSON.parse(Buffer.from(envelope.payload, 'base64').toString('utf8')) as {
      readonly subject: readonly { readonly digest: { readonly sha256: string } }[];
    };
    const logged = rows.map(({ facts }) => (facts as { readonly report: string }).report);
    assert.ok(logged.includes(statement.subject[0]?.digest.sha256 ?? 'no subject'));
  });

  it('shows people progress, the grade, and what to do next; only what was asked for', async () => {
    const shown = await holdfast('verify', '--only', 'TR4');
    assert.equal(shown.code, 0);
    assert.match(shown.screen, /TR4[\s\S]*1\/1[\s\S]*Grade A/);
    for (const only of ['ZZ9', 'TR4,ZZ9']) {
      const unknown = await holdfast('verify', '--only', only);
      assert.equal(unknown.code, 2);
      assert.match(unknown.complaint, /There is no control ZZ9/);
    }
  });

  it('says from outside what it cannot see, and is not content with that', async () => {
    const origin = `http://localhost:${server.port}`;
    const outside = await holdfast('verify', '--url', origin, '--json');
    assert.equal(outside.code, 1);
    const report = demandReport(outside.screen);
    const verdicts = new Map(report.controls.map(({ id, verdict }) => [id, verdict]));
    assert.equal(verdicts.get('TR4'), 'pass');
    assert.equal(verdicts.get('TN3'), 'unknown');
    assert.ok(report.controls.every(({ twinCaught }) => twinCaught));
    assert.equal((await holdfast('verify', '--url', 'http://localhost:1')).code, 69);
    assert.equal((await holdfast('verify', '--url', 'no address')).code, 2);
    assert.equal((await holdfast('verify', '--url', origin, '--signed', at('x'))).code, 2);
  });

  it('tells over the API what was found, to owners and not to members of nothing', async () => {
    const cookie = await setUp(caller, server.ready.setupLink);
    const list = await caller.call('GET', '/api/v1/controls', { cookie });
    assert.equal(list.status, 200);
    const { controls } = list.json() as { readonly controls: readonly { readonly id: string }[] };
    assert.ok(controls.some(({ id }) => id === 'TR4'));
    const one = await caller.call('GET', '/api/v1/controls/TR4', { cookie });
    const { evidence } = one.json() as { readonly evidence: readonly { readonly reproduce?: string }[] };
    assert.ok(evidence.every(({ reproduce }) => reproduce !== undefined));
    assert.equal((await caller.call('GET', '/api/v1/controls/ZZ9', { cookie })).status, 404);
    assert.equal((await caller.call('GET', '/api/v1/controls')).status, 401);
  });

  it('says that nothing runs on an empty data directory', async () => {
    const nothing = await run(['verify'], { settings: await settingsOf(at('empty')) });
    assert.equal(nothing.code, 69);
    assert.match(nothing.complaint, /No server runs/);
  });
});
