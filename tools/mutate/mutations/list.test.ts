// The list of sabotages stays true to the code: each text stands where it is looked for, exactly once.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { repositoryRoot } from '../../lib/repository.ts';
import { findStale } from '../mutation.ts';
import { mutations } from './list.ts';

test('every sabotage can be made, and names a test file that is there', () => {
  const read = (path: string): string | undefined => {
    const file = join(repositoryRoot, path);
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  };
  assert.deepEqual(findStale(mutations, read), []);
  assert.ok(mutations.length >= 20);
  assert.ok(mutations.some(({ isQuick }) => isQuick === true));
});
