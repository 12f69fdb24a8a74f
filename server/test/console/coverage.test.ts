// Server and console cannot drift apart: every operation has a page or a reason, every address of the server is a route of the console.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { buildRegistry } from '#kernel/registry.ts';
import { listFiles } from '../../../tools/lib/list-files.ts';
import { operationsOf } from '../../../tools/gen/operations.ts';
import { repositoryRoot } from '../../../tools/lib/repository.ts';
import { modules } from '../../src/modules.ts';
import { CONSOLE_PATHS } from '../../src/start/console-pages.ts';
import { withoutPage } from './without-page.ts';

const isPage = (path: string): boolean => /\.tsx?$/.test(path) && !/\.test\.ts$|\/operations\.ts$/.test(path);
const read = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8');
const source = listFiles(repositoryRoot, 'console/src', isPage).map(read).join('\n');

/** What a source calls by its id, itself or as a list of the server; a name without a call is no use of it. */
function callsIn(text: string): ReadonlySet<string> {
  const calls = [/\bcall\(\s*'([a-z_.]+)'/g, /<ServerTable\b[^<>]*?\boperation="([a-z_.]+)"/g];
  return new Set(calls.flatMap((pattern) => [...text.matchAll(pattern)].map(([, id = '']) => id)));
}

/** What is wrong between the operations there are, those that pages call, and the reasons for the others. */
function faultsOf(
  ids: readonly string[],
  called: ReadonlySet<string>,
  reasons: Readonly<Record<string, string>>,
): readonly string[] {
  return [
    ...ids.filter((id) => !called.has(id) && !(id in reasons)).map((id) => `${id} has no page and no reason`),
    ...ids.filter((id) => called.has(id) && id in reasons).map((id) => `${id} has a page and a reason for none`),
    ...[...called, ...Object.keys(reasons)].filter((id) => !ids.includes(id)).map((id) => `${id} is no operation`),
  ];
}

describe('the console and the routes of the server', () => {
  const ids = operationsOf(buildRegistry(modules)).map(({ id }) => id);

  test('every operation is used by a page, or a reason says why by none', (t) => {
    assert.deepEqual(faultsOf(ids, callsIn(source), withoutPage), []);
    for (const [id, reason] of Object.entries(withoutPage)) t.diagnostic(`${id}: ${reason}`);
  });

  test('the net finds an operation that was forgotten, a reason that is stale, and a call of nothing', () => {
    const called = callsIn(`call('a.list', {}); call(\n 'b.get', {}); <MayButton operation="c.end" />`);
    assert.deepEqual(faultsOf(['a.list', 'b.get', 'c.end'], called, {}), ['c.end has no page and no reason']);
    assert.deepEqual([...callsIn(`<ServerTable\n name="x" operation="d.list" />`)], ['d.list']);
    assert.deepEqual(faultsOf(['a.list', 'b.get'], called, { 'b.get': 'none' }), [
      'b.get has a page and a reason for none',
    ]);
    assert.deepEqual(faultsOf(['a.list'], called, {}), ['b.get is no operation']);
  });

  test('the server answers at the addresses that the console has routes for, and at no other', () => {
    const router = read('console/src/shell/router.tsx');
    const routes = [...router.matchAll(/\bpath: '([^']+)'/g)].map(([, path = '']) => path);
    assert.ok(routes.length > 10);
    assert.deepEqual(CONSOLE_PATHS.toSorted(), routes.toSorted());
    const linked = [...read('console/src/shell/sections.ts').matchAll(/\bto: '([^']+)'/g)].map(([, to = '']) => to);
    assert.deepEqual(
      linked.filter((to) => !routes.includes(to)),
      [],
    );
  });
});
