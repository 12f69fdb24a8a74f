// Tests that log lines reach their descriptor whole and in order, and that one that is stuck or broken stops nothing.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openLogOutput } from './log-output.ts';
import { riseOf } from './read-metric.test-support.ts';

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'log-output-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A pipe whose reader reads only when the test does. */
function openPipe(t: TestContext): number {
  const path = join(makeFolder(t), 'pipe');
  execFileSync('mkfifo', [path]);
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  t.after(() => closeSync(fd));
  return fd;
}

const numbered = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${JSON.stringify({ index, pad: 'x'.repeat(90) })}\n`);

test('lines are written whole and in order, and drain tells when', async (t) => {
  const path = join(makeFolder(t), 'log');
  const fd = openSync(path, 'w');
  const output = openLogOutput({ fd });
  const lines = numbered(5000);
  for (const line of lines) output.write(line);
  assert.ok(await output.drain(10_000));
  output.write('last\n');
  assert.ok(await output.drain(10_000));
  closeSync(fd);
  assert.equal(readFileSync(path, 'utf8'), `${lines.join('')}last\n`);
});

test('a reader that stops costs lines beyond the buffer, and gets the rest when it reads again', async (t) => {
  const fd = openPipe(t);
  const output = openLogOutput({ fd, bufferCharsMax: 300_000 });
  const lines = numbered(10_000);
  const lost = await riseOf('holdfast_log_lines_lost_total{reason="buffer_full"}', async () => {
    for (const line of lines) output.write(line);
    assert.equal(await output.drain(50), false);
  });
  assert.ok(lost > 0 && lost < lines.length);
  let read = '';
  while (read.length < lines.slice(0, lines.length - lost).join('').length) {
    // At first a part of what the pipe holds, so that the next write finds room for a part of its chunk.
    const more = readSome(fd, read === '' ? 40_000 : 65_536);
    await output.drain(read === '' && more !== '' ? 120 : 20);
    read += more;
  }
  assert.equal(read, lines.slice(0, lines.length - lost).join(''));
  assert.ok(await output.drain(10_000));
});

test('lines that were written make room for others', async (t) => {
  const fd = openSync(join(makeFolder(t), 'log'), 'w');
  t.after(() => closeSync(fd));
  const output = openLogOutput({ fd, bufferCharsMax: 20_000 });
  const lost = await riseOf('holdfast_log_lines_lost_total{reason="buffer_full"}', async () => {
    for (let round = 0; round < 5; round += 1) {
      for (const line of numbered(100)) output.write(line);
      assert.ok(await output.drain(10_000));
    }
  });
  assert.equal(lost, 0);
});

test('a descriptor that refuses costs its lines, which are counted, and does not end the output', async (t) => {
  const fd = openSync(join(makeFolder(t), 'log'), 'w');
  closeSync(fd);
  const output = openLogOutput({ fd });
  const lost = await riseOf('holdfast_log_lines_lost_total{reason="output_failed"}', async () => {
    output.write('a\n');
    assert.ok(await output.drain(10_000));
    output.write('b\n');
    assert.ok(await output.drain(10_000));
  });
  assert.equal(lost, 2);
});

/** What the pipe has now, which may be nothing. */
function readSome(fd: number, bytesMax: number): string {
  const buffer = Buffer.alloc(bytesMax);
  try {
    return buffer.toString('utf8', 0, readSync(fd, buffer));
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'EAGAIN');
    return '';
  }
}
