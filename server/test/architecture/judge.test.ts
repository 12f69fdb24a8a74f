// The judge itself: a rule that saw nothing, a stale exception and a broken source must never look green.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from './judge.ts';
import type { Rule } from './rule.ts';
import { treeOf } from './tree.ts';

const tree = treeOf({ sources: [{ path: 'server/src/kernel/a.ts', text: '// A source.\nexport const a = 1;\n' }] });
const twoFaults: Rule = {
  id: 'two-faults',
  reason: 'to be judged',
  check: () => ({
    checked: 1,
    violations: [
      { path: 'a.ts', line: 1, what: 'is wrong' },
      { path: 'a.ts', line: 2, what: 'is wrong too' },
    ],
  }),
};
const excepted = { rule: 'two-faults', path: 'a.ts', times: 2, reason: 'a reason in words' };

test('every violation without an exception is a fault that names its place and its rule', () => {
  assert.deepEqual(judge(tree, [twoFaults], []), ['a.ts:1 [two-faults] is wrong', 'a.ts:2 [two-faults] is wrong too']);
});

test('an exception covers its own file and rule alone', () => {
  assert.deepEqual(judge(tree, [twoFaults], [excepted]), []);
  assert.equal(judge(tree, [twoFaults], [{ ...excepted, path: 'b.ts' }]).length, 3);
  assert.equal(judge(tree, [twoFaults], [{ ...excepted, rule: 'another' }]).length, 3);
});

test('an exception for more or fewer violations than there are is a fault', () => {
  for (const times of [1, 3]) assert.equal(judge(tree, [twoFaults], [{ ...excepted, times }]).length, 1);
});

test('a rule that looked at nothing is a fault', () => {
  const blind: Rule = { id: 'blind', reason: 'to be judged', check: () => ({ checked: 0, violations: [] }) };
  assert.deepEqual(judge(tree, [blind], []), ['[blind] looked at nothing, so it proves nothing']);
});

test('a source with a syntax error cannot be judged', () => {
  assert.throws(() => treeOf({ sources: [{ path: 'server/src/a.ts', text: 'const (;' }] }), /server\/src\/a\.ts: /);
});
