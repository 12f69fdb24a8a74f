// Renderings: what failed is seen first, nothing of a target's text can act, and nothing undecided looks green.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { sha256 } from '@holdfast/protocol/sha256.ts';
import { encodeBase64, encodeUtf8 } from '@holdfast/protocol/bytes.ts';
import { startKeyFile } from '../examples.test-support.ts';
import type { Report, ReportControl } from '../report.ts';
import type { Progress } from '../run.ts';
import { verdicts } from '../verdict.ts';
import { pinOf } from '../waivers.ts';
import { reportOf } from '../world.test-support.ts';
import { renderBadge } from './badge.ts';
import { renderHtml } from './html.ts';
import { renderJunit } from './junit.ts';
import { renderProgress, renderTerminal } from './terminal.ts';

const plain = { color: false, width: 80 };
const bad = await reportOf({ mode: 0o644, target: { listRoles: () => Promise.reject(new Error('database is down')) } });
const good = await reportOf();
const hostile = '\u001B[2J\u009B31m\u202E\r\n<script>alert(1)</script>&"\'\u0000\u2028';

/** One control for each verdict, with text from a hostile target everywhere. */
function everyVerdict(text: string): Report {
  const [control] = good.controls;
  const controls = verdicts.map(
    (verdict, index) =>
      ({
        ...control,
        id: `ZZ${index + 1}`,
        title: `title ${text}`,
        verdict,
        remedy: `remedy ${text}`,
        findings:
          verdict === 'pass'
            ? []
            : [{ subject: `subject ${text}`, at: text, expected: text, observed: `observed ${text}`, evidence: [] }],
      }) as ReportControl,
  );
  return { ...good, target: `target ${text}`, controls };
}

test('the terminal shows failures first, with place, evidence, remedy and pin, and the grade last', () => {
  const text = renderTerminal(bad, plain);
  const order = [
    '✗ EN3',
    'expected  0600 or less',
    'observed  0644',
    'evidence  file.mode from host',
    'see it    stat',
    'pin       sha256:',
    'remedy    chmod 600',
    '! TN3',
    'database is down',
    '✓ 1 passed: TR2',
    'Grade F',
  ];
  const places = order.map((part) => text.indexOf(part));
  assert.ok(!places.includes(-1), text);
  assert.equal(text.match(/^ +pin /gm)?.length, 1, 'what did not fail cannot be waived');
  assert.deepEqual(
    places.toSorted((one, other) => one - other),
    places,
  );
  assert.match(
    text.trim().split('\n').slice(-2).join(' '),
    /Grade F {3}score 29\.4 % · coverage 41\.1 % · 1 of 3 passed ·\s+every twin caught$/,
  );
});

test('a good report is short', () => {
  const text = renderTerminal(good, plain);
  assert.match(text, /✓ 3 passed: TN3 TR2 EN3/);
  assert.match(text, /Grade A {3}score 100\.0 %/);
  assert.ok(text.split('\n').length < 9, text);
});

test('no line is wider than the terminal, and without color there is no control character', () => {
  for (const width of [10, 48, 60, 80, 120]) {
    for (const report of [bad, everyVerdict(`${hostile} ${'long'.repeat(60)}`)]) {
      for (const line of renderTerminal(report, { color: false, width }).split('\n')) {
        assert.ok(line.length <= Math.max(48, width), `${line.length} > ${width}: ${line}`);
        assert.doesNotMatch(line, /[\p{Cc}\p{Cf}\u2028]/u);
      }
    }
  }
});

test('with color, the only escapes are our own', () => {
  const text = renderTerminal(everyVerdict(hostile), { color: true, width: 100 });
  const escape = String.fromCodePoint(0x1b);
  assert.ok(text.includes(`${escape}[31m✗${escape}[0m`));
  const bare = text.replaceAll(new RegExp(`${escape}\\[\\d+m`, 'g'), '').replaceAll('\n', '');
  assert.doesNotMatch(bare, /[\p{Cc}\p{Cf}]/u);
});

test('every verdict has a sign of its own, and only a pass is counted as passed', () => {
  const text = renderTerminal(everyVerdict('x'), plain);
  for (const [sign, word] of [
    ['✗', 'failed'],
    ['!', 'error'],
    ['?', 'unknown'],
    ['☐', 'needs a person'],
  ] as const) {
    assert.match(text, new RegExp(`^ {2}\\${sign} ZZ\\d .*${word}$`, 'm'));
  }
  assert.match(text, /– ZZ3 {2}not applicable: observed x/);
  assert.match(text, /1 passed: ZZ1$/m);
  assert.match(text, /1 of 5 passed/);
});

test('waivers and blind probes are told', async () => {
  await using open = await startKeyFile(0o644);
  const { controls } = await reportOf({ target: open.target });
  const finding = controls.find(({ id }) => id === 'EN3')?.findings[0];
  assert.ok(finding !== undefined);
  const waiver = {
    control: 'EN3',
    subject: finding.subject,
    reason: 'moves next week',
    owner: 'ops',
    approver: 'ciso',
    created: '2026-11-20',
    expires: '2026-11-30',
    pin: pinOf(finding),
  };
  const waived = await reportOf({ target: open.target }, [waiver, { ...waiver, control: 'TR2' }]);
  const text = renderTerminal(waived, plain);
  assert.match(text, /✗ EN3 .*medium · failed/);
  assert.match(text, /waived {4}until 2026-11-30 by ciso, for ops: moves next week/);
  assert.match(text, /⚑ EN3 {2}waiver ends on 2026-11-30/);
  assert.match(text, /⚑ TR2 {2}waiver unused: take it out/);
  assert.doesNotMatch(text, /pin {7}sha256/);
  const lapsed = renderTerminal(await reportOf({ target: open.target }, [{ ...waiver, expires: '2026-11-21' }]), plain);
  assert.match(lapsed, /⚑ EN3 {2}waiver lapsed on 2026-11-21/);
  assert.match(lapsed, /pin {7}sha256/);
  assert.doesNotMatch(lapsed, /waived {4}/);
  assert.match(renderHtml(waived), /<dt>waived<\/dt><dd>until 2026-11-30 by ciso: moves next week<\/dd>/);
  const blind = { ...good, controls: good.controls.map((each) => ({ ...each, twinCaught: each.id !== 'EN3' })) };
  assert.match(renderTerminal(blind, plain), /twins not caught:\s+EN3/);
  assert.match(renderTerminal({ ...good, controls: [] }, plain), /no twin observed/);
});

