// Tests that the log writes what was declared, as it was declared, and never fails its caller.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, capture, failed, finished } from './captured-log.test-support.ts';
import { runInContext, type TelemetryContext } from './context.ts';
import { defineLogEvent, type LogLevel, logLevels } from './events.ts';
import { guardLine, listenToLog } from './log.ts';
import { riseOf } from './read-metric.test-support.ts';
import { scanText } from './scan.ts';
import { checkName } from './values.ts';

const uuid = '019ab1c2-3d4e-7f00-8abc-0123456789ab';

test('a line is one JSON object with level, time, event, fields by kind and the constant message', () => {
  const { log, lines } = capture();
  log(finished, {
    status: 200,
    route: 'api_key.revoke',
    durationMs: 12.34567,
    address: '203.0.113.7',
    keyId: undefined,
    why: 'expired',
  });
  assert.equal(
    lines.join(''),
    '{"level":"info","time":"2026-11-22T09:31:00.123Z","event":"test.request_finished","status":200,"route":"api_key.revoke",' +
      '"durationMs":12.346,"address":"203.0.113.7","why":"expired","message":"A request was answered"}\n',
  );
});

test('lines below the level are not written, and every other level is', () => {
  const events = logLevels.map((level) => defineLogEvent(`test_level.${level}`, { level, message: 'x', fields: {} }));
  for (const level of logLevels) {
    const { log, lines } = capture({ level });
    for (const event of events) log(event, {});
    const written = lines.map((line): LogLevel => JSON.parse(line).level);
    assert.deepEqual(written, logLevels.slice(logLevels.indexOf(level)));
  }
});

test('a line below the level is not counted as written', async () => {
  const { log } = capture({ level: 'warn' });
  const values = { status: 1, route: 'x', durationMs: 1, address: '::1' } as const;
  assert.equal(await riseOf('holdfast_log_lines_total{level="info"}', () => log(finished, values)), 0);
  const { log: louder } = capture({ level: 'info' });
  assert.equal(await riseOf('holdfast_log_lines_total{level="info"}', () => louder(finished, values)), 1);
});

test('the ids of the request and trace around the call are on the line, and only while it runs', async () => {
  const { log, lines } = capture();
  const none: TelemetryContext['trace'] = {
    traceId: 'ab'.repeat(16),
    traceparent: () => '',
    runSpan: (_span, _values, fn) => fn({ set: () => undefined }),
  };
  await runInContext({ requestId: uuid }, async () => {
    await Promise.resolve();
    await runInContext({ trace: none }, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      log(failed, { error: new Error('x') });
    });
    log(failed, { error: new Error('x') });
  });
  log(failed, { error: new Error('x') });
  const shown = lines.map((line) => JSON.parse(line)).map(({ requestId, traceId }) => [requestId, traceId]);
  assert.deepEqual(shown, [
    [uuid, 'ab'.repeat(16)],
    [uuid, undefined],
    [undefined, undefined],
  ]);
});

test('a request id that is no id does not reach the line', () => {
  const { log, lines } = capture();
  runInContext({ requestId: 'alice" injected\n{"level":"fatal"}' }, () => log(failed, { error: undefined }));
  assert.equal(lines.length, 1);
  assert.equal(JSON.parse(lines.join('')).requestId, '[invalid:id]');
});

const canary = 'Zq8';

test('an error that may be absent is left out when it is, and one that must be there shows that nothing was thrown', () => {
  const retried = defineLogEvent('test.retried', { level: 'info', message: 'x', fields: { error: 'error?' } });
  const { log, lines } = capture();
  log(retried, {});
  log(failed, { error: undefined });
  const errors = lines.map((line) => JSON.parse(line).error);
  assert.deepEqual(errors, [undefined, { name: 'thrown:undefined', frames: [] }]);
});

test('an undeclared field is not written', () => {
  const { log, lines } = capture();
  log(failed, { error: null, extra: canary } as never);
  assert.ok(!lines.join('').includes(canary));
});

test('what the types let through is masked by the scan of the whole line, and counted', async () => {
  const { log, lines } = capture();
  const series = 'holdfast_telemetry_masked_total{kind="aws_key"}';
  const rise = await riseOf(series, () =>
    log(finished, {
      status: 1,
      route: checkName(['x/', 'AKIA', 'IOSFODNNEXAMPLEE'].join('')),
      durationMs: 1,
      address: '::1',
    }),
  );
  assert.equal(JSON.parse(lines.join('')).route, 'x/[masked:aws_key]');
  assert.equal(rise, 1);
});

