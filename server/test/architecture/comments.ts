// Every comment of a source, wherever it stands; what only looks like one inside a string, template or pattern is none.
import { type SourceFile, SyntaxKind } from 'typescript/unstable/ast';
import { nodesOf } from './syntax.ts';

export type Comment = {
  readonly text: string;
  readonly line: number;
  /** Index of its first character. */ readonly start: number;
};

const LITERALS: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.StringLiteral,
  SyntaxKind.NoSubstitutionTemplateLiteral,
  SyntaxKind.TemplateHead,
  SyntaxKind.TemplateMiddle,
  SyntaxKind.TemplateTail,
  SyntaxKind.RegularExpressionLiteral,
]);

const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

/** The comments of a file in the order in which they stand, with the 1-based line on which each begins. */
export function commentsOf(file: SourceFile): readonly Comment[] {
  return [...withoutLiterals(file).matchAll(COMMENT)].map((match) => ({
    text: file.text.slice(match.index, match.index + match[0].length),
    line: file.getLineAndCharacterOfPosition(match.index).line + 1,
    start: match.index,
  }));
}

/** The text with every literal blanked out; each other character keeps its place. */
function withoutLiterals(file: SourceFile): string {
  let text = '';
  for (const node of nodesOf(file)) {
    if (!LITERALS.has(node.kind)) continue;
    const start = node.getStart(file);
    text += file.text.slice(text.length, start) + ' '.repeat(node.end - start);
  }
  return text + file.text.slice(text.length);
}
