// Tests that a file is read once and only when it is what a secret's file must be.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { temporaryFolder } from '../../../tools/test/temporary-folder.ts';
import { readFileOnce, secretFileRules } from './file-reader.ts';

describe('a file with a secret', () => {
  const own = temporaryFolder();
  after(() => own[Symbol.dispose]());
  const folder = own.path;
  const path = join(folder, 'secret');

  test('a file of its owner, or of a reading group, is read as it is', () => {
    for (const mode of [0o600, 0o400, 0o640, 0o440]) {
      write('a secret\n', mode);
      const reading = readFileOnce(path, secretFileRules);
      assert.equal(reading.ok ? reading.bytes.toString() : reading.problem, 'a secret\n');
    }
  });

  test('a file others may read or change is refused with the mode it should have', () => {
    for (const [mode, wanted] of [
      [0o644, '0640'],
      [0o604, '0600'],
      [0o602, '0600'],
      [0o620, '0600'],
      [0o666, '0640'],
      [0o777, '0750'],
    ] as const) {
      write('a secret', mode);
      const reading = readFileOnce(path, secretFileRules);
      assert.equal(reading.ok ? '' : reading.fix, `chmod ${wanted} ${path}`, mode.toString(8));
    }
  });

  test('the mode behind a symbolic link counts, not that of the link', () => {
    write('a secret', 0o644);
    const link = join(folder, 'link');
    symlinkSync(path, link);
    assert.equal(readFileOnce(link, secretFileRules).ok, false);
    chmodSync(path, 0o600);
    assert.equal(readFileOnce(link, secretFileRules).ok, true);
  });

  test('a file of the largest size is read, one byte more is refused, and so is an empty one', () => {
    const rules = { ...secretFileRules, bytesMax: 64 };
    for (const [size, isRead] of [
      [64, true],
      [65, false],
      [100_000, false],
      [0, false],
      [1, true],
    ] as const) {
      write('x'.repeat(size), 0o600);
      assert.equal(readFileOnce(path, rules).ok, isRead, String(size));
    }
  });

  test('folders, pipes, devices and missing files are refused without waiting', () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', ['-m', '600', pipe]);
    mkdirSync(join(folder, 'folder'));
    const cases = {
      [pipe]: /not a regular file/,
      [join(folder, 'folder')]: /not a regular file/,
      '/dev/zero': /not a regular file/,
      [join(folder, 'missing')]: /does not exist/,
      [join(path, 'below-a-file')]: /does not exist/,
    };
    for (const [each, expected] of Object.entries(cases)) {
      const reading = readFileOnce(each, secretFileRules);
      assert.match(reading.ok ? 'read' : reading.problem, expected, each);
    }
  });

  test('no refusal quotes the content', () => {
    write('c4n4ry', 0o644);
    assert.ok(!JSON.stringify(readFileOnce(path, secretFileRules)).includes('c4n4ry'));
  });

  function write(content: string, mode: number): void {
    rmSync(path, { force: true });
    writeFileSync(path, content);
    chmodSync(path, mode);
  }
});
