// Takes a Markdown document apart into what the checks of the documents look at: links, headings and code.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listFiles } from '../../../tools/lib/list-files.ts';

export type Markdown = {
  /** Relative to the repository's root. */
  readonly path: string;
  readonly text: string;
  readonly links: readonly string[];
  /** Anchors of the headings, as GitHub makes them. */
  readonly anchors: ReadonlySet<string>;
  /** Code spans, and fenced blocks with their continued lines joined. */
  readonly code: readonly string[];
};

const FENCE = /^ *```[^\n]*\n(.*?)^ *```$/gms;
const SPAN = /`([^`\n]+)`/g;
const LINK = /\]\(([^)\s]+)\)/g;
const FIXTURES = 'server/test/fixtures/';

/** Every document of ours below a root folder. */
export function readDocuments(root: string): readonly Markdown[] {
  const paths = listFiles(root, '', (path) => path.endsWith('.md') && !path.startsWith(FIXTURES));
  return paths.map((path) => parseMarkdown(path, readFileSync(join(root, path), 'utf8')));
}

export function parseMarkdown(path: string, text: string): Markdown {
  const blocks = [...text.matchAll(FENCE)].map((match) => (match[1] ?? '').replaceAll(/\\\n\s*/g, ' '));
  const prose = text.replaceAll(FENCE, '\n');
  const spans = [...prose.matchAll(SPAN)].map((match) => match[1] ?? '');
  const withoutSpans = prose.replaceAll(SPAN, (span) => (/\]\(/.test(span) ? '' : span));
  const headings = [...prose.matchAll(/^#{1,6} +(.+?) *$/gm)].map((match) => match[1] ?? '');
  return {
    path,
    text,
    links: [...withoutSpans.matchAll(LINK)].map((match) => match[1] ?? ''),
    anchors: new Set(headings.map(toAnchor)),
    code: [...spans, ...blocks],
  };
}

/** Lower case, without punctuation, blanks as dashes; the text of a link without its target. */
function toAnchor(heading: string): string {
  return heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');
}
