// Every type-level promise of the tree, checked by taking its marker away; and the checker itself, checked on bad promises.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { repositoryRoot } from '../../../tools/lib/repository.ts';
import { commentsOf } from '../architecture/comments.ts';
import { readTree } from '../architecture/tree.ts';
import { expectTypeErrors, judgeExpectations } from './expect-type-errors.ts';

const PATH = 'server/test/types/case.ts';

test('each @ts-expect-error in the source tree stands on a compile error that is meant', () => {
  const files = readTree(repositoryRoot)
    .sources.filter(({ syntax }) =>
      commentsOf(syntax).some(({ text }) => /^(?:\/\/+|\/\*+)\s*@ts-expect-error/.test(text)),
    )
    .map(({ path }) => path);
  const expectations = expectTypeErrors(files);
  assert.ok(expectations.length >= files.length);
});

test('an expectation that the compiler objects to passes, with the codes of the objection', () => {
  const text = "// @ts-expect-error a text is no number\nexport const n: number = 'x';\nexport const m = 1;\n";
  assert.deepEqual(judgeExpectations(new Map([[PATH, text]])), {
    expectations: [{ path: PATH, line: 1, codes: [2322] }],
    faults: [],
  });
});

test('an expectation reaches over comments and empty lines to the next line of code', () => {
  const text = "/* @ts-expect-error a text\n   is no number */\n\n// more words\nexport const n: number = 'x';\n";
  assert.deepEqual(judgeExpectations(new Map([[PATH, text]])).faults, []);
});

test('the tree is in reach of a case, by alias', () => {
  const text = [
    "import { repositoryRoot } from '../../../tools/lib/repository.ts';",
    "import { parseProblem } from '@holdfast/protocol/problem.ts';",
    '// @ts-expect-error the root is a text',
    'export const root: number = repositoryRoot;',
    "// @ts-expect-error TS2307 a module's insides are not reachable",
    "export type Inside = import('#modules/identity/queries.ts').Inside;",
    'export const used = parseProblem;',
  ];
  const faults = judgeExpectations(new Map([[PATH, text.join('\n')]])).faults;
  // Whether the protocol has that very export is not the question here.
  assert.deepEqual(
    faults.filter((fault) => !fault.includes('parseProblem')),
    [],
  );
});

const bad: Readonly<Record<string, { readonly text: string; readonly fault: RegExp }>> = {
  'that the compiler accepts': {
    text: '// @ts-expect-error a number is no number\nexport const n: number = 1;\n',
    fault: /:1: the compiler has no objection/,
  },
  'that rests on a misspelled name': {
    text: '// @ts-expect-error a text is no number\nexport const n: number = misspelled;\n',
    fault: /:1: rests on what looks like a slip.*TS2304/,
  },
  'that rests on a missing module': {
    text: "// @ts-expect-error the module has no such thing\nimport { x } from './nowhere.ts';\nexport { x };\n",
    fault: /:1: rests on what looks like a slip.*TS2307/,
  },
  'that names another code': {
    text: "// @ts-expect-error TS2345 a text is no number\nexport const n: number = 'x';\n",
    fault: /:1: fails for another reason: TS2322/,
  },
  'that gives no reason': {
    text: "// @ts-expect-error\nexport const n: number = 'x';\n",
    fault: /:1: says in no words/,
  },
};

for (const [what, { text, fault }] of Object.entries(bad)) {
  test(`an expectation ${what} is a fault`, () => {
    const { faults } = judgeExpectations(new Map([[PATH, text]]));
    assert.equal(faults.length, 1);
    assert.match(faults[0] ?? '', fault);
  });
}

test('an error that nobody expects, and a file that expects none, are faults', () => {
  const text = "export const told = '// @ts-expect-error';\nexport const n: number = 'x';\n";
  const { faults } = judgeExpectations(new Map([[PATH, text]]));
  assert.equal(faults.length, 2);
  assert.match(faults[0] ?? '', /expects no error/);
  assert.match(faults[1] ?? '', /:2: unexpected TS2322/);
});

test('no files is no proof', () => {
  assert.throws(() => expectTypeErrors([]), /no files were given/);
});
