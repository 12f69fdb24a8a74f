// The guide to the console names every page of its menu.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { repositoryRoot } from '../../../tools/lib/repository.ts';
import { sections } from '../../../console/src/shell/sections.ts';

test('the guide to the console has a row for every page of the menu', () => {
  const guide = readFileSync(join(repositoryRoot, 'docs/guides/console.md'), 'utf8');
  const rows = new Set([...guide.matchAll(/^\| ([^|]+?) \|/gm)].map((match) => match[1]));
  assert.deepEqual(
    sections.filter(({ label }) => !rows.has(label)).map(({ label }) => label),
    [],
  );
});
