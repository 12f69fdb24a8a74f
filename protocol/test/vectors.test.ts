// Has every vector checked by a second implementation in another language, and that checker checked by spoiled vectors.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { vectorsFolder } from './read-vectors.ts';

const checker = fileURLToPath(new URL('python/check_vectors.py', vectorsFolder));
const skip = spawnSync('python3', ['--version']).status === 0 ? false : 'could not run: there is no python3 here';

async function runChecker(folder: string): Promise<string> {
  return (await promisify(execFile)('python3', ['-B', checker, folder])).stdout;
}

test('a Python implementation written from the specifications agrees with every vector', { skip }, async () => {
  assert.match(await runChecker(fileURLToPath(vectorsFolder)), /^[0-9]{3} vectors agree\n$/);
});

/** The file with the first long hexadecimal number in it changed by one digit. */
function spoil(text: string): string {
  const at = text.search(/[0-9a-f]{8}/) + 7;
  assert.ok(at > 7);
  return text.slice(0, at) + (text[at] === '1' ? '2' : '1') + text.slice(at + 1);
}

test('the checker finds one character spoiled in any file of vectors', { skip }, async () => {
  const names = readdirSync(vectorsFolder).filter((name) => name.endsWith('.json'));
  assert.ok(names.length >= 8);
  await Promise.all(
    names.map(async (name) => {
      const folder = mkdtempSync(join(tmpdir(), 'holdfast-vectors-'));
      try {
        cpSync(vectorsFolder, folder, { recursive: true });
        writeFileSync(join(folder, name), spoil(readFileSync(join(folder, name), 'utf8')));
        await assert.rejects(runChecker(folder), /vector disagrees/, name);
      } finally {
        rmSync(folder, { recursive: true });
      }
    }),
  );
});