test('a line whose scan fails, or whose mask leaves no JSON, is dropped and counted', async () => {
  const broken = (): never => {
    throw new Error(canary);
  };
  const unparsable = () => ({ text: `{"a":[masked:card]${canary}`, masked: ['card'] as const });
  for (const scan of [broken, unparsable]) {
    let line = '';
    const rise = await riseOf('holdfast_log_lines_lost_total{reason="scan_failed"}', () => {
      line = guardLine(`{"a":"${canary}"}\n`, scan);
    });
    assert.equal(rise, 1);
    assert.ok(!line.includes(canary));
    assert.equal(JSON.parse(line).event, 'log.line_lost');
  }
  assert.equal(guardLine('{"a":"b"}\n', scanText), '{"a":"b"}\n');
});

test('an output or a clock that throws costs the line, not the caller', async () => {
  let broken = false;
  const fail = (): never => {
    throw new Error(canary);
  };
  const { log } = capture({ write: fail });
  const { log: late } = capture({ now: () => (broken ? fail() : at) });
  broken = true;
  const rise = await riseOf('holdfast_log_lines_lost_total{reason="write_failed"}', () => {
    log(failed, { error: null });
    late(failed, { error: null });
  });
  assert.equal(rise, 2);
});

test('addresses can be cut to their networks', () => {
  const { log, lines } = capture({ addresses: 'network' });
  for (const address of ['203.0.113.7', '2001:db8:1:2::3', 'nowhere'])
    log(finished, { status: 1, route: 'x', durationMs: 1, address });
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).address),
    ['203.0.113.0/24', '2001:db8:1::/48', '[invalid:address]'],
  );
});

test('the largest line that can be declared stays below 8,000 bytes, where syslog servers split', () => {
  const wide = Object.fromEntries(
    Array.from({ length: 23 }, (_, index) => [`f${'x'.repeat(29)}${index}`, 'name' as const]),
  );
  const largest = defineLogEvent('test.largest', {
    level: 'fatal',
    message: 'x'.repeat(160),
    fields: { ...wide, error: 'error' },
  });
  const code = 'E'.repeat(32);
  let cause: Error | undefined;
  for (let depth = 0; depth < 20; depth += 1)
    cause = Object.assign(new Error('x', { cause }), { name: 'N'.repeat(32), code, constraint: 'c'.repeat(32) });
  const error = Object.assign(new Error('x', { cause }), { name: 'N'.repeat(32), code });
  error.stack = `Error: x\n${`    at ${'f'.repeat(110)} (/a/${'b'.repeat(300)}:1:1)\n`.repeat(100)}`;
  const { log, lines } = capture();
  const names = Object.fromEntries(Object.keys(wide).map((field) => [field, `${'y'.repeat(31)}.${'y'.repeat(32)}`]));
  runInContext({ requestId: uuid }, () => log(largest, { ...names, error } as never));
  assert.ok(!lines.join('').includes('[invalid'));
  assert.ok(Buffer.byteLength(lines.join('')) < 8000, String(Buffer.byteLength(lines.join(''))));
});

test('the type checker refuses undeclared, missing and mistyped fields, and plain strings as names and reasons', () => {
  const { log, lines } = capture({ level: 'fatal' });
  const plain: string = JSON.parse('"x"');
  const literal: 'a' | 'b' = plain === 'x' ? 'a' : 'b';
  const rest = { status: 1, durationMs: 1, address: plain } as const;
  log(finished, { ...rest, route: literal });
  log(finished, { ...rest, route: checkName(plain), keyId: plain });
  // @ts-expect-error a plain string may hold anything
  log(finished, { ...rest, route: plain });
  // @ts-expect-error a plain string may hold anything
  log(finished, { ...rest, route: 'x', why: plain });
  // @ts-expect-error `extra` is not declared
  log(finished, { ...rest, route: 'x', extra: 1 });
  // @ts-expect-error `route` is missing
  log(finished, rest);
  // @ts-expect-error a status is a number
  log(finished, { ...rest, route: 'x', status: '200' });
  // @ts-expect-error events are declared, not made up
  log({ id: 'x.y', level: 'fatal', message: plain }, {});
  assert.equal(lines.length, 0);
});

test('who listens gets every line of that log as it was written, until it stops', () => {
  const { log, lines } = capture();
  const other = capture();
  const heard: string[] = [];
  const stop = listenToLog(log, (line) => void heard.push(line));
  log(failed, { error: new Error('hf_live_secret') });
  other.log(failed, { error: new Error('elsewhere') });
  stop();
  log(failed, { error: new Error('later') });
  assert.equal(lines.length, 2);
  assert.deepEqual(heard, lines.slice(0, 1));
});
