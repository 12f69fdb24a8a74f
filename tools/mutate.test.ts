// The mutation runner itself: a sabotage counts as found only if the named test fails because of it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findStale, type Mutation } from './mutate/mutation.ts';
import { runMutations } from './mutate/run-mutations.ts';
import { temporaryFolder } from './test/temporary-folder.ts';

const FILES = {
  'sum.ts': '// Adds.\nexport const sum = (a: number, b: number): number => a + b;\nexport const unused = 1;\n',
  'sum.test.ts': `
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { sum } from './sum.ts';
test('one and one (really) are $2', () => assert.equal(sum(1, 1), 2));
test('zero adds nothing', () => assert.equal(sum(5, 0), 5));
test('it is broken', () => assert.fail());
`,
};

const mutation: Mutation = {
  name: 'minus-for-plus',
  file: 'sum.ts',
  find: 'a + b',
  replace: 'a - b',
  mustTurnRed: 'sum.test.ts :: one and one (really) are $2',
};

function faultsOf(changed: Partial<Mutation>): { readonly faults: readonly string[]; readonly after: string } {
  using folder = temporaryFolder();
  folder.write(FILES);
  const faults = runMutations(folder.path, [{ ...mutation, ...changed }], () => undefined);
  return { faults, after: readFileSync(join(folder.path, 'sum.ts'), 'utf8') };
}

test('a sabotage that the named test notices is found, and the file is as it was', () => {
  assert.deepEqual(faultsOf({}), { faults: [], after: FILES['sum.ts'] });
});

test('a sabotage that nobody notices is reported, even if another test fails', () => {
  const harmless = { find: 'unused = 1', replace: 'unused = 2' };
  assert.deepEqual(faultsOf(harmless).faults, ['minus-for-plus: one and one (really) are $2 stays green']);
  assert.deepEqual(faultsOf({ mustTurnRed: 'sum.test.ts :: zero adds nothing' }).faults, [
    'minus-for-plus: zero adds nothing stays green',
  ]);
});

test('a sabotage that stops the file from loading is not found by its test', () => {
  const { faults } = faultsOf({ find: 'export const sum', replace: 'const sum' });
  assert.match(faults.join(), /did not even get to/);
});

test('a test that is not there, or fails anyway, proves nothing', () => {
  assert.deepEqual(faultsOf({ mustTurnRed: 'sum.test.ts :: no such' }).faults, [
    'sum.test.ts has no test named no such',
  ]);
  assert.deepEqual(faultsOf({ mustTurnRed: 'sum.test.ts :: it is broken' }).faults, [
    'sum.test.ts: it is broken fails without any mutation',
  ]);
});

test('a sabotage whose text is not there exactly once is stale, and nothing is run', () => {
  const read = (path: string): string | undefined => (FILES as Readonly<Record<string, string>>)[path];
  const stale = (changed: Partial<Mutation>) => findStale([{ ...mutation, ...changed }], read);
  assert.deepEqual(stale({}), []);
  assert.deepEqual(stale({ find: 'a * b' }), ['minus-for-plus: its text stands 0 times in sum.ts']);
  assert.deepEqual(stale({ find: 'number' }), ['minus-for-plus: its text stands 3 times in sum.ts']);
  assert.deepEqual(stale({ file: 'gone.ts' }), ['minus-for-plus: gone.ts is not there']);
  assert.deepEqual(stale({ replace: mutation.find }), ['minus-for-plus changes nothing']);
  assert.deepEqual(stale({ mustTurnRed: 'gone.test.ts :: x' }), ['minus-for-plus: gone.test.ts is not there']);
  assert.deepEqual(findStale([mutation, mutation], read), ['minus-for-plus is listed twice']);
});