test('progress is one line that fits', () => {
  const [control] = bad.controls;
  assert.ok(control !== undefined);
  const events: readonly Progress[] = [
    { kind: 'started', id: 'TR2', title: hostile.repeat(9), total: 34 },
    { kind: 'finished', result: { ...control, title: hostile.repeat(9), verdict: 'fail' }, done: 3, total: 34 },
  ];
  const lines = events.map((event) => renderProgress(event, plain));
  for (const line of lines) {
    assert.ok(line.length <= 80, line);
    assert.doesNotMatch(line, /[\p{Cc}\p{Cf}]/u);
  }
  assert.match(lines[1] ?? '', /^ {2}✗ TR2 .* 3\/34$/);
});

test('the page holds no script and loads nothing; its policy allows its own style alone', () => {
  const html = renderHtml(everyVerdict(hostile));
  assert.doesNotMatch(html, /<script|javascript:|<img|<link|<iframe|\son\w+=|url\(|@import/i);
  assert.match(html, /&lt;script&gt;alert\(1\)&lt;\/script&gt;&amp;&quot;&#39;/);
  assert.doesNotMatch(html.replaceAll('\n', ''), /[\p{C}\p{Zl}]/u);
  const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? '';
  const policy = `default-src 'none'; style-src 'sha256-${encodeBase64(sha256(encodeUtf8(style)))}'; base-uri 'none'; form-action 'none'`;
  assert.ok(html.includes(`<meta http-equiv="Content-Security-Policy" content="${policy}">`));
  assert.ok(html.indexOf('Content-Security-Policy') < html.indexOf('<style>'));
  assert.doesNotMatch(html, /style="/);
});

test('the page opens what is not well, and says of each control whether its twin was caught', () => {
  const html = renderHtml(everyVerdict('x'));
  assert.equal(html.match(/<details open>/g)?.length, 4);
  assert.equal(html.match(/<details>/g)?.length, 2);
  assert.equal(html.match(/<dt>broken twin<\/dt><dd>caught<\/dd>/g)?.length, 6);
  assert.ok(html.indexOf('ZZ2') < html.indexOf('ZZ1'), 'failures first');
});

test('in JUnit a failure, an error and what was passed over are three things, and unknown is an error', () => {
  const xml = renderJunit(everyVerdict('x'));
  assert.match(xml, /<testsuite name="holdfast verify" tests="6" failures="1" errors="2" skipped="2"/);
  const elements = [...xml.matchAll(/name="(ZZ\d) [^>]*>(?:<(\w+)(?: type="(\w+)")?)?/g)].map(
    ([, id, element, type]) => [id, element, type],
  );
  assert.deepEqual(elements, [
    ['ZZ1', undefined, undefined],
    ['ZZ2', 'failure', 'fail'],
    ['ZZ3', 'skipped', undefined],
    ['ZZ4', 'error', 'unknown'],
    ['ZZ5', 'error', 'error'],
    ['ZZ6', 'skipped', undefined],
  ]);
  assert.match(xml, /expected x; observed observed x\nremedy: remedy x<\/failure>/);
});

test('JUnit stays well-formed XML whatever the target says', () => {
  const xml = renderJunit(everyVerdict(`${hostile}]]>\uFFFE`));
  assert.doesNotMatch(xml.replaceAll('\n', ''), /\p{C}/u);
  const parse =
    'import sys, xml.dom.minidom as m; d = m.parseString(sys.stdin.buffer.read()); print(len(d.getElementsByTagName("testcase")))';
  assert.equal(execFileSync('python3', ['-c', parse], { input: xml }).toString().trim(), '6');
});

test('a badge shows grade, coverage and date, and turns grey by itself', () => {
  const at = '2026-11-22T10:45:00.000Z';
  const madeMs = Date.parse(at);
  const badge = (report: Partial<Report>, ageSeconds: number): string =>
    renderBadge(
      { grade: 'B', coverage: 97.1, at, ...report },
      { unixMs: madeMs + ageSeconds * 1_000, validForSeconds: 86_400 },
    );
  assert.match(badge({}, 0), /B · 97\.1 % seen · 2026-11-22/);
  assert.match(badge({}, 86_400), /fill="#3f7d20"/);
  for (const stale of [badge({}, 86_401), badge({}, -1), badge({ at: 'never' }, 0), badge({ at: '2026-11-22' }, 0)]) {
    assert.match(stale, /stale/);
    assert.match(stale, /fill="#6b7280"/);
    assert.doesNotMatch(stale, /B ·|#3f7d20|never/);
  }
  assert.doesNotMatch(badge({}, 0), /<script|href|#6b7280/);
});
