// How every file looks: what it is for in its first line, short enough to read, nothing silenced without a reason.
import { SyntaxKind } from 'typescript/unstable/ast';
import { sourceRule, type Rule } from '../rule.ts';
import { lineOf, nodesOf } from '../syntax.ts';
import { commentsOf } from '../comments.ts';

const LINES_MAX = 300;
const WORDS_MIN = 4;

export const filesSayWhatTheyAreFor = sourceRule({
  id: 'files-say-what-they-are-for',
  reason: 'the first line of a file is a comment, a sentence saying what the file is for',
  applies: () => true,
  violations: ({ lines }) => {
    const end = lines.findIndex((line) => !line.startsWith('// '));
    const sentence = lines
      .slice(0, end === -1 ? lines.length : end)
      .map((line) => line.slice(3))
      .join(' ')
      .trim();
    const isSentence =
      /^[A-Z0-9`"'(]/.test(sentence) && /[.?!]$/.test(sentence) && sentence.split(/\s+/).length >= WORDS_MIN;
    return isSentence ? [] : [{ line: 1, what: 'does not begin with a sentence about its purpose' }];
  },
});

export const filesAreShort = sourceRule({
  id: 'files-are-short',
  reason: `a file has at most ${String(LINES_MAX)} lines, so that it has one purpose`,
  // What is generated grows with the schema, and is read by nobody.
  applies: ({ path }) => path !== 'server/src/db/types.ts',
  violations: ({ lines }) =>
    lines.length <= LINES_MAX ? [] : [{ line: LINES_MAX + 1, what: `has ${String(lines.length)} lines` }],
});

export const typesAreKnown = sourceRule({
  id: 'types-are-known',
  reason: '`any` turns every other net off where it stands',
  applies: () => true,
  violations: ({ syntax }) =>
    nodesOf(syntax)
      .filter((node) => node.kind === SyntaxKind.AnyKeyword)
      .map((node) => ({ line: lineOf(node), what: 'uses the type any' })),
});

export const theCompilerIsObeyed = sourceRule({
  id: 'the-compiler-is-obeyed',
  reason: '@ts-ignore and @ts-nocheck hide errors that nobody has seen yet; @ts-expect-error belongs to tests',
  applies: () => true,
  violations: (source) =>
    commentsOf(source.syntax).flatMap(({ text, line }) => {
      const directive = /@ts-(?:ignore|nocheck|expect-error)/.exec(text)?.[0];
      if (directive === undefined || !/^(?:\/\/+|\/\*+)\s*@ts-/.test(text)) return [];
      // In a test it is an expectation, and the compiler demands that it comes true.
      if (directive === '@ts-expect-error' && source.isTest) return [];
      return [{ line, what: `uses ${directive}` }];
    }),
});

export const lintIsSilencedWithReason = sourceRule({
  id: 'lint-is-silenced-with-reason',
  reason: 'a silenced rule is named, and followed by ` -- ` and the reason in words',
  applies: () => true,
  violations: ({ syntax }) =>
    commentsOf(syntax).flatMap(({ text, line }) => {
      const directive = /^(?:\/\/+|\/\*+)\s*((?:ox|es)lint-disable\S*)(.*?)(?:\*\/)?$/s.exec(text);
      if (directive === null) return [];
      const [, name = '', rest = ''] = directive;
      const [rules = '', why = ''] = rest.split(' -- ');
      if (rules.trim() === '') return [{ line, what: `${name} names no rule` }];
      return why.trim().split(/\s+/).length >= 3 ? [] : [{ line, what: `${name} gives no reason` }];
    }),
});

export const sourcesAreTypeScript: Rule = {
  id: 'sources-are-typescript',
  reason: 'a script in another language or dialect is one that no rule here can read',
  check: (tree) => ({
    checked: tree.sources.length,
    violations: tree.unreadable.map((path) => ({ path, line: 1, what: 'is a script but no .ts source' })),
  }),
};
